"""A dialog of the house: a head with its title, a body, a foot with buttons, a veil behind."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPoint, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QDialog, QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from void_studio.gui.controls.buttons import icon_button
from void_studio.gui.controls.labels import label, rule
from void_studio.gui.theme import colour

__all__ = ["SheetDialog", "lie_over"]

_HEAD = 48
_VEIL = 0.62


class SheetDialog(QDialog):
    """Put widgets into `body` and `foot` (layouts) and at the right of `head`.

    It lies in the middle of its parent's window, over a veil; Esc closes it. Scripts know its
    close button as `NAME.close`.
    """

    def __init__(
        self,
        name: str,
        title: str,
        parent: QWidget,
        *,
        subtitle: str = "",
        width: int = 720,
        height: int = 0,
    ) -> None:
        super().__init__(parent.window(), Qt.WindowType.Dialog | Qt.WindowType.FramelessWindowHint)
        self.setObjectName(name)
        self.setWindowTitle(title)
        self.setAccessibleName(title)
        self.setModal(True)
        self.resize(width, height or self.sizeHint().height())
        column = QVBoxLayout(self)
        column.setContentsMargins(1, 1, 1, 1)
        column.setSpacing(0)
        column.addWidget(self._made_head(name, title, subtitle))
        column.addWidget(rule(self))
        self.body = QVBoxLayout()
        self.body.setContentsMargins(0, 0, 0, 0)
        self.body.setSpacing(0)
        column.addLayout(self.body, 1)
        column.addWidget(rule(self))
        self.foot = QHBoxLayout()
        self.foot.setContentsMargins(16, 12, 16, 12)
        self.foot.setSpacing(8)
        column.addLayout(self.foot)
        lie_over(self, parent.window())

    def set_subtitle(self, text: str) -> None:
        """The words beside the title."""
        self._subtitle.setText(text)

    def paintEvent(self, event: QPaintEvent) -> None:
        """The panel and its edge."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), colour("panel"))
        painter.setPen(colour("separator"))
        painter.drawRect(self.rect().adjusted(0, 0, -1, -1))

    def _made_head(self, name: str, title: str, subtitle: str) -> QFrame:
        frame = QFrame(self)
        frame.setFixedHeight(_HEAD)
        row = QHBoxLayout(frame)
        row.setContentsMargins(16, 0, 12, 0)
        row.setSpacing(12)
        row.addWidget(label(title, frame, heading="dialog"))
        self._subtitle: QLabel = label(subtitle, frame, tone="secondary")
        row.addWidget(self._subtitle, 1)
        self.head = QHBoxLayout()
        self.head.setSpacing(8)
        row.addLayout(self.head)
        close = icon_button(f"{name}.close", "Close", "x", frame, key="Esc")
        close.clicked.connect(self.reject)
        row.addWidget(close)
        return frame


def lie_over(dialog: QDialog, window: QWidget) -> None:
    """Have `dialog` open in the middle of `window`, as large as fits into it, over a veil."""
    _Middle(dialog, window)


class _Middle(QObject):
    """Places a dialog when it is shown and veils what is behind it until it is gone."""

    def __init__(self, dialog: QDialog, window: QWidget) -> None:
        super().__init__(dialog)
        self._dialog, self._window = dialog, window
        self._veil = _Veil(window)
        dialog.installEventFilter(self)
        dialog.destroyed.connect(self._veil.deleteLater)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Place and veil."""
        if event.type() is QEvent.Type.Show:
            self._place()
            self._veil.cover()
        elif event.type() is QEvent.Type.Hide:
            self._veil.hide()
        return False

    def _place(self) -> None:
        window, dialog = self._window, self._dialog
        room = window.size() - QSize(32, 32)
        size = dialog.size().boundedTo(room)
        dialog.resize(size)
        free = window.size() - size
        dialog.move(window.mapToGlobal(QPoint(free.width() // 2, free.height() // 2)))


class _Veil(QWidget):
    """Darkens a window; follows its size."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self.setObjectName("veil")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()

    def cover(self) -> None:
        """Lie over everything in the window."""
        window = self.parentWidget()
        if window is not None:
            self.setGeometry(window.rect())
            window.installEventFilter(self)
            self.raise_()
            self.show()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Stay as large as the window."""
        if event.type() is QEvent.Type.Resize and self.isVisible():
            window = self.parentWidget()
            if window is not None:
                self.setGeometry(window.rect())
        return False

    def paintEvent(self, event: QPaintEvent) -> None:
        """Black, mostly."""
        black = QColor(colour("surround_black"))
        black.setAlphaF(_VEIL)
        QPainter(self).fillRect(self.rect(), black)
