"""All commands of `void-studio`."""

from __future__ import annotations

import typer

from void_studio import __version__
from void_studio.app.cli import (
    compare_command,
    demo_command,
    doctor_command,
    estimate_command,
    farm_commands,
    fill_command,
    folder_commands,
    jobs_commands,
    media_commands,
    project_commands,
    prompt_commands,
    quadmask_commands,
    reason_command,
    render_commands,
    samples_commands,
    segment_command,
    suggest_command,
    timeline_commands,
    version_commands,
    window_commands,
    worker_commands,
)
from void_studio.app.cli.window_commands import Window, open_window

__all__ = ["app", "main"]

app = typer.Typer(
    name="void-studio",
    help="Remove an object, and what it did to the scene, from a shot in a timeline.",
    invoke_without_command=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)

for commands in (
    window_commands,
    demo_command,
    media_commands,
    timeline_commands,
    quadmask_commands,
    segment_command,
    estimate_command,
    suggest_command,
    reason_command,
    prompt_commands,
    render_commands,
    fill_command,
    folder_commands,
    jobs_commands,
    farm_commands,
    version_commands,
    compare_command,
    project_commands,
    samples_commands,
    worker_commands,
    doctor_command,
):
    commands.register(app)


def _show_version(wanted: bool) -> None:
    if wanted:
        print(f"void-studio {__version__}")
        raise typer.Exit


@app.callback()
def options(
    context: typer.Context,
    version: bool = typer.Option(
        False, "--version", help="Show the version.", callback=_show_version, is_eager=True
    ),
) -> None:
    """Remove an object, and what it did to the scene, from a shot in a timeline.

    Without a command it opens the window.
    """
    if context.invoked_subcommand is None:
        open_window(context, None)


def main(window: Window | None = None) -> None:
    """Run the command that the arguments name; `window` is what opens the window, if any."""
    app(obj=window)
