"""A field that takes what is dropped on it."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from void_studio.gui.controls import label
from void_studio.gui.icons import icon
from void_studio.gui.theme import colour

__all__ = ["DropField"]


class DropField(QWidget):
    """`dropped` carries the path of the first local file or folder."""

    dropped = Signal(object)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("start.drop")
        self.setAccessibleName("Drop a timeline, movie or project here")
        self.setAcceptDrops(True)
        self.setMinimumHeight(96)
        self._over = False
        mark = QLabel(self)
        mark.setPixmap(icon("download-simple").pixmap(QSize(18, 18)))
        line = QHBoxLayout()
        line.setSpacing(8)
        line.addStretch(1)
        line.addWidget(mark)
        line.addWidget(label("Drop a timeline, movie or project here", self))
        line.addStretch(1)
        hint = label("Nothing is copied or changed where it lies", self, tone="hint", small=True)
        hint.setAlignment(Qt.AlignmentFlag.AlignCenter)
        column = QVBoxLayout(self)
        column.setSpacing(8)
        column.addStretch(1)
        column.addLayout(line)
        column.addWidget(hint)
        column.addStretch(1)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take files and folders of this computer."""
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()
            self._show_over(over=True)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        """Look as before."""
        self._show_over(over=False)

    def dropEvent(self, event: QDropEvent) -> None:
        """Tell of the first one."""
        self._show_over(over=False)
        paths = [url.toLocalFile() for url in event.mimeData().urls() if url.isLocalFile()]
        event.acceptProposedAction()
        self.dropped.emit(Path(paths[0]))

    def paintEvent(self, event: QPaintEvent) -> None:
        """A dashed edge; of the accent while something is held over it."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        pen = QPen(colour("accent" if self._over else "text_disabled"), 1, Qt.PenStyle.DashLine)
        painter.setPen(pen)
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)

    def _show_over(self, *, over: bool) -> None:
        self._over = over
        self.update()
