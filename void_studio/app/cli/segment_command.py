"""`segment`: mattes from prompts, followed through the shot."""

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
from void_studio.assist import Edge
from void_studio.core import Cancelled

__all__ = ["register"]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("segment")(segment)


def segment(
    timeline: TimelineFile,
    shot: Annotated[str, typer.Option("--shot", help="The shot's id, as `shots` lists it.")],
    out: Annotated[Path, typer.Option("--out", help="The quadmask to write (.mkv).")],
    click: Annotated[
        list[str] | None,
        typer.Option(
            "--click",
            help="X,Y@FRAME in plate pixels and the shot's source numbering; -X,Y@FRAME is off the"
            " object. Prompts may begin with a layer, such as remove2: or affected:",
        ),
    ] = None,
    box: Annotated[
        list[str] | None, typer.Option("--box", help="X,Y,WIDTH,HEIGHT@FRAME around the object.")
    ] = None,
    lasso: Annotated[
        list[str] | None,
        typer.Option("--lasso", help='"X,Y X,Y X,Y@FRAME"; the box around it counts.'),
    ] = None,
    matte: Annotated[
        list[str] | None, typer.Option("--matte", help="FILE@FRAME, a painted matte as a prompt.")
    ] = None,
    lock: Annotated[
        list[str] | None,
        typer.Option(
            "--lock",
            help="QUADMASK or QUADMASK@FIRST-LAST whose painted frames stay as they are and are"
            " followed to the others.",
        ),
    ] = None,
    segmenter: Annotated[
        str,
        typer.Option(
            "--segmenter",
            help="auto, flow, sam2.1-hiera-tiny|small|base-plus|large, sam2-checkpoint",
        ),
    ] = "auto",
    direction: Annotated[
        str, typer.Option("--direction", help="forward, backward, both, or none: prompts alone")
    ] = "both",
    frames: Annotated[
        str | None, typer.Option("--frames", help="FIRST-LAST to propagate to; all by default.")
    ] = None,
    proxy: Annotated[
        int, typer.Option("--proxy", min=64, max=4096, help="Longer side that the segmenter sees.")
    ] = 1024,
    edge: Annotated[
        Edge, typer.Option("--edge", help="How edges are refined on plate pixels.")
    ] = Edge.GUIDED,
    handles: Annotated[int, typer.Option("--handles", min=0, max=1000)] = 8,
    role: Annotated[
        str, typer.Option("--role", help="remove or affected, for prompts without a layer")
    ] = "remove",
    worker: Annotated[str, typer.Option("--worker", help=WORKER_HELP)] = "local",
    media_root: MediaRoot = None,
    rate: EdlRate = None,
    as_json: Annotated[bool, JSON_OPTION] = False,
    debug: Annotated[bool, DEBUG_OPTION] = False,
) -> None:
    """Make a quadmask from clicks, boxes or painted mattes, propagated through the shot.

    Ctrl-C stops and keeps the frames that are finished; go on later with --lock.
    """
    console = Console(as_json)
    with reported(debug=debug), console.interruptible():
        from void_studio.app.segmenting import SegmentRequest, segment_shot

        request = SegmentRequest(
            timeline,
            shot,
            out,
            clicks=tuple(click or ()),
            boxes=tuple(box or ()),
            lassos=tuple(lasso or ()),
            mattes=tuple(matte or ()),
            locks=tuple(lock or ()),
            segmenter=segmenter,
            handles=handles,
            role=role,
            direction=direction,
            frames=frames,
            proxy_side=proxy,
            edge=edge,
        )
        facts = segment_shot(
            request,
            worker=worker,
            media_root=media_root,
            rate=edl_rate(rate),
            reporter=console,
            cancelled=console.cancelled,
        )
        facts["notes"] = console.notes
        line = f"{out}: {facts['finished']} of {facts['frames']} frames"
        console.result(
            facts, [f"{line} by {facts['segmenter']}, least score {facts['least_score']}"]
        )
        if facts["stopped"]:
            raise typer.Exit(Cancelled.exit_code)
