"""Segmenting, rendering, takes, versions, the cut."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QAbstractButton, QWidget

from void_studio.assist import Direction

if TYPE_CHECKING:
    from void_studio.gui.window import MainWindow

__all__ = ["checks", "handlers"]


def handlers(window: MainWindow) -> Mapping[str, Callable[[], object]]:
    """What each action does."""
    parts = window.parts
    return {
        "segment.propagate": partial(parts.assist.propagate, Direction.BOTH),
        "segment.back": partial(parts.assist.propagate, Direction.BACKWARD),
        "segment.forward": partial(parts.assist.propagate, Direction.FORWARD),
        "render.take": parts.shot.render_take,
        "render.draft": partial(parts.shot.render_take, draft=True),
        "render.in_out": parts.shot.render_part,
        "render.cancel": partial(_press, parts.queue, "queue.stop"),
        "versions.publish": parts.versions.publish,
        "versions.reject": partial(_press, parts.versions, "versions.reject"),
        "versions.set_active": partial(_set_active, window),
        "versions.conform": window.dialogs.conform,
    }


def checks(window: MainWindow) -> Mapping[str, Callable[[], bool]]:
    """None of them stays on."""
    return {}


def _press(panel: QWidget, name: str) -> None:
    button = panel.findChild(QAbstractButton, name)
    if button is not None:
        button.click()


def _set_active(window: MainWindow) -> None:
    """The version that is compared, else the newest one, is the one in the cut."""
    shelf, shot = window.parts.desk.shelf, window.session.shot
    if shelf is None or shot is None or not shelf.versions:
        return
    wanted = window.session.view.compare_with
    rows = [row for row in shelf.versions if row.id == wanted] or list(shelf.versions)
    window.session.set_active(shot.row.id, rows[0].version.number)
