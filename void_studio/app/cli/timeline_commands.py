"""`shots`, `conform`, `revert`: a timeline in, the same timeline with versions out."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Annotated

import typer

from void_studio.app.cli.console import DEBUG_OPTION, JSON_OPTION, Console, reported
from void_studio.core import parse_rate
from void_studio.timeline import Placement, Profile

__all__ = ["EdlRate", "MediaRoot", "TimelineFile", "edl_rate", "register"]

TimelineFile = Annotated[
    Path,
    typer.Argument(
        help="An .otio, .otioz, .otiod, .edl, .xml, .fcpxml or .aaf.", metavar="TIMELINE"
    ),
]
MediaRoot = Annotated[
    Path | None, typer.Option("--media-root", help="Folder to look in for media that moved.")
]

EdlRate = Annotated[
    str | None,
    typer.Option("--rate", help="Of an EDL, which does not say it: 25, 23.976, 30000/1001."),
]


def edl_rate(text: str | None) -> Fraction | None:
    """The value of an `EdlRate` option."""
    return parse_rate(text) if text is not None else None


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("shots")(shots)
    app.command("conform")(conform)
    app.command("revert")(revert)


def shots(
    timeline: TimelineFile,
    media_root: MediaRoot = None,
    rate: EdlRate = None,
    handles: Annotated[int, typer.Option("--handles", min=0, max=1000)] = 8,
    as_json: Annotated[bool, JSON_OPTION] = False,
    debug: Annotated[bool, DEBUG_OPTION] = False,
) -> None:
    """List the shots of a timeline, and why one can not be rendered."""
    with reported(debug=debug):
        from void_studio.app.listing import list_shots

        listing = list_shots(timeline, media_root=media_root, handles=handles, rate=edl_rate(rate))
        Console(as_json).result(listing.facts, listing.lines())


def conform(
    timeline: TimelineFile,
    out: Annotated[Path, typer.Option("--out", help="The timeline to write.")],
    version: Annotated[list[Path], typer.Option("--version", help="A version's folder.")],
    profile: Annotated[Profile, typer.Option("--profile")] = Profile.CANONICAL,
    placement: Annotated[Placement, typer.Option("--placement")] = Placement.REPLACE,
    only: Annotated[
        list[str] | None,
        typer.Option("--only", metavar="SHOT_ID", help="Not in other uses of its compound clip."),
    ] = None,
    report: Annotated[bool, typer.Option("--report", help="Tell what it can not carry.")] = False,
    media_root: MediaRoot = None,
    rate: EdlRate = None,
    as_json: Annotated[bool, JSON_OPTION] = False,
    debug: Annotated[bool, DEBUG_OPTION] = False,
) -> None:
    """Put versions into a copy of a timeline; everything else stays byte for byte."""
    with reported(debug=debug):
        from void_studio.app.conforming import conform_files

        outcome = conform_files(
            timeline,
            version,
            out,
            profile=profile,
            placement=placement,
            media_root=media_root,
            rate=edl_rate(rate),
            only=only or (),
        )
        lines = [outcome.summary(timeline)]
        if report:
            lines += [f"not carried: {loss}" for loss in outcome.losses]
        Console(as_json).result(outcome.facts(), lines)


def revert(
    timeline: TimelineFile,
    out: Annotated[Path, typer.Option("--out", help="The timeline to write.")],
    as_json: Annotated[bool, JSON_OPTION] = False,
    debug: Annotated[bool, DEBUG_OPTION] = False,
) -> None:
    """Take our versions out of a timeline again: the original bytes."""
    with reported(debug=debug):
        from void_studio.app.conforming import revert_file

        facts = revert_file(timeline, out)
        note = [facts["note"]] if facts["note"] else []
        Console(as_json).result(facts, [f"{out}: sha256 {facts['sha256']}", *note])
