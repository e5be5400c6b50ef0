"""`import-folder` and `export-folder`: VOID's own folder protocol."""

from __future__ import annotations

from collections.abc import Iterator
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
from void_studio.app.cli.fill_command import fill_lines
from void_studio.app.cli.timeline_commands import MediaRoot

__all__ = ["folder_lines", "register"]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("import-folder")(import_folder)
    app.command("export-folder")(export_folder)


def import_folder(
    folder: Annotated[
        Path, typer.Argument(help="Has input_video.mp4, quadmask_0.mp4, prompt.json.")
    ],
    out: Annotated[
        Path | None, typer.Option("--out", help="Quadmask to write, or with --fill the movie.")
    ] = None,
    project: Annotated[
        Path | None, typer.Option("--project", help="A ready project to make (.void).")
    ] = None,
    fill: Annotated[bool, typer.Option("--fill", help="Fill it now, into --out.")] = False,
    prompt: Annotated[
        str, typer.Option("--prompt", help="Instead of the folder's, for --fill.")
    ] = "",
    engine: Annotated[str, typer.Option("--engine")] = "draft",
    param: Annotated[list[str] | None, typer.Option("--param", help="name=value")] = None,
    audio: Annotated[bool, typer.Option("--audio/--no-audio", help="Copy the sound.")] = True,
    worker: Annotated[str, typer.Option("--worker", help=WORKER_HELP)] = "local",
    again: Annotated[bool, typer.Option("--again", help="Render even if it was done.")] = False,
    as_json: Annotated[bool, JSON_OPTION] = False,
    debug: Annotated[bool, DEBUG_OPTION] = False,
) -> None:
    """Check a folder of VOID's; make a quadmask or a project of it, or fill it at once."""
    console = Console(as_json)
    with reported(debug=debug), console.interruptible():
        from void_studio.app import folder_import
        from void_studio.app.settings import RenderSettings
        from void_studio.core import UsageError

        if not fill:
            facts = folder_import.import_folder(folder, out, project)
        elif out is None or project is not None:
            raise UsageError("--fill needs --out alone", hint="give --out OUT.mkv or OUT.mov")
        else:
            settings = RenderSettings(
                engine=engine, params=tuple(param or ()), prompt=prompt, handles=0, again=again
            )
            facts = folder_import.fill_folder(
                folder,
                out,
                folder_import.FolderFill(settings, audio, worker),
                reporter=console,
                cancelled=console.cancelled,
            )
        console.result(facts, list(folder_lines(facts)))


def export_folder(
    source: Annotated[
        Path, typer.Argument(help="A plate, or with --shot a timeline.", metavar="SOURCE")
    ],
    quadmask: Annotated[Path, typer.Option("--quadmask", help="Its quadmask.")],
    out: Annotated[Path, typer.Option("--out", help="The folder to make.")],
    shot: Annotated[str | None, typer.Option("--shot", help="A shot of the timeline.")] = None,
    prompt: Annotated[str, typer.Option("--prompt", help="What remains in the shot.")] = "",
    handles: Annotated[int, typer.Option("--handles", min=0, max=1000)] = 8,
    rate: Annotated[
        str | None, typer.Option("--rate", help="Of a SOURCE that does not tell it: 24000/1001.")
    ] = None,
    media_root: MediaRoot = None,
    as_json: Annotated[bool, JSON_OPTION] = False,
    debug: Annotated[bool, DEBUG_OPTION] = False,
) -> None:
    """Write the folder that VOID's own scripts read, losslessly."""
    console = Console(as_json)
    with reported(debug=debug), console.interruptible():
        from void_studio.app.folder_export import ExportRequest
        from void_studio.app.folder_export import export_folder as write_folder
        from void_studio.core import parse_rate

        known = parse_rate(rate) if rate else None
        wanted = ExportRequest(source, shot, quadmask, prompt, out, handles, media_root, known)
        facts = write_folder(wanted, reporter=console, cancelled=console.cancelled)
        form = "as they are" if facts["exact"] else "as 8-bit RGB"
        console.result(facts, [f"{out}: {facts['frames']} frames, samples {form}"])


def folder_lines(facts: dict[str, Any]) -> Iterator[str]:
    """The facts of a folder for a terminal."""
    yield f"{facts['plate']}: {facts['width']}x{facts['height']}, {facts['frames']} frames"
    yield f"{facts['quadmask']}: {facts['off_values']} samples off, read {facts['reading']}"
    yield f"prompt: {facts['prompt'] or 'none'}"
    yield from facts["notes"]
    for name in ("out", "timeline", "project"):
        if facts[name]:
            yield f"written: {facts[name]}"
    if facts["filled"]:
        yield from fill_lines(facts["filled"])
