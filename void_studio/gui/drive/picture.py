"""Pictures of the window with what lies over it."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QPoint
from PySide6.QtGui import QPainter, QPixmap
from PySide6.QtWidgets import QApplication, QWidget

from void_studio.core import StudioError, appearing_whole

__all__ = ["picture_of", "save_picture"]


def picture_of(window: QWidget) -> QPixmap:
    """The window, and the dialogs and menus over it, as a screen would show them."""
    made = window.grab()
    painter = QPainter(made)
    corner = window.mapToGlobal(QPoint(0, 0))
    for top in QApplication.topLevelWidgets():
        if top is not window and top.isVisible():
            painter.drawPixmap(top.mapToGlobal(QPoint(0, 0)) - corner, top.grab())
    painter.end()
    return made


def save_picture(picture: QPixmap, path: Path) -> None:
    """Write it as PNG; the file appears whole."""
    with appearing_whole(path) as temporary:
        if not picture.save(str(temporary), "PNG"):
            raise StudioError("the picture could not be written", where=path)
