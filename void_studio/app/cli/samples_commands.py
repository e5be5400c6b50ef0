"""`samples list|use`: the clips that come with VOID's own code."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from void_studio.app.cli.console import DEBUG_OPTION, JSON_OPTION, Console, reported
from void_studio.app.cli.folder_commands import folder_lines

__all__ = ["register"]

group = typer.Typer(help="Sample clips of VOID's own repository; you fetch them, not the studio.")


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(group, name="samples")


@group.command("list")
def list_(
    as_json: Annotated[bool, JSON_OPTION] = False,
    debug: Annotated[bool, DEBUG_OPTION] = False,
) -> None:
    """Tell which samples there are, under which licence, and where to get them."""
    with reported(debug=debug):
        from void_studio.app.samples import list_samples, sample_lines

        facts = list_samples()
        Console(as_json).result(facts, list(sample_lines(facts)))


@group.command("use")
def use(
    folder: Annotated[Path, typer.Argument(help="A sample's folder on this machine.")],
    project: Annotated[
        Path | None, typer.Option("--project", help="The project to make; beside the folder.")
    ] = None,
    as_json: Annotated[bool, JSON_OPTION] = False,
    debug: Annotated[bool, DEBUG_OPTION] = False,
) -> None:
    """Make a ready project of a sample: timeline, quadmask and project file."""
    with reported(debug=debug):
        from void_studio.app.samples import use_sample

        facts = use_sample(folder, project)
        Console(as_json).result(facts, list(folder_lines(facts)))
