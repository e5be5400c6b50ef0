"""`estimate`: what a render would cost, before it is begun."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from void_studio.app.cli import render_options as options
from void_studio.app.cli.console import DEBUG_OPTION, JSON_OPTION, Console, reported
from void_studio.app.cli.timeline_commands import EdlRate, MediaRoot, TimelineFile, edl_rate

__all__ = ["register"]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("estimate")(estimate)


def estimate(
    timeline: TimelineFile,
    quadmask: options.QuadmaskOption,
    shot: options.Shots = None,
    all_ready: options.AllReady = False,
    prompt: options.Prompt = "",
    engine: options.Engine = "draft",
    param: options.Params = None,
    handles: options.Handles = 8,
    framing: options.FramingOption = "auto",
    feather: options.Feather = 3.0,
    worker: options.BestWorker = "",
    project: options.ProjectLinks = None,
    media_root: MediaRoot = None,
    rate: EdlRate = None,
    as_json: Annotated[bool, JSON_OPTION] = False,
    debug: Annotated[bool, DEBUG_OPTION] = False,
) -> None:
    """Tell frames, windows, work, memory and minutes of a render; nothing is sent or rendered."""
    console = Console(as_json)
    with reported(debug=debug):
        from void_studio.app.choosing import default_worker
        from void_studio.app.estimating import estimate_shots

        facts = estimate_shots(
            timeline,
            tuple(shot or ()),
            quadmask,
            options.render_settings(engine, param, prompt, handles, framing, feather),
            all_ready=all_ready,
            worker=worker or default_worker(),
            media_root=media_root,
            rate=edl_rate(rate),
            project=project,
            reporter=console,
        )
        console.result(facts, _lines(facts))


def _lines(facts: dict[str, Any]) -> list[str]:
    lines = [f"{item['shot']}: {item['summary']}" for item in facts["shots"]]
    if facts["plans"]:
        lines.append("memory on a GPU, by plan:")
    for plan in facts["plans"]:
        numbers = "same numbers" if plan["exact"] else "near numbers"
        fits = "".join(
            f"; {'fits' if fit['fits'] else 'does not fit'} {fit['device']}" for fit in plan["fits"]
        )
        lines.append(f"  {plan['plan']:8}{plan['needed_bytes'] / 1e9:6.1f} GB, {numbers}{fits}")
    if facts["can_not_run"]:
        lines.append(f"it can not run yet: {facts['can_not_run']}")
    return lines
