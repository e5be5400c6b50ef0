"""`shots`, `conform`, `revert`: a timeline in, the same timeline with versions out."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from void_studio.app.cli.console import DEBUG_OPTION, JSON_OPTION, Console, reported
from void_studio.timeline import Placement, Profile

__all__ = ["register"]

TimelineFile = Annotated[Path, typer.Argument(help="An .otio timeline.", metavar="TIMELINE")]
MediaRoot = Annotated[
    Path | None, typer.Option("--media-root", help="Folder to look in for media that moved.")
]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("shots")(shots)
    app.command("conform")(conform)
    app.command("revert")(revert)


def shots(
    timeline: TimelineFile,
    media_root: MediaRoot = None,
    handles: Annotated[int, typer.Option("--handles", min=0, max=1000)] = 8,
    as_json: Annotated[bool, JSON_OPTION] = False,
    debug: Annotated[bool, DEBUG_OPTION] = False,
) -> None:
    """List the shots of a timeline, and why one can not be rendered."""
    with reported(debug=debug):
        from void_studio.app.listing import list_shots

        listing = list_shots(timeline, media_root=media_root, handles=handles)
        Console(as_json).result(listing.facts, listing.lines())


def conform(
    timeline: TimelineFile,
    out: Annotated[Path, typer.Option("--out", help="The timeline to write.")],
    version: Annotated[list[Path], typer.Option("--version", help="A version's folder.")],
    profile: Annotated[Profile, typer.Option("--profile")] = Profile.CANONICAL,
    placement: Annotated[Placement, typer.Option("--placement")] = Placement.REPLACE,
    report: Annotated[bool, typer.Option("--report", help="Tell what it can not carry.")] = False,
    media_root: MediaRoot = None,
    as_json: Annotated[bool, JSON_OPTION] = False,
    debug: Annotated[bool, DEBUG_OPTION] = False,
) -> None:
    """Put versions into a copy of a timeline; everything else stays byte for byte."""
    with reported(debug=debug):
        from void_studio.app.conforming import conform_files

        outcome = conform_files(
            timeline, version, out, profile=profile, placement=placement, media_root=media_root
        )
        lines = [f"{out}: {outcome.bytes_changed} bytes differ from {timeline}"]
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
        Console(as_json).result(facts, [f"{out}: sha256 {facts['sha256']}"])
