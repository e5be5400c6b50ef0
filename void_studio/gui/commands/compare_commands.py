"""Comparing the plate with a take or version."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING

from void_studio.app.session import Compare, Level, Message

if TYPE_CHECKING:
    from void_studio.gui.window import MainWindow

__all__ = ["checks", "handlers"]

_WAYS = (Compare.WIPE, Compare.FLICKER, Compare.DIFFERENCE)


def handlers(window: MainWindow) -> Mapping[str, Callable[[], object]]:
    """What each action does."""
    return {f"compare.{way.value}": partial(_compare, window, way) for way in _WAYS}


def checks(window: MainWindow) -> Mapping[str, Callable[[], bool]]:
    """How pictures are compared now."""
    return {f"compare.{way.value}": partial(_is_on, window, way) for way in _WAYS}


def _is_on(window: MainWindow, way: Compare) -> bool:
    return window.session.view.compare is way


def _compare(window: MainWindow, way: Compare) -> None:
    """The same way again ends it; without a choice the newest result is compared."""
    view, shelf = window.session.view, window.parts.desk.shelf
    if view.compare is way:
        view.compare = Compare.NONE
        return
    results = (*shelf.takes, *shelf.versions) if shelf else ()
    if view.compare_with not in {row.id for row in results}:
        newest = max(results, key=lambda row: row.made_at, default=None)
        if newest is None:
            window.session.tell(
                Message(Level.WARN, "Nothing to compare with", hint="render a take first")
            )
            return
        view.compare_with = newest.id
    view.compare = way
