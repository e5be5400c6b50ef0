"""`render`: shots filled and published as versions."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from void_studio.app.cli import render_options as options
from void_studio.app.cli.console import DEBUG_OPTION, JSON_OPTION, Console, reported
from void_studio.app.cli.timeline_commands import EdlRate, MediaRoot, TimelineFile, edl_rate

__all__ = ["register"]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("render")(render)


def render(
    timeline: TimelineFile,
    quadmask: options.QuadmaskOption,
    shot: options.Shots = None,
    all_ready: options.AllReady = False,
    prompt: options.Prompt = "",
    engine: options.Engine = "draft",
    param: options.Params = None,
    seeds: Annotated[
        str | None, typer.Option("--seeds", help="1,2,3: a version for each of these seeds.")
    ] = None,
    frames: Annotated[
        str, typer.Option("--frames", help="FIRST-LAST: render these again, with --from.")
    ] = "",
    take: Annotated[
        str, typer.Option("--from", help="Where all other frames come from: v001, or its folder.")
    ] = "",
    allow: options.Allow = "exact",
    handles: options.Handles = 8,
    framing: options.FramingOption = "auto",
    feather: options.Feather = 3.0,
    grain: Annotated[bool, typer.Option(help="Give the fill the plate's grain.")] = True,
    worker: options.WorkerOption = "local",
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
        from void_studio.app.asking import Asked, parse_seeds
        from void_studio.app.rendering import render_shots
        from void_studio.app.settings import RenderSettings
        from void_studio.engine import Exactness
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
                allow=Exactness(allow),
                grain=grain,
                again=again,
            ),
            asked=Asked(frames, take, parse_seeds(seeds)),
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
