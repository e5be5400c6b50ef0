"""What the viewer shows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING

from void_studio.app.session import Session, Shown

if TYPE_CHECKING:
    from void_studio.gui.window import MainWindow

__all__ = ["checks", "handlers"]


def handlers(window: MainWindow) -> Mapping[str, Callable[[], object]]:
    """What each action does."""
    session, viewer = window.session, window.parts.viewer
    acts: dict[str, Callable[[], object]] = {
        "view.overlay": viewer.toggle_overlay,
        "view.cycle_shown": viewer.cycle_shown,
        "view.onion": viewer.toggle_onion,
        "view.void_grid": viewer.toggle_void_grid,
        "view.hud": viewer.toggle_hud,
        "view.fit": viewer.fit,
        "view.full_size": viewer.actual_size,
        "view.zoom_in": viewer.zoom_in,
        "view.zoom_out": viewer.zoom_out,
        "view.full_screen": window.toggle_full_screen,
    }
    for way in Shown:
        acts[f"view.shown.{way.value}"] = partial(_show, session, way)
    return acts


def checks(window: MainWindow) -> Mapping[str, Callable[[], bool]]:
    """What is shown now."""
    view, marks = window.session.view, window.parts.viewer.canvas.marks
    known: dict[str, Callable[[], bool]] = {
        "view.overlay": lambda: view.overlay_visible,
        "view.onion": lambda: view.onion,
        "view.void_grid": lambda: view.void_grid,
        "view.hud": lambda: marks.hud,
        "view.full_screen": window.isFullScreen,
    }
    for way in Shown:
        known[f"view.shown.{way.value}"] = partial(_is_shown, window.session, way)
    return known


def _show(session: Session, way: Shown) -> None:
    session.view.shown = way


def _is_shown(session: Session, way: Shown) -> bool:
    return session.view.shown is way
