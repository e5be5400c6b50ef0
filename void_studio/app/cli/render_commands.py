"""`render`: shots filled and published as versions."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from void_studio.app.cli.console import (
    DEBUG_OPTION,
    JSON_OPTION,
    WORKER_HELP,
    Console,
    reported,
)
from void_studio.app.cli.timeline_commands import EdlRate, MediaRoot, TimelineFile, edl_rate

__all__ = ["register"]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("render")(render)


def render(
    timeline: TimelineFile,
    quadmask: Annotated[
        Path,
        typer.Option("--quadmask", help="A quadmask, or a folder with one per shot, SHOT_ID.mkv."),
    ],
    shot: Annotated[list[str] | None, typer.Option("--shot", help="A shot's id.")] = None,
    all_ready: Annotated[
        bool, typer.Option("--all-ready", help="Every shot that has a quadmask and its media.")
    ] = False,
    prompt: Annotated[str, typer.Option("--prompt", help="What remains in the shot.")] = "",
    engine: Annotated[str, typer.Option("--engine")] = "draft",
    param: Annotated[list[str] | None, typer.Option("--param", help="name=value")] = None,
    handles: Annotated[int, typer.Option("--handles", min=0, max=1000)] = 8,
    framing: Annotated[Literal["auto", "full", "crop"], typer.Option("--framing")] = "auto",
    feather: Annotated[float, typer.Option("--feather", min=0, max=16, help="In pixels.")] = 3.0,
    grain: Annotated[bool, typer.Option(help="Give the fill the plate's grain.")] = True,
    worker: Annotated[str, typer.Option("--worker", help=WORKER_HELP)] = "local",
    versions: Annotated[
        Path | None, typer.Option("--versions", help="Where versions go; beside the timeline.")
    ] = None,
    project: Annotated[
        Path | None, typer.Option("--project", help="Keep request and version in this project.")
    ] = None,
    again: Annotated[bool, typer.Option("--again", help="Render even if it was done.")] = False,
    media_root: MediaRoot = None,
    rate: EdlRate = None,
    as_json: Annotated[bool, JSON_OPTION] = False,
    debug: Annotated[bool, DEBUG_OPTION] = False,
) -> None:
    """Fill shots and publish each as a new version, with master, delivery and certificate."""
    console = Console(as_json)
    with reported(debug=debug), console.interruptible():
        from void_studio.app.rendering import render_shots
        from void_studio.app.settings import RenderSettings
        from void_studio.finish import FramingMode

        facts = render_shots(
            timeline,
            tuple(shot or ()),
            quadmask,
            RenderSettings(
                engine=engine,
                params=tuple(param or ()),
                prompt=prompt,
                handles=handles,
                framing=FramingMode(framing),
                feather=feather,
                grain=grain,
                again=again,
            ),
            all_ready=all_ready,
            versions=versions,
            worker=worker,
            media_root=media_root,
            rate=edl_rate(rate),
            project=project,
            reporter=console,
            cancelled=console.cancelled,
        )
        console.result(facts, [_line(version) for version in facts["versions"]])


def _line(version: dict[str, object]) -> str:
    return (
        f"{version['shot']}: {version['folder']}  {version['frames']} frames, "
        f"{version['outside_samples_changed']} samples outside changed"
    )
