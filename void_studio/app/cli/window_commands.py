"""The window: opened, driven by a script, photographed."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated, Any, Protocol

import typer

from void_studio.app.cli.console import DEBUG_OPTION, JSON_OPTION, Console, reported
from void_studio.core import NotPresent

__all__ = ["Window", "open_window", "register"]


class Window(Protocol):
    """What the command line knows of the window; the composition root gives it."""

    def open(self, path: Path | None) -> int:
        """Open the window, and `path` in it; the exit code once it was closed."""
        ...

    def drive(self, script: Path, out: Path) -> dict[str, Any]:
        """Play a script offscreen."""
        ...

    def shoot(self, out: Path) -> dict[str, Any]:
        """Make the documentation's pictures."""
        ...


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("open")(open_command)
    app.command("drive")(drive)
    app.command("shoot")(shoot)


def open_window(context: typer.Context, path: Path | None, *, debug: bool = False) -> None:
    """Open the window and leave with its exit code."""
    with reported(debug=debug):
        code = _window(context).open(path)
    raise typer.Exit(code)


def open_command(
    context: typer.Context,
    path: Annotated[
        Path | None,
        typer.Argument(help="A timeline, a movie, a project or a VOID folder.", show_default=False),
    ] = None,
    debug: Annotated[bool, DEBUG_OPTION] = False,
) -> None:
    """Open the window. Without a command, `void-studio` does the same."""
    open_window(context, path, debug=debug)


def drive(
    context: typer.Context,
    script: Annotated[Path, typer.Argument(help="What a person does, as JSON.")],
    out: Annotated[Path, typer.Option("--out", help="Folder of pictures and states.")],
    as_json: Annotated[bool, JSON_OPTION] = False,
    debug: Annotated[bool, DEBUG_OPTION] = False,
) -> None:
    """Play a script into the real window without a screen; exit code 1 names the step."""
    with reported(debug=debug):
        _without_screen()
        value = _window(context).drive(script, out)
        Console(as_json).result(value, _lines(value))


def shoot(
    context: typer.Context,
    out: Annotated[Path, typer.Option("--out", help="Folder of the pictures.")],
    as_json: Annotated[bool, JSON_OPTION] = False,
    debug: Annotated[bool, DEBUG_OPTION] = False,
) -> None:
    """Make the documentation's pictures of the window from the demo, without a screen."""
    with reported(debug=debug):
        _without_screen()
        value = _window(context).shoot(out)
        Console(as_json).result(value, _lines(value))


def _window(context: typer.Context) -> Window:
    window: Window | None = context.obj
    if window is None:
        raise NotPresent(
            "this installation has no window", hint="install void-studio with PySide6-Essentials"
        )
    return window


def _without_screen() -> None:
    """Scripts never need a screen, and never show up on one."""
    os.environ["QT_QPA_PLATFORM"] = "offscreen"


def _lines(value: dict[str, Any]) -> list[str]:
    lines = [f"{step['number']:4d} {step['do']}: {step['seconds']} s" for step in value["steps"]]
    return [*lines, *(str(Path(value["out"]) / name) for name in value["files"])]
