"""`fill`: a bare movie filled, without a timeline."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from void_studio.app.cli.console import (
    DEBUG_OPTION,
    JSON_OPTION,
    Console,
    reported,
)
from void_studio.app.cli.render_options import BEST_HELP

__all__ = ["fill_lines", "register"]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("fill")(fill)


def fill(
    plate: Annotated[Path, typer.Argument(help="A movie or an image sequence.", metavar="PLATE")],
    quadmask: Annotated[Path, typer.Option("--quadmask", help="A quadmask of the whole plate.")],
    out: Annotated[
        Path,
        typer.Option(
            "--out", help=".mkv, or a sequence of a sequence, is the master; .mov a delivery."
        ),
    ],
    prompt: Annotated[str, typer.Option("--prompt", help="What remains in the shot.")] = "",
    engine: Annotated[str, typer.Option("--engine")] = "draft",
    param: Annotated[list[str] | None, typer.Option("--param", help="name=value")] = None,
    framing: Annotated[Literal["auto", "full", "crop"], typer.Option("--framing")] = "auto",
    feather: Annotated[float, typer.Option("--feather", min=0, max=16, help="In pixels.")] = 3.0,
    grain: Annotated[bool, typer.Option(help="Give the fill the plate's grain.")] = True,
    audio: Annotated[
        bool, typer.Option("--audio/--no-audio", help="Copy the plate's sound, untouched.")
    ] = True,
    rate: Annotated[
        str | None, typer.Option("--rate", help="Of a sequence that does not tell it: 24000/1001.")
    ] = None,
    worker: Annotated[str, typer.Option("--worker", help=BEST_HELP)] = "",
    again: Annotated[bool, typer.Option("--again", help="Render even if it was done.")] = False,
    as_json: Annotated[bool, JSON_OPTION] = False,
    debug: Annotated[bool, DEBUG_OPTION] = False,
) -> None:
    """Fill a whole plate; the certificate is written beside the result."""
    console = Console(as_json)
    with reported(debug=debug), console.interruptible():
        from void_studio.app.choosing import default_worker
        from void_studio.app.fill import fill_file
        from void_studio.app.settings import RenderSettings
        from void_studio.core import parse_rate
        from void_studio.finish import FramingMode

        facts = fill_file(
            plate,
            quadmask,
            out,
            RenderSettings(
                engine=engine,
                params=tuple(param or ()),
                prompt=prompt,
                handles=0,
                framing=FramingMode(framing),
                feather=feather,
                grain=grain,
                again=again,
            ),
            with_sound=audio,
            worker=worker or default_worker(),
            rate=parse_rate(rate) if rate else None,
            reporter=console,
            cancelled=console.cancelled,
        )
        console.result(facts, fill_lines(facts))


def fill_lines(facts: dict[str, Any]) -> list[str]:
    """The facts of a fill for a terminal."""
    outside = (
        f"{facts['outside_samples_changed']} samples outside changed"
        if facts["bit_exact"]
        else "lossy outside too"
    )
    lines = [f"{facts['out']}: {facts['frames']} frames, {facts['kind']}, {outside}"]
    lines += [f"sound copied: {line}" for line in facts["sound"]]
    times = facts["times"]
    if times is not None and not times["exact"]:
        error_ms = times["greatest_error_s"] * 1000
        lines.append(f"frame times are rounded by up to {error_ms:.3f} ms")
    return lines
