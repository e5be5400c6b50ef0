"""Findings, each with a way to the frame that it is about."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from void_studio.app.session.checks import Check
from void_studio.gui.controls import ElidedLabel, link_button
from void_studio.gui.icons import icon

__all__ = ["CheckList"]

_ICON = QSize(16, 16)


class CheckList(QWidget):
    """`wanted` carries the frame of the finding that a person wants to see."""

    wanted = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("checks.list")
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(2)

    def show_checks(self, checks: Sequence[Check]) -> None:
        """Show these instead of those before."""
        while (item := self._column.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        for place, check in enumerate(checks):
            self._column.addWidget(self._row(place, check))

    def _row(self, place: int, check: Check) -> QWidget:
        row = QWidget(self)
        line = QHBoxLayout(row)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(8)
        mark = QLabel(row)
        name, tone = ("check-circle", "ok") if check.ok else ("warning", "warn")
        mark.setPixmap(icon(name, tone=tone).pixmap(_ICON))
        mark.setAccessibleName("Good" if check.ok else "To look at")
        line.addWidget(mark)
        line.addWidget(ElidedLabel(check.text, row), 1)
        frame = check.frame
        if frame is not None:
            go = link_button(f"checks.{place}.go", "Go to", row, tip=f"Go to: {check.text}")
            go.clicked.connect(lambda: self.wanted.emit(frame))
            line.addWidget(go)
        return row
