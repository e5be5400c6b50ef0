"""Everything that was told since the program started."""

from __future__ import annotations

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPlainTextEdit, QVBoxLayout, QWidget

from void_studio.app.session.session import Session
from void_studio.app.session.values import Message
from void_studio.gui.controls import label, push_button, titled
from void_studio.gui.panels.words import clock
from void_studio.gui.theme import size

__all__ = ["LogPanel"]

_MOST_LINES = 2000


class LogPanel(QWidget):
    """Time, level, what, where and what to do; the newest last."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("log")
        self.setAccessibleName("Log")
        self._text = titled(QPlainTextEdit(self), "log.text", "Log", tip="")
        self._text.setReadOnly(True)
        self._text.setProperty("mono", True)
        self._text.setMaximumBlockCount(_MOST_LINES)
        self._text.setPlaceholderText("Nothing was told yet.")
        copy = push_button("log.copy", "Copy", self, tip="Copy the whole log")
        copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(self._text.toPlainText()))
        bar = QFrame(self)
        bar.setProperty("section", True)
        bar.setFixedHeight(size("section_head") + 4)
        row = QHBoxLayout(bar)
        row.setContentsMargins(12, 0, 8, 0)
        row.addWidget(label("What was told since the start", bar, tone="hint", small=True))
        row.addStretch(1)
        row.addWidget(copy)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(bar)
        column.addWidget(self._text, 1)
        session.message.connect(self._add)

    def _add(self, message: Message) -> None:
        self._text.appendPlainText(
            f"{clock(message.at)}  {message.level.value:<5}  {message.line()}"
        )
