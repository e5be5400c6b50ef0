"""`demo`: the whole way, from a timeline to a version in it, on footage with known truth."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from void_studio.app.cli.console import (
    DEBUG_OPTION,
    JSON_OPTION,
    WORKER_HELP,
    Console,
    reported,
)

__all__ = ["register"]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("demo")(demo)


def demo(
    out: Annotated[Path, typer.Option("--out", help="The folder to make.")],
    worker: Annotated[str, typer.Option("--worker", help=WORKER_HELP)] = "local",
    as_json: Annotated[bool, JSON_OPTION] = False,
    debug: Annotated[bool, DEBUG_OPTION] = False,
) -> None:
    """Synthesise a shot with known truth, fill it, publish it, and measure the result."""
    console = Console(as_json)
    with reported(debug=debug), console.interruptible():
        from void_studio.app.demo.report import report_lines
        from void_studio.app.demo.run import run_demo

        report = run_demo(out, worker=worker, reporter=console, cancelled=console.cancelled)
        console.result(report, [*report_lines(report), f"open {out / 'report.html'}"])
