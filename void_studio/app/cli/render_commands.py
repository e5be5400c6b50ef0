"""`render`: shots filled and published as versions."""

from __future__ import annotations

from typing import Annotated

import typer

from void_studio.app.cli import render_options as options
from void_studio.app.cli.console import DEBUG_OPTION, JSON_OPTION, Console, reported
from void_studio.app.cli.timeline_commands import EdlRate, MediaRoot, TimelineFile, edl_rate

__all__ = ["register", "version_line"]


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
    seeds: options.Seeds = None,
    frames: options.Frames = "",
    take: options.FromTake = "",
    allow: options.Allow = "exact",
    handles: options.Handles = 8,
    framing: options.FramingOption = "auto",
    feather: options.Feather = 3.0,
    grain: options.Grain = True,
    worker: options.BestWorker = "",
    versions: options.VersionsFolder = None,
    project: options.ProjectFile = None,
    again: options.Again = False,
    media_root: MediaRoot = None,
    rate: EdlRate = None,
    as_json: Annotated[bool, JSON_OPTION] = False,
    debug: Annotated[bool, DEBUG_OPTION] = False,
) -> None:
    """Fill shots and publish each as a new version, with master, delivery and certificate."""
    console = Console(as_json)
    with reported(debug=debug), console.interruptible():
        from void_studio.app.asking import Asked, parse_seeds
        from void_studio.app.choosing import default_worker
        from void_studio.app.rendering import render_shots

        facts = render_shots(
            timeline,
            tuple(shot or ()),
            quadmask,
            options.render_settings(
                *(engine, param, prompt, handles, framing, feather),
                allow=allow,
                grain=grain,
                again=again,
            ),
            asked=Asked(frames, take, parse_seeds(seeds)),
            all_ready=all_ready,
            versions=versions,
            worker=worker or default_worker(),
            media_root=media_root,
            rate=edl_rate(rate),
            project=project,
            reporter=console,
            cancelled=console.cancelled,
        )
        console.result(facts, [version_line(version) for version in facts["versions"]])


def version_line(version: dict[str, object]) -> str:
    """A published version in one line."""
    return (
        f"{version['shot']}: {version['folder']}  {version['frames']} frames, "
        f"{version['outside_samples_changed']} samples outside changed"
    )
