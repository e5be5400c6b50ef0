"""The mark of a role: colour, and a line or hatch for eyes that do not tell the colours apart."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QBrush, QColor, QIcon, QPainter, QPaintEvent, QPen, QPixmap
from PySide6.QtWidgets import QWidget

from void_studio.gui.theme import colour

__all__ = ["RoleSwatch", "paint_role", "role_icon"]

_SIDE = 12
_TINT = 0.45
_FAINT = 0.4
_ICON_RATIO = 4


def paint_role(painter: QPainter, area: QRectF, role: str, *, faint: bool = False) -> None:
    """Draw the mark of `role` (remove, affected or overlap) into `area`; `faint` when hidden."""
    painter.save()
    painter.setOpacity(_FAINT if faint else 1.0)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    if role == "affected":
        _paint_affected(painter, area)
    else:
        painter.fillRect(area, colour("remove"))
        if role == "overlap":
            _paint_stripes(painter, area)
    painter.restore()


def _paint_affected(painter: QPainter, area: QRectF) -> None:
    tint = QColor(colour("affected"))
    tint.setAlphaF(_TINT)
    painter.fillRect(area, tint)
    pen = QPen(colour("affected"), 1.0, Qt.PenStyle.CustomDashLine)
    pen.setDashPattern([2.0, 1.0])
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRect(area.adjusted(0.5, 0.5, -0.5, -0.5))


def _paint_stripes(painter: QPainter, area: QRectF) -> None:
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setClipRect(area)
    painter.setPen(QPen(QBrush(colour("affected")), area.width() / 4))
    reach = area.width()
    for step in range(-1, 3):
        x = area.left() + step * reach / 2
        painter.drawLine(int(x), int(area.bottom()), int(x + reach), int(area.top()))


def role_icon(role: str) -> QIcon:
    """The mark of a role as an icon."""
    picture = QPixmap(_SIDE * _ICON_RATIO, _SIDE * _ICON_RATIO)
    picture.setDevicePixelRatio(_ICON_RATIO)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    paint_role(painter, QRectF(0, 0, _SIDE, _SIDE), role)
    painter.end()
    return QIcon(picture)


class RoleSwatch(QWidget):
    """The mark of a role in a panel."""

    def __init__(self, role: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._role = role
        self.setFixedSize(_SIDE, _SIDE)
        self.setAccessibleName(role)

    def set_role(self, role: str) -> None:
        """Show another role."""
        self._role = role
        self.setAccessibleName(role)
        self.update()

    def sizeHint(self) -> QSize:
        """A square of 12."""
        return QSize(_SIDE, _SIDE)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the mark."""
        painter = QPainter(self)
        paint_role(painter, QRectF(self.rect()), self._role, faint=not self.isEnabled())
