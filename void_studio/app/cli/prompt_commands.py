"""`prompt lint|templates`: help with the text that VOID needs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

import typer

from void_studio.app.cli.console import DEBUG_OPTION, JSON_OPTION, Console, reported
from void_studio.core import UsageError

__all__ = ["register"]

group = typer.Typer(help="Prompts: what to change in one, and examples.")


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(group, name="prompt")


@group.command("lint")
def lint(
    text: Annotated[str, typer.Argument(help="The prompt.")],
    removes: Annotated[
        list[str] | None, typer.Option("--removes", help="A noun for what is removed.")
    ] = None,
    worker: Annotated[
        str, typer.Option("--worker", help="Count tokens by this worker's tokenizer.")
    ] = "",
    as_json: Annotated[bool, JSON_OPTION] = False,
    debug: Annotated[bool, DEBUG_OPTION] = False,
) -> None:
    """Say what to change in a prompt, and why; exit code 1 when the result would suffer."""
    with reported(debug=debug):
        from void_studio.app.prompt_lint import lint_prompt

        try:
            report = lint_prompt(text, removed=removes or (), count=_counter(worker))
        except ValueError as error:
            raise UsageError(str(error), hint="a few sentences are enough") from error
        remarks = [
            {
                "level": "error" if remark.is_error else "warning",
                "reason": remark.reason.value,
                "words": list(remark.words),
                "advice": remark.advice,
            }
            for remark in report.remarks
        ]
        lines = [
            f"{item['level']}: {item['reason']}"
            f"{' (' + ', '.join(item['words']) + ')' if item['words'] else ''}: {item['advice']}"
            for item in remarks
        ]
        tokens = f"{'' if report.counted else 'about '}{report.tokens} tokens of 226"
        facts = {
            "ok": report.ok,
            "tokens": report.tokens,
            "counted": report.counted,
            "remarks": remarks,
        }
        Console(as_json).result(facts, [*lines, tokens])
        if not report.ok:
            raise typer.Exit(1)


@group.command("templates")
def templates(
    as_json: Annotated[bool, JSON_OPTION] = False,
    debug: Annotated[bool, DEBUG_OPTION] = False,
) -> None:
    """List texts to begin with; fill in what stands in braces."""
    with reported(debug=debug):
        from void_studio.app.prompt_lint import TEMPLATES

        facts = {"templates": [{"name": name, "text": text} for name, text in TEMPLATES]}
        Console(as_json).result(facts, [f"{name}: {text}" for name, text in TEMPLATES])


def _counter(worker: str) -> Callable[[str], int] | None:
    """A count by a worker's tokenizer; None, for an estimate, where no worker is named."""
    if not worker:
        return None
    from void_studio.app.wiring import connected

    def count(text: str) -> int:
        with connected(worker) as runner:
            return runner.count_tokens([text])[0]

    return count
