"""Push buttons, the one main button of a window or dialog, links and icon buttons."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QPushButton, QToolButton, QWidget

from void_studio.gui.controls.naming import titled
from void_studio.gui.icons import icon
from void_studio.gui.theme import size

__all__ = ["push_button", "main_button", "link_button", "icon_button"]


def push_button(
    name: str, text: str, parent: QWidget | None = None, *, tip: str = "", key: str = ""
) -> QPushButton:
    """A button with a verb on it."""
    made = titled(QPushButton(text, parent), name, text.rstrip("."), tip=tip, key=key)
    made.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    made.setAutoDefault(False)
    return made


def main_button(
    name: str, text: str, parent: QWidget | None = None, *, tip: str = "", key: str = ""
) -> QPushButton:
    """The accent button: at most one in a window or dialog."""
    made = push_button(name, text, parent, tip=tip, key=key)
    made.setProperty("main", True)
    return made


def link_button(
    name: str, text: str, parent: QWidget | None = None, *, tip: str = "", key: str = ""
) -> QPushButton:
    """A button that looks like a link in a line of text."""
    made = push_button(name, text, parent, tip=tip, key=key)
    made.setProperty("link", True)
    made.setCursor(Qt.CursorShape.PointingHandCursor)
    return made


def icon_button(
    name: str,
    title: str,
    icon_name: str,
    parent: QWidget | None = None,
    *,
    tip: str = "",
    key: str = "",
    checkable: bool = False,
    pixels: int | None = None,
) -> QToolButton:
    """A button with an icon alone; its title is its accessible name and its tip."""
    made = titled(QToolButton(parent), name, title, tip=tip, key=key)
    made.setIcon(icon(icon_name))
    side = pixels or size("icon")
    made.setIconSize(QSize(side, side))
    made.setCheckable(checkable)
    made.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    return made
