"""`certify` and `replay`: what a version claims, checked from its files alone."""

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

__all__ = ["register"]

VersionFolder = Annotated[Path, typer.Argument(help="A version's folder.", metavar="VERSION_DIR")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("certify")(certify)
    app.command("replay")(replay)


def certify(
    version: VersionFolder,
    plate: Annotated[Path, typer.Option("--plate", help="The plate.", metavar="MEDIA")],
    as_json: Annotated[bool, JSON_OPTION] = False,
    debug: Annotated[bool, DEBUG_OPTION] = False,
) -> None:
    """Compare a version with its plate sample by sample; exit code 1 when anything is off."""
    console = Console(as_json)
    with reported(debug=debug), console.interruptible():
        from void_studio.app.certifying import certify_version

        outcome = certify_version(version, plate, reporter=console, cancelled=console.cancelled)
        console.result(outcome.facts, outcome.lines())
        if not outcome.ok:
            raise typer.Exit(1)


def replay(
    version: VersionFolder,
    out: Annotated[
        Path | None, typer.Option("--out", help="Keep the new version in this folder.")
    ] = None,
    plate: Annotated[
        Path | None, typer.Option("--plate", help="Where the plate is now.", metavar="MEDIA")
    ] = None,
    worker: Annotated[str, typer.Option("--worker", help=WORKER_HELP)] = "local",
    as_json: Annotated[bool, JSON_OPTION] = False,
    debug: Annotated[bool, DEBUG_OPTION] = False,
) -> None:
    """Render a version's recipe again; exit code 1 when the master differs."""
    console = Console(as_json)
    with reported(debug=debug), console.interruptible():
        from void_studio.app.replaying import replay_version

        facts = replay_version(
            version,
            out=out,
            plate=plate,
            worker=worker,
            reporter=console,
            cancelled=console.cancelled,
        )
        console.result(facts, [facts["verdict"]])
        if not facts["identical"]:
            raise typer.Exit(1)
