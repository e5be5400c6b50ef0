"""`fill`: a bare movie filled, without a timeline."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from void_studio.app.cli import render_options as options
from void_studio.app.cli.console import (
    DEBUG_OPTION,
    JSON_OPTION,
    Console,
    reported,
)

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
    prompt: options.Prompt = "",
    engine: options.Engine = "draft",
    param: options.Params = None,
    allow: options.Allow = "exact",
    framing: options.FramingOption = "auto",
    feather: options.Feather = 3.0,
    grain: options.Grain = True,
    audio: Annotated[
        bool, typer.Option("--audio/--no-audio", help="Copy the plate's sound, untouched.")
    ] = True,
    rate: Annotated[
        str | None, typer.Option("--rate", help="Of a sequence that does not tell it: 24000/1001.")
    ] = None,
    worker: options.BestWorker = "",
    again: options.Again = False,
    as_json: Annotated[bool, JSON_OPTION] = False,
    debug: Annotated[bool, DEBUG_OPTION] = False,
) -> None:
    """Fill a whole plate; the certificate is written beside the result."""
    console = Console(as_json)
    with reported(debug=debug), console.interruptible():
        from void_studio.app.choosing import default_worker
        from void_studio.app.fill import fill_file
        from void_studio.core import parse_rate

        facts = fill_file(
            plate,
            quadmask,
            out,
            options.render_settings(
                *(engine, param, prompt, 0, framing, feather),
                allow=allow,
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
