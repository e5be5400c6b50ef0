"""The menu bar, made from the table of actions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtWidgets import QMenu, QMenuBar, QWidget

from void_studio.app.actions import ACTIONS, MENUS
from void_studio.app.session import Recent
from void_studio.gui.actions import ActionSet

__all__ = ["build_menus", "fill_recents"]

_RECENT_BEFORE = "file.start"
_MOST_RECENT = 10


def build_menus(actions: ActionSet, parent: QWidget) -> QMenuBar:
    """Every action at its place; groups are parted by lines."""
    bar = QMenuBar(parent)
    bar.setObjectName("menu")
    bar.setAccessibleName("Menu")
    for title in MENUS:
        menu = bar.addMenu(title)
        menu.setObjectName(f"menu.{title.lower()}")
        menu.setToolTipsVisible(True)
        _fill(menu, title, actions)
    return bar


def fill_recents(menu: QMenu, recents: Sequence[Recent], chosen: Callable[[Path], None]) -> None:
    """List what was opened before, the newest first."""
    menu.clear()
    for index, recent in enumerate(recents[:_MOST_RECENT]):
        made = menu.addAction(str(recent.path))
        made.setObjectName(f"file.recent{index}")
        made.setToolTip(f"Open this {recent.kind.value} again")
        made.triggered.connect(lambda _=False, path=recent.path: chosen(path))
    menu.setEnabled(bool(recents))


def _fill(menu: QMenu, title: str, actions: ActionSet) -> None:
    submenus: dict[str, QMenu] = {}
    group = 0
    for entry in ACTIONS:
        if entry.menu[0] != title:
            continue
        if entry.group != group and not menu.isEmpty():
            menu.addSeparator()
        group = entry.group
        if entry.id == _RECENT_BEFORE:
            menu.addMenu(_recent_menu(menu))
        if len(entry.menu) == 1:
            menu.addAction(actions[entry.id])
            continue
        name = entry.menu[1]
        if name not in submenus:
            submenus[name] = menu.addMenu(name)
            submenus[name].setToolTipsVisible(True)
        submenus[name].addAction(actions[entry.id])


def _recent_menu(parent: QMenu) -> QMenu:
    menu = QMenu("Open recent", parent)
    menu.setObjectName("menu.file.recent")
    menu.setToolTipsVisible(True)
    menu.setEnabled(False)
    return menu
