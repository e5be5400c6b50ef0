"""Every handler and every check mark by action id."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from void_studio.gui.commands import (
    compare_commands,
    file_commands,
    layer_commands,
    matte_commands,
    play_commands,
    shot_commands,
    view_commands,
    window_commands,
    work_commands,
)

if TYPE_CHECKING:
    from void_studio.gui.window import MainWindow

__all__ = ["checks", "handlers"]

_ROOMS = (
    file_commands,
    view_commands,
    compare_commands,
    play_commands,
    shot_commands,
    matte_commands,
    layer_commands,
    work_commands,
    window_commands,
)


def handlers(window: MainWindow) -> Mapping[str, Callable[[], object]]:
    """What each action does."""
    return {name: act for room in _ROOMS for name, act in room.handlers(window).items()}


def checks(window: MainWindow) -> Mapping[str, Callable[[], bool]]:
    """Whether each checkable action is on."""
    return {name: is_on for room in _ROOMS for name, is_on in room.checks(window).items()}
