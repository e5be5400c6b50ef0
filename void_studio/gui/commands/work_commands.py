"""Rendering, takes, versions, the cut."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from void_studio.gui.window import MainWindow

__all__ = ["checks", "handlers"]


def handlers(window: MainWindow) -> Mapping[str, Callable[[], object]]:
    """What each action does."""
    panels = window.parts
    return {
        "segment.propagate": panels.propagate,
        "render.take": partial(_render, window),
        "render.draft": partial(_render, window, draft=True),
        "render.in_out": partial(_render, window, in_out=True),
        "render.cancel": panels.queue.stop_selected,
        "versions.publish": panels.versions.publish_selected,
        "versions.keep": panels.versions.keep_selected,
        "versions.reject": panels.versions.reject_selected,
        "versions.set_active": panels.versions.activate_selected,
        "versions.conform": lambda: None,
    }


def checks(window: MainWindow) -> Mapping[str, Callable[[], bool]]:
    """None of them stays on."""
    return {}


def _render(window: MainWindow, *, draft: bool = False, in_out: bool = False) -> None:
    shot = window.session.shot
    if shot is None:
        return
    frames = window.session.view.in_out(shot.work) if in_out else None
    if window.desk.render(draft=draft, frames=frames) is not None:
        window.docks.show_panel("queue")
