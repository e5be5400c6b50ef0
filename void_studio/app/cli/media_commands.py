"""`probe` and `frame`: what a plate is, and exactly one frame of it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from void_studio.app.cli.console import DEBUG_OPTION, JSON_OPTION, Console, reported

__all__ = ["register"]

Media = Annotated[
    Path, typer.Argument(help="A movie, or a sequence as in plate.####.exr.", metavar="MEDIA")
]
Rate = Annotated[
    str | None, typer.Option("--rate", help="Of a sequence that does not tell it: 24000/1001.")
]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("probe")(probe)
    app.command("frame")(frame)


def probe(
    media: Media,
    rate: Rate = None,
    as_json: Annotated[bool, JSON_OPTION] = False,
    debug: Annotated[bool, DEBUG_OPTION] = False,
) -> None:
    """Tell what a plate is: frames, rate, timecode, size, pixels, colour."""
    with reported(debug=debug):
        from void_studio.app.facts import plate_facts
        from void_studio.core import parse_rate
        from void_studio.media import probe_plate

        facts = plate_facts(probe_plate(media, rate=parse_rate(rate) if rate else None))
        Console(as_json).result(facts, [f"{key}: {_shown(value)}" for key, value in facts.items()])


def frame(
    media: Media,
    out: Annotated[Path, typer.Option("--out", help="The PNG to write.")],
    index: Annotated[int | None, typer.Option("--index", help="0 is the first frame.")] = None,
    timecode: Annotated[str | None, typer.Option("--timecode", help="HH:MM:SS:FF")] = None,
    rate: Rate = None,
    as_json: Annotated[bool, JSON_OPTION] = False,
    debug: Annotated[bool, DEBUG_OPTION] = False,
) -> None:
    """Write one exact frame, counted in presentation order, as a 16-bit PNG."""
    with reported(debug=debug):
        from void_studio.app.frames import extract_frame
        from void_studio.core import parse_rate

        known = parse_rate(rate) if rate else None
        number = extract_frame(media, out, index=index, timecode=timecode, rate=known)
        Console(as_json).result({"frame": number, "out": str(out)}, [f"frame {number} is in {out}"])


def _shown(value: object) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{key} {_shown(inner)}" for key, inner in value.items())
    if isinstance(value, list):
        return "; ".join(map(str, value)) or "nothing"
    return "none" if value is None else str(value)
