"""`segment`: a matte from clicks, followed through the shot."""

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
from void_studio.app.cli.timeline_commands import EdlRate, MediaRoot, TimelineFile, edl_rate

__all__ = ["register"]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("segment")(segment)


def segment(
    timeline: TimelineFile,
    shot: Annotated[str, typer.Option("--shot", help="The shot's id, as `shots` lists it.")],
    click: Annotated[
        list[str],
        typer.Option(
            "--click",
            help="X,Y@FRAME in plate pixels and the shot's source numbering; -X,Y@FRAME is off it.",
        ),
    ],
    out: Annotated[Path, typer.Option("--out", help="The quadmask to write (.mkv).")],
    segmenter: Annotated[str, typer.Option("--segmenter")] = "flow",
    handles: Annotated[int, typer.Option("--handles", min=0, max=1000)] = 8,
    role: Annotated[str, typer.Option("--role", help="remove or affected")] = "remove",
    worker: Annotated[str, typer.Option("--worker", help=WORKER_HELP)] = "local",
    media_root: MediaRoot = None,
    rate: EdlRate = None,
    as_json: Annotated[bool, JSON_OPTION] = False,
    debug: Annotated[bool, DEBUG_OPTION] = False,
) -> None:
    """Make a quadmask from clicks on the object, propagated both ways."""
    console = Console(as_json)
    with reported(debug=debug), console.interruptible():
        from void_studio.app.segmenting import SegmentRequest, segment_shot

        request = SegmentRequest(timeline, shot, tuple(click), out, segmenter, handles, role)
        facts = segment_shot(
            request,
            worker=worker,
            media_root=media_root,
            rate=edl_rate(rate),
            reporter=console,
            cancelled=console.cancelled,
        )
        console.result(
            facts, [f"{out}: {facts['frames']} frames, least score {facts['least_score']}"]
        )
