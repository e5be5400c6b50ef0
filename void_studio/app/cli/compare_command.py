"""`compare`: versions of one shot, side by side."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import typer

from void_studio.app.cli.console import DEBUG_OPTION, JSON_OPTION, Console, reported

__all__ = ["register"]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("compare")(compare)


def compare(
    version: Annotated[
        list[Path], typer.Argument(help="Folders of versions.", metavar="VERSION_DIR...")
    ],
    out: Annotated[Path, typer.Option("--out", help="The folder to make.")],
    truth: Annotated[
        Path | None, typer.Option("--truth", help="The plate without the object, if there is one.")
    ] = None,
    as_json: Annotated[bool, JSON_OPTION] = False,
    debug: Annotated[bool, DEBUG_OPTION] = False,
) -> None:
    """Show versions of one shot side by side; figures are taken where something was filled."""
    console = Console(as_json)
    with reported(debug=debug), console.interruptible():
        from void_studio.app.compare import compare_versions

        facts = compare_versions(
            version, out, truth=truth, reporter=console, cancelled=console.cancelled
        )
        console.result(facts, list(_lines(facts)))


def _lines(facts: dict[str, Any]) -> Iterator[str]:
    for at, version in enumerate(facts["versions"], 1):
        line = f"{at}: {version['folder']}  {version['title']}, {version['licence']}"
        if version["weights_licence"]:
            line += f", weights {version['weights_licence']}"
        if facts["truth"]:
            line += f"  {_decibels(version['psnr_db'])}, SSIM {version['ssim']:.3f}"
        yield line
    if not facts["truth"]:
        for pair in facts["pairs"]:
            yield f"{pair['versions'][0]} and {pair['versions'][1]}: {_decibels(pair['psnr_db'])}"
    yield facts["movie"]
    yield facts["contact_sheet"]


def _decibels(psnr_db: float | None) -> str:
    return "identical" if psnr_db is None else f"{psnr_db:.2f} dB"
