"""A dialog of the house: a head with its title, a body, a foot with buttons, a veil behind."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPoint, Qt
from PySide6.QtGui import QColor, QHideEvent, QPainter, QPaintEvent, QShowEvent
from PySide6.QtWidgets import QDialog, QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from void_studio.gui.controls.buttons import icon_button
from void_studio.gui.controls.labels import label, rule
from void_studio.gui.theme import colour

__all__ = ["SheetDialog"]

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
        self._veil = _Veil(parent.window())
        self._wanted = (width, height)
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

    def set_subtitle(self, text: str) -> None:
        """The words beside the title."""
        self._subtitle.setText(text)

    def paintEvent(self, event: QPaintEvent) -> None:
        """The panel and its edge."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), colour("panel"))
        painter.setPen(colour("separator"))
        painter.drawRect(self.rect().adjusted(0, 0, -1, -1))

    def showEvent(self, event: QShowEvent) -> None:
        """Lie in the middle of the window, as large as fits into it."""
        window = self.parentWidget()
        if window is not None:
            wide = min(self._wanted[0], window.width() - 32)
            high = min(self._wanted[1] or self.sizeHint().height(), window.height() - 32)
            self.resize(wide, high)
            middle = QPoint((window.width() - wide) // 2, (window.height() - high) // 2)
            self.move(window.mapToGlobal(middle))
        self._veil.cover()
        super().showEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:
        """Take the veil away."""
        self._veil.hide()
        super().hideEvent(event)

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
