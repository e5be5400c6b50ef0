"""A dialog for what stops work: what, where, what to do, and details to copy."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from void_studio import __version__
from void_studio.app.session import Level, Message
from void_studio.gui.controls import label, link_button, main_button, push_button, titled
from void_studio.gui.icons import icon

__all__ = ["Cure", "ErrorDialog", "details_of"]

_WIDTH = 520
_ICON_SIDE = 24


@dataclass(frozen=True, slots=True)
class Cure:
    """A button that does something about the error; the dialog closes first."""

    text: str
    act: Callable[[], None]


class ErrorDialog(QDialog):
    """Title: what. Body: where, and what to do. Buttons: the cures, Copy details, Close."""

    def __init__(
        self, message: Message, parent: QWidget | None = None, *, cures: Sequence[Cure] = ()
    ) -> None:
        super().__init__(parent)
        self.setObjectName("error_dialog")
        self.setWindowTitle("VOID Studio")
        self.setMinimumWidth(_WIDTH)
        self._details = details_of(message)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 16)
        column.setSpacing(12)
        column.addLayout(self._head(message))
        column.addWidget(self._fold_button(), 0, Qt.AlignmentFlag.AlignLeft)
        self._text = self._details_field()
        column.addWidget(self._text)
        column.addLayout(self._buttons(cures))

    def copy_details(self) -> None:
        """Put everything that is known of the error onto the clipboard."""
        QGuiApplication.clipboard().setText(self._details)

    def _head(self, message: Message) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(16)
        mark = QLabel(self)
        tone = "error" if message.level is Level.ERROR else "warn"
        name = "warning-circle" if message.level is Level.ERROR else "warning"
        mark.setPixmap(icon(name, tone=tone).pixmap(_ICON_SIDE, _ICON_SIDE))
        row.addWidget(mark, 0, Qt.AlignmentFlag.AlignTop)
        texts = QVBoxLayout()
        texts.setSpacing(8)
        texts.addWidget(label(_sentence(message.what), self, heading="dialog", wrap=True))
        if message.where:
            where = label(message.where, self, tone="secondary", mono=True, wrap=True)
            where.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            texts.addWidget(where)
        if message.hint:
            texts.addWidget(label(_sentence(message.hint), self, wrap=True))
        row.addLayout(texts, 1)
        return row

    def _fold_button(self) -> QWidget:
        made = link_button("error_dialog.details", "Details", self, tip="Show or hide the details")
        made.clicked.connect(lambda: self._text.setVisible(not self._text.isVisibleTo(self)))
        return made

    def _details_field(self) -> QPlainTextEdit:
        field = titled(QPlainTextEdit(self._details, self), "error_dialog.text", "Details")
        field.setProperty("mono", True)
        field.setReadOnly(True)
        field.setTabChangesFocus(True)
        field.setMinimumHeight(160)
        field.hide()
        return field

    def _buttons(self, cures: Sequence[Cure]) -> QHBoxLayout:
        copy = push_button("error_dialog.copy", "Copy details", self)
        copy.clicked.connect(self.copy_details)
        close = main_button("error_dialog.close", "Close", self, key="Esc")
        close.clicked.connect(self.reject)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addStretch(1)
        for button in (*map(self._cure_button, cures), copy, close):
            button.setProperty("large", True)
            row.addWidget(button)
        close.setFocus()
        return row

    def _cure_button(self, cure: Cure) -> QPushButton:
        made = push_button(f"error_dialog.{cure.text.lower().replace(' ', '_')}", cure.text, self)
        made.clicked.connect(lambda: self._cured(cure))
        return made

    def _cured(self, cure: Cure) -> None:
        self.accept()
        cure.act()


def details_of(message: Message) -> str:
    """All that is known of a message, for a report; the studio's version comes first."""
    parts = (
        f"VOID Studio {__version__}",
        message.at.isoformat(timespec="seconds"),
        message.line(),
        message.details,
    )
    return "\n".join(part for part in parts if part)


def _sentence(text: str) -> str:
    shown = text[:1].upper() + text[1:]
    return shown if shown.endswith((".", "?", ":")) else f"{shown}."
