"""`farm bundle|collect`: shots rendered by a farm that speaks Open Job Description."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from void_studio.app.cli import render_options as options
from void_studio.app.cli.console import DEBUG_OPTION, JSON_OPTION, Console, reported
from void_studio.app.cli.render_commands import version_line
from void_studio.app.cli.timeline_commands import EdlRate, MediaRoot, TimelineFile, edl_rate

__all__ = ["register"]

group = typer.Typer(help="Shots for a render farm: out as a bundle, back as versions.")


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(group, name="farm")


@group.command("bundle")
def bundle(
    timeline: TimelineFile,
    quadmask: options.QuadmaskOption,
    out: Annotated[Path, typer.Option("--out", help="A new folder.")],
    shot: options.Shots = None,
    all_ready: options.AllReady = False,
    gpus: Annotated[
        int, typer.Option("--gpus", min=0, max=64, help="That a shot needs on a farm's machine.")
    ] = 0,
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
    worker: options.WorkerOption = "local",
    versions: options.VersionsFolder = None,
    project: options.ProjectFile = None,
    media_root: MediaRoot = None,
    rate: EdlRate = None,
    as_json: Annotated[bool, JSON_OPTION] = False,
    debug: Annotated[bool, DEBUG_OPTION] = False,
) -> None:
    """Write shots with an Open Job Description template; the worker only tells of the engine."""
    console = Console(as_json)
    with reported(debug=debug), console.interruptible():
        from void_studio.app.asking import Asked, parse_seeds
        from void_studio.app.farm import bundle_shots

        facts = bundle_shots(
            timeline,
            tuple(shot or ()),
            quadmask,
            options.render_settings(
                engine, param, prompt, handles, framing, feather, allow=allow, grain=grain
            ),
            asked=Asked(frames, take, parse_seeds(seeds)),
            out=out,
            gpus=gpus,
            all_ready=all_ready,
            versions=versions,
            worker=worker,
            media_root=media_root,
            rate=edl_rate(rate),
            project=project,
            reporter=console,
            cancelled=console.cancelled,
        )
        lines = [f"{kept['shot']}: task {kept['task']}" for kept in facts["shots"]]
        console.result(facts, [*lines, f"run it with: openjd run {facts['template']}"])


@group.command("collect")
def collect(
    folder: Annotated[Path, typer.Argument(help="A bundle that a farm has worked on.")],
    versions: options.VersionsFolder = None,
    project: options.ProjectFile = None,
    as_json: Annotated[bool, JSON_OPTION] = False,
    debug: Annotated[bool, DEBUG_OPTION] = False,
) -> None:
    """Publish what a farm has rendered, as any other job; what it has not yet is listed."""
    console = Console(as_json)
    with reported(debug=debug), console.interruptible():
        from void_studio.app.farm import collect_bundle

        facts = collect_bundle(
            folder,
            versions=versions,
            project=project,
            reporter=console,
            cancelled=console.cancelled,
        )
        lines = [version_line(version) for version in facts["versions"]]
        lines += [f"{version}: published before" for version in facts["published_before"]]
        console.result(facts, [*lines, *(f"{name}: not rendered yet" for name in facts["pending"])])
