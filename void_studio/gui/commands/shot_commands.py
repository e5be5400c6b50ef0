"""Choosing shots, and what is done to one as a whole."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING

from void_studio.gui.asking import ask_file

if TYPE_CHECKING:
    from void_studio.gui.window import MainWindow

__all__ = ["checks", "handlers"]


def handlers(window: MainWindow) -> Mapping[str, Callable[[], object]]:
    """What each action does."""
    return {
        "shot.previous": partial(_step_shot, window, -1),
        "shot.next": partial(_step_shot, window, 1),
        "strip.previous_shot": partial(_step_shot, window, -1),
        "strip.next_shot": partial(_step_shot, window, 1),
        "shot.relink": partial(_relink, window),
        "shot.refresh": window.session.refresh_shots,
        "shot.propagate_handles": partial(_propagate_handles, window),
    }


def checks(window: MainWindow) -> Mapping[str, Callable[[], bool]]:
    """None of them stays on."""
    return {}


def _step_shot(window: MainWindow, step: int) -> None:
    """The next shot that can be opened; at the ends nothing happens."""
    session = window.session
    rows = [row for row in session.shots if row.work_range is not None]
    if not rows:
        return
    chosen = session.shot.row.id if session.shot else None
    places = [index for index, row in enumerate(rows) if row.id == chosen]
    start = places[0] if places else (-1 if step > 0 else len(rows))
    place = start + step
    if 0 <= place < len(rows):
        session.choose(rows[place].id)


def _relink(window: MainWindow) -> None:
    shot = window.session.shot
    if shot is None:
        return
    path = ask_file(window, "Relink plate", "Plates (*)")
    if path is not None:
        window.session.relink(shot.row.id, path)


def _propagate_handles(window: MainWindow) -> None:
    shot = window.session.shot
    if shot is not None:
        shot.propagate_into_handles()
