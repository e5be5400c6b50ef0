"""What was told of one job, to read and to copy."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QHBoxLayout, QPlainTextEdit, QVBoxLayout, QWidget

from void_studio.gui.controls import label, main_button, push_button, titled

__all__ = ["LogDialog"]


class LogDialog(QDialog):
    """The lines of a job's log."""

    def __init__(self, title: str, lines: Sequence[str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("log_dialog")
        self.setWindowTitle(f"Log of {title}")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(640, 360)
        text = titled(QPlainTextEdit(self), "log_dialog.text", "Log", tip="")
        text.setReadOnly(True)
        text.setProperty("mono", True)
        text.setPlainText("\n".join(lines) or "Nothing was told yet.")
        copy = push_button("log_dialog.copy", "Copy", self)
        close = main_button("log_dialog.close", "Close", self)
        copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(text.toPlainText()))
        close.clicked.connect(self.accept)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(copy)
        buttons.addWidget(close)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 12, 16, 12)
        column.setSpacing(8)
        column.addWidget(label(f"Log of {title}", self, heading="dialog"))
        column.addWidget(text, 1)
        column.addLayout(buttons)
