"""`suggest-affected`: a suggestion of what the object touched, without a model."""

from __future__ import annotations

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

__all__ = ["register"]

_LITTLE_KNOWN = 0.5


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("suggest-affected")(suggest)


def suggest(
    timeline: TimelineFile,
    shot: Annotated[str, typer.Option("--shot", help="The shot's id, as `shots` lists it.")],
    quadmask: Annotated[
        Path, typer.Option("--quadmask", help="The quadmask with the remove layer.")
    ],
    out: Annotated[Path, typer.Option("--out", help="The suggestion: affected only (.mkv).")],
    into: Annotated[
        Path | None,
        typer.Option("--into", help="Also write the quadmask with the suggestion added."),
    ] = None,
    threshold: Annotated[
        float, typer.Option("--threshold", min=0.03, max=0.5, help="Difference, of full scale.")
    ] = 0.09,
    reach: Annotated[
        float, typer.Option("--reach", help="How far around is searched, in object sizes.")
    ] = 1.5,
    contact: Annotated[
        float, typer.Option("--contact", min=0, max=500, help="Add a ring of this many pixels.")
    ] = 0.0,
    cast: Annotated[
        str | None,
        typer.Option("--cast", help="Add where it casts to: DEGREES,PIXELS; 0 right, 90 down."),
    ] = None,
    handles: Annotated[int, typer.Option("--handles", min=0, max=1000)] = 8,
    worker: Annotated[str, typer.Option("--worker", help=WORKER_HELP)] = "local",
    media_root: MediaRoot = None,
    rate: EdlRate = None,
    as_json: Annotated[bool, JSON_OPTION] = False,
    debug: Annotated[bool, DEBUG_OPTION] = False,
) -> None:
    """Suggest what the object touched: shadows and reflections, from a draft of the place."""
    console = Console(as_json)
    with reported(debug=debug), console.interruptible():
        from void_studio.app.suggesting import Around, SuggestRequest, parse_cast, suggest_for_shot
        from void_studio.assist import AffectedCut

        around = Around(contact, *parse_cast(cast)) if cast else Around(contact)
        request = SuggestRequest(
            timeline,
            shot,
            quadmask,
            out,
            into,
            handles,
            reach,
            AffectedCut(threshold=threshold),
            around,
        )
        facts = suggest_for_shot(
            request,
            worker=worker,
            media_root=media_root,
            rate=edl_rate(rate),
            reporter=console,
            cancelled=console.cancelled,
        )
        console.result(facts, _lines(facts))


def _lines(facts: dict[str, Any]) -> list[str]:
    lines = [f"{facts['out']}: {facts['frames_with_suggestion']} of {facts['frames']} frames"]
    outside = facts["outside_affected_share"]
    if facts["frames_with_suggestion"] and outside:
        lines.append(
            f"{outside:.0%} of it lies outside of the affected layer, in"
            f" {len(facts['frames_outside_affected'])} frames: look at them"
        )
    if facts["known_share"] < _LITTLE_KNOWN:
        lines.append(
            f"only {facts['known_share']:.0%} of the place around the object is shown by another"
            " frame, since neither it nor the camera moves enough; nothing can be told of the rest:"
            " paint it, use --contact or --cast, or ask with `reason`"
        )
    if facts["frames_at_border"]:
        lines.append(
            f"in {len(facts['frames_at_border'])} frames it reaches the border of what was searched"
            " or is known: look there, or widen --reach"
        )
    return lines
