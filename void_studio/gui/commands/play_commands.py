"""Playing and stepping."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from void_studio.gui.window import MainWindow

__all__ = ["checks", "handlers"]


def handlers(window: MainWindow) -> Mapping[str, Callable[[], object]]:
    """What each action does."""
    viewer = window.parts.viewer
    return {
        "play.toggle": viewer.toggle_play,
        "play.back": partial(viewer.shuttle, -1),
        "play.stop": partial(viewer.shuttle, 0),
        "play.forward": partial(viewer.shuttle, 1),
        "play.loop": viewer.toggle_loop,
        "step.previous": partial(viewer.step, -1),
        "step.next": partial(viewer.step, 1),
        "step.previous_ten": partial(viewer.step, -10),
        "step.next_ten": partial(viewer.step, 10),
        "step.first": viewer.first,
        "step.last": viewer.last,
        "step.previous_painted": viewer.previous_painted,
        "step.next_painted": viewer.next_painted,
        "step.next_suspect": window.parts.assistance.next_suspect,
        "range.in": viewer.set_in,
        "range.out": viewer.set_out,
        "range.clear": viewer.clear_in_out,
    }


def checks(window: MainWindow) -> Mapping[str, Callable[[], bool]]:
    """Whether it loops."""
    return {"play.loop": window.parts.viewer.transport.loop.isChecked}
