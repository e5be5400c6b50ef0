"""What the viewer shows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING

from void_studio.app.session import Session, Shown

if TYPE_CHECKING:
    from void_studio.gui.window import MainWindow

__all__ = ["checks", "handlers"]

_ZOOM = 1.25


def handlers(window: MainWindow) -> Mapping[str, Callable[[], object]]:
    """What each action does."""
    session, viewer = window.session, window.parts.viewer
    shown = {f"view.shown.{way.value}": partial(_show, session, way) for way in Shown}
    return shown | {
        "view.overlay": partial(_toggle, session, "overlay_visible"),
        "view.cycle_shown": partial(_cycle, session),
        "view.onion": partial(_toggle, session, "onion"),
        "view.void_grid": partial(_toggle, session, "void_grid"),
        "view.hud": viewer.toggle_hud,
        "view.fit": viewer.fit,
        "view.full_size": partial(viewer.zoom_to, 1.0),
        "view.zoom_in": partial(viewer.zoom_by, _ZOOM),
        "view.zoom_out": partial(viewer.zoom_by, 1 / _ZOOM),
        "view.full_screen": window.toggle_full_screen,
    }


def checks(window: MainWindow) -> Mapping[str, Callable[[], bool]]:
    """What is shown now."""
    session, viewer = window.session, window.parts.viewer
    shown = {f"view.shown.{way.value}": partial(_is_shown, session, way) for way in Shown}
    return shown | {
        "view.overlay": lambda: session.view.overlay_visible,
        "view.onion": lambda: session.view.onion,
        "view.void_grid": lambda: session.view.void_grid,
        "view.hud": lambda: viewer.hud_visible,
        "view.full_screen": window.isFullScreen,
    }


def _toggle(session: Session, field: str) -> None:
    setattr(session.view, field, not getattr(session.view, field))


def _show(session: Session, way: Shown) -> None:
    session.view.shown = way


def _is_shown(session: Session, way: Shown) -> bool:
    return session.view.shown is way


def _cycle(session: Session) -> None:
    ways = list(Shown)
    session.view.shown = ways[(ways.index(session.view.shown) + 1) % len(ways)]
