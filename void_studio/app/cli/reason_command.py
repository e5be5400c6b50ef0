"""`reason`: what the object touched, by a vision model; and taking its proposals."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from void_studio.app.cli.console import (
    DEBUG_OPTION,
    JSON_OPTION,
    WORKER_HELP,
    Console,
    reported,
)
from void_studio.app.cli.timeline_commands import EdlRate, MediaRoot, TimelineFile, edl_rate
from void_studio.core import Refused, UsageError

__all__ = ["register"]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("reason")(reason)


def reason(
    timeline: TimelineFile,
    shot: Annotated[str, typer.Option("--shot", help="The shot's id, as `shots` lists it.")],
    quadmask: Annotated[
        Path, typer.Option("--quadmask", help="The quadmask with the remove layer.")
    ],
    out: Annotated[
        Path | None,
        typer.Option("--out", help="Proposals to write (.json); with --accept a quadmask (.mkv)."),
    ] = None,
    reasoner: Annotated[
        str, typer.Option("--reasoner", help="gemini, openai, replay, or another plugin's")
    ] = "gemini",
    model: Annotated[str, typer.Option("--model", help="The service's model.")] = "",
    base_url: Annotated[str, typer.Option("--base-url", help="Another address to ask.")] = "",
    answer: Annotated[
        Path | None, typer.Option("--answer", help="A saved answer, for replay.")
    ] = None,
    save_answer: Annotated[
        Path | None, typer.Option("--save-answer", help="Keep the answer as it came.")
    ] = None,
    frames: Annotated[int, typer.Option("--frames", min=1, max=32, help="Shown.")] = 8,
    instruction: Annotated[
        str, typer.Option("--instruction", help="Your own words on the object.")
    ] = "",
    preview: Annotated[
        Path | None, typer.Option("--preview", help="Write what would be sent here; send nothing.")
    ] = None,
    send: Annotated[bool, typer.Option("--send", help="Send without asking again.")] = False,
    timeout: Annotated[float, typer.Option("--timeout", min=1, max=3600)] = 120.0,
    accept: Annotated[
        Path | None, typer.Option("--accept", help="Take from these proposals; ask nobody.")
    ] = None,
    take: Annotated[
        list[str] | None, typer.Option("--take", help="With --accept: a1,b1 ... or all.")
    ] = None,
    project: Annotated[
        Path | None, typer.Option("--project", help="With --accept: paint into this project.")
    ] = None,
    refine: Annotated[
        bool, typer.Option("--refine", help="With --accept: follow affected things by segmenter.")
    ] = False,
    handles: Annotated[int, typer.Option("--handles", min=0, max=1000)] = 8,
    worker: Annotated[str, typer.Option("--worker", help=WORKER_HELP)] = "local",
    media_root: MediaRoot = None,
    rate: EdlRate = None,
    as_json: Annotated[bool, JSON_OPTION] = False,
    debug: Annotated[bool, DEBUG_OPTION] = False,
) -> None:
    """Ask a vision model what the object touched; --accept paints what you take of its answer."""
    console = Console(as_json)
    with reported(debug=debug), console.interruptible():
        if accept is not None:
            from void_studio.app.accepting import AcceptRequest

            taken = AcceptRequest(
                timeline, shot, quadmask, accept, tuple(take or ()), out, project, handles, refine
            )
            _accept(console, taken, worker, media_root, rate)
            return
        from void_studio.app.reasoning import ReasonRequest

        if take or refine or project is not None:
            raise UsageError("--take, --project and --refine go with --accept", hint="add it")
        asked = ReasonRequest(timeline, shot, quadmask, frames, instruction, handles)
        options = {"model": model, "base_url": base_url, "saved": answer, "timeout_s": timeout}
        places = _Places(out, save_answer, preview)
        _ask(console, asked, reasoner, options, places, media_root, rate, send=send)


class _Places:
    """Where `reason` writes: a preview, else proposals to `out`."""

    def __init__(self, out: Path | None, save_answer: Path | None, preview: Path | None) -> None:
        target = preview or out
        if target is None:
            raise UsageError("nothing to write", hint="give --out FILE, or --preview FOLDER")
        self.out = target
        self.save_answer = save_answer
        self.preview = preview


def _ask(
    console: Console,
    request: Any,
    reasoner_id: str,
    options: dict[str, Any],
    places: _Places,
    media_root: Path | None,
    rate: str | None,
    *,
    send: bool,
) -> None:
    from void_studio.api import new_registry
    from void_studio.app.reasoning import (
        ask_reasoner,
        asked_shot,
        find_reasoner,
        options_for,
        reason_lines,
        sending_facts,
    )

    reasoner = find_reasoner(new_registry(), reasoner_id)
    asked = asked_shot(request, media_root=media_root, rate=edl_rate(rate))
    sending = reasoner.sending(asked.question)
    facts = sending_facts(asked, sending)
    if places.preview is not None:
        _preview(console, places.preview, asked, sending, facts)
        return
    if reasoner.info().sends and not send:
        _agreed(reasoner.info().title, options["base_url"], facts)
    if reasoner.info().sends:
        console.note(f"asking {reasoner.info().title}, at most {options['timeout_s']:g} s")
    found = ask_reasoner(
        reasoner,
        asked,
        options_for(reasoner, **options),
        places.out,
        save_answer=places.save_answer,
        cancelled=console.cancelled,
    )
    console.result(found, reason_lines(found))


def _preview(
    console: Console, folder: Path, asked: Any, sending: Any, facts: dict[str, Any]
) -> None:
    from void_studio.app.reasoning import write_preview

    written = write_preview(folder, asked, sending)
    console.result({"preview": written, "sent": False, **facts}, [_would(facts), *written])


def _would(facts: dict[str, Any]) -> str:
    numbers = ", ".join(str(frame) for frame in facts["frames"])
    return (
        f"frames {numbers}; {facts['size_bytes'] / 1000:.0f} kB, about {facts['tokens']} tokens in"
    )


def _agreed(title: str, base_url: str, facts: dict[str, Any]) -> None:
    """Ask on a terminal; raise Refused elsewhere, and on anything but yes."""
    where = f"{title} {base_url}".strip()
    if not sys.stdin.isatty():
        raise Refused(
            f"nothing was sent; to {where} would go {_would(facts)}",
            hint="agree with --send, or look first with --preview FOLDER",
        )
    print(f"to {where} would go {_would(facts)}", file=sys.stderr)
    if not typer.confirm("send it?", err=True):
        raise Refused("nothing was sent")


def _accept(
    console: Console, request: Any, worker: str, media_root: Path | None, rate: str | None
) -> None:
    from void_studio.app.accepting import accept_proposals

    facts = accept_proposals(
        request,
        worker=worker,
        media_root=media_root,
        rate=edl_rate(rate),
        reporter=console,
        cancelled=console.cancelled,
    )
    lines = [f"{item['role']}: {item['name']}, {item['frames']} frames" for item in facts["layers"]]
    console.result(facts, [*lines, f"scene: {facts['scene']}"])
