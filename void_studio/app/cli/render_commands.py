"""`render`: shots filled and published as versions."""

from __future__ import annotations

from typing import Annotated

import typer

from void_studio.app.cli.console import DEBUG_OPTION, JSON_OPTION, Console, reported
from void_studio.app.cli.render_options import (
    BEST_HELP,
    Again,
    AllReady,
    EngineName,
    Feather,
    FramingName,
    Grain,
    Handles,
    Params,
    ProjectFile,
    Prompt,
    QuadmaskPath,
    ShotIds,
    VersionsFolder,
    render_settings,
)
from void_studio.app.cli.timeline_commands import EdlRate, MediaRoot, TimelineFile, edl_rate

__all__ = ["register", "version_line"]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("render")(render)


def render(
    timeline: TimelineFile,
    quadmask: QuadmaskPath,
    shot: ShotIds = None,
    all_ready: AllReady = False,
    prompt: Prompt = "",
    engine: EngineName = "draft",
    param: Params = None,
    handles: Handles = 8,
    framing: FramingName = "auto",
    feather: Feather = 3.0,
    grain: Grain = True,
    worker: Annotated[str, typer.Option("--worker", help=BEST_HELP)] = "",
    versions: VersionsFolder = None,
    project: ProjectFile = None,
    again: Again = False,
    media_root: MediaRoot = None,
    rate: EdlRate = None,
    as_json: Annotated[bool, JSON_OPTION] = False,
    debug: Annotated[bool, DEBUG_OPTION] = False,
) -> None:
    """Fill shots and publish each as a new version, with master, delivery and certificate."""
    console = Console(as_json)
    with reported(debug=debug), console.interruptible():
        from void_studio.app.choosing import default_worker
        from void_studio.app.rendering import render_shots

        facts = render_shots(
            timeline,
            tuple(shot or ()),
            quadmask,
            render_settings(
                engine, param, prompt, handles, framing, feather, grain=grain, again=again
            ),
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
