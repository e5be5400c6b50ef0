"""`doctor`: what is installed, what works, under which licences."""

from __future__ import annotations

from typing import Annotated

import typer

from void_studio.app.cli.console import DEBUG_OPTION, JSON_OPTION, Console, reported

__all__ = ["register"]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("doctor")(doctor)


def doctor(
    licences: Annotated[
        bool, typer.Option("--licences", help="Licences of what is installed.")
    ] = False,
    as_json: Annotated[bool, JSON_OPTION] = False,
    debug: Annotated[bool, DEBUG_OPTION] = False,
) -> None:
    """Check the installation; exit code 4 when something that is needed is missing."""
    with reported(debug=debug):
        from void_studio.app.doctor import examine

        report = examine(licences=licences)
        Console(as_json).result(report.facts, report.lines())
        if not report.ok:
            raise typer.Exit(4)
