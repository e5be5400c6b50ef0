"""How much of the frame each role covers, as bars."""

from __future__ import annotations

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from void_studio.app.session.shares import FrameShares
from void_studio.gui.controls import paint_role
from void_studio.gui.theme import colour, size

__all__ = ["SharesView"]

_ROWS = ("remove", "affected", "overlap")
_ROW = 20
_SWATCH = 12
_NUMBER = 52
_BAR = 3
_FULL = 0.5


class SharesView(QWidget):
    """Three rows; a bar is full where half of the frame or more is covered."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("shares")
        self.setFixedHeight(_ROW * len(_ROWS))
        self._shares: FrameShares | None = None
        self.show_shares(None)

    def show_shares(self, shares: FrameShares | None) -> None:
        """Show the shares of a frame, or dashes."""
        self._shares = shares
        words = ", ".join(f"{role} {self._text(role)}" for role in _ROWS)
        self.setAccessibleName(f"Quadmask on this frame: {words}")
        self.update()

    def sizeHint(self) -> QSize:
        """Three rows."""
        return QSize(size("label_column") * 2, _ROW * len(_ROWS))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the rows."""
        painter = QPainter(self)
        for place, role in enumerate(_ROWS):
            self._draw(painter, QRect(0, place * _ROW, self.width(), _ROW), role)

    def _draw(self, painter: QPainter, row: QRect, role: str) -> None:
        middle = row.center().y()
        paint_role(painter, QRectF(0, middle - _SWATCH / 2, _SWATCH, _SWATCH), role)
        painter.setPen(colour("text_1"))
        flags = Qt.AlignmentFlag.AlignVCenter
        words = row.adjusted(_SWATCH + 8, 0, 0, 0)
        painter.drawText(words, flags, role.capitalize())
        number = QRect(row.right() - _NUMBER, row.top(), _NUMBER, row.height())
        painter.drawText(number, flags | Qt.AlignmentFlag.AlignRight, self._text(role))
        left = size("label_column") + 8
        whole = QRect(left, middle - 1, row.width() - left - _NUMBER - 8, _BAR)
        painter.fillRect(whole, colour("line"))
        whole.setWidth(round(whole.width() * min(1.0, self._share(role) / _FULL)))
        painter.fillRect(whole, colour("text_3"))

    def _share(self, role: str) -> float:
        shares = self._shares
        if shares is None:
            return 0.0
        return {"remove": shares.remove, "affected": shares.affected}.get(role, shares.overlap)

    def _text(self, role: str) -> str:
        return "\N{EN DASH}" if self._shares is None else f"{self._share(role):.1%}"
