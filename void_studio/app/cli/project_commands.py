"""`project new|info|relink|export`: what the window does with a project, headless."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from void_studio.app.cli.console import DEBUG_OPTION, JSON_OPTION, Console, reported
from void_studio.app.cli.timeline_commands import EdlRate, MediaRoot, edl_rate

__all__ = ["register"]

ProjectFile = Annotated[Path, typer.Argument(help="A project file (.void).", metavar="PROJECT")]

group = typer.Typer(help="Project files: a timeline, its shots, their mattes and versions.")


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(group, name="project")


@group.command("new")
def new(
    project: ProjectFile,
    timeline: Annotated[Path, typer.Option("--timeline", help="An .otio timeline.")],
    media_root: MediaRoot = None,
    rate: EdlRate = None,
    as_json: Annotated[bool, JSON_OPTION] = False,
    debug: Annotated[bool, DEBUG_OPTION] = False,
) -> None:
    """Make a project of a timeline."""
    with reported(debug=debug):
        from void_studio.app.projects import new_project

        facts = new_project(project, timeline, media_root, edl_rate(rate))
        Console(as_json).result(facts, [f"{project}: {len(facts['shots'])} shots"])


@group.command("info")
def info(
    project: ProjectFile,
    as_json: Annotated[bool, JSON_OPTION] = False,
    debug: Annotated[bool, DEBUG_OPTION] = False,
) -> None:
    """List what is in a project."""
    with reported(debug=debug):
        from void_studio.app.projects import project_info, project_lines

        facts = project_info(project)
        Console(as_json).result(facts, project_lines(facts))


@group.command("relink")
def relink(
    project: ProjectFile,
    media_root: MediaRoot = None,
    plate: Annotated[
        list[str] | None, typer.Option("--plate", help="SHOT_ID=FILE, for single shots.")
    ] = None,
    as_json: Annotated[bool, JSON_OPTION] = False,
    debug: Annotated[bool, DEBUG_OPTION] = False,
) -> None:
    """Tell a project where its media are now."""
    with reported(debug=debug):
        from void_studio.app.projects import project_lines, relink_project

        facts = relink_project(project, media_root, plate or [])
        Console(as_json).result(facts, project_lines(facts))


@group.command("export")
def export(
    project: ProjectFile,
    out: Annotated[Path, typer.Option("--out", help="The folder to write.")],
    as_json: Annotated[bool, JSON_OPTION] = False,
    debug: Annotated[bool, DEBUG_OPTION] = False,
) -> None:
    """Write a project's quadmasks, requests and conformed timeline into a folder."""
    with reported(debug=debug):
        from void_studio.app.projects import export_project

        facts = export_project(project, out)
        Console(as_json).result(facts, [str(path) for path in facts["written"]])
