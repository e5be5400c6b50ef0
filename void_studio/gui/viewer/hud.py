"""Chips in the corners of the viewer: what is shown, in words and numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter

from void_studio.gui.controls import paint_role
from void_studio.gui.icons import icon
from void_studio.gui.theme import colour

__all__ = ["Chip", "Corner", "Piece", "draw_chip", "placed_chips"]

_HEIGHT, _RADIUS, _INSET, _INSET_COMPACT = 22, 3, 12, 8
_SIDE, _GAP, _SWATCH, _ICON = 8, 10, 11, 14
_GROUND = 0.66
_AWAY = 48
_COMPACT_BELOW = 900


class Corner(Enum):
    """Where a chip sits."""

    TOP_LEFT = "top left"
    TOP_RIGHT = "top right"
    BOTTOM_LEFT = "bottom left"
    BOTTOM_RIGHT = "bottom right"


@dataclass(frozen=True, slots=True)
class Piece:
    """A word of a chip, with a role's mark or an icon before it; `quiet` ones go first."""

    text: str
    strong: bool = False
    role: str = ""
    icon: str = ""
    quiet: bool = False


@dataclass(frozen=True, slots=True)
class Chip:
    """A chip with its place in the viewer, in logical pixels."""

    pieces: tuple[Piece, ...]
    rect: QRect

    def is_near(self, pointer: QPoint | None) -> bool:
        """Whether the pointer is so near that the chip makes way."""
        around = self.rect.adjusted(-_AWAY, -_AWAY, _AWAY, _AWAY)
        return pointer is not None and around.contains(pointer)


def placed_chips(
    corners: dict[Corner, Sequence[Piece]], picture: QRect, viewport: QSize, font: QFont
) -> tuple[Chip, ...]:
    """Chips in the corners of the part of `picture` that is in view, none wider than half of it."""
    area = picture.intersected(QRect(QPoint(0, 0), viewport))
    inset = _INSET_COMPACT if viewport.width() < _COMPACT_BELOW else _INSET
    area = area.adjusted(inset, inset, -inset, -inset)
    if area.height() < 2 * _HEIGHT:
        return ()
    room = area.width() // 2 - inset
    return tuple(
        Chip(kept, _rect(corner, _width(kept, font), area))
        for corner, pieces in corners.items()
        if (kept := _fitting(tuple(pieces), font, room))
    )


def draw_chip(painter: QPainter, chip: Chip, font: QFont) -> None:
    """Draw one chip."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    ground = QColor(colour("line"))
    ground.setAlphaF(_GROUND)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(ground)
    painter.drawRoundedRect(QRectF(chip.rect), _RADIUS, _RADIUS)
    x = chip.rect.x() + _SIDE
    for piece in chip.pieces:
        x = _draw_piece(painter, piece, x, chip.rect, font) + _GAP
    painter.restore()


def _draw_piece(painter: QPainter, piece: Piece, x: int, rect: QRect, font: QFont) -> int:
    if piece.role:
        top = rect.y() + (rect.height() - _SWATCH) / 2
        paint_role(painter, QRectF(x, top, _SWATCH, _SWATCH), piece.role)
        x += _SWATCH + 6
    elif piece.icon:
        top = rect.y() + (rect.height() - _ICON) // 2
        icon(piece.icon).paint(painter, QRect(x, top, _ICON, _ICON))
        x += _ICON + 5
    used = _font(piece, font)
    painter.setFont(used)
    painter.setPen(colour("text_2" if piece.quiet else "text_1"))
    width = QFontMetrics(used).horizontalAdvance(piece.text)
    place = QRect(x, rect.y(), width + 1, rect.height())
    painter.drawText(place, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, piece.text)
    return x + width


def _fitting(pieces: tuple[Piece, ...], font: QFont, room: int) -> tuple[Piece, ...]:
    """Without its last quiet pieces, as many as it takes; nothing when the rest is too wide."""
    kept = list(pieces)
    while kept and _width(tuple(kept), font) > room:
        quiet = [piece for piece in kept if piece.quiet]
        if not quiet:
            return ()
        kept.remove(quiet[-1])
    return tuple(kept)


def _width(pieces: tuple[Piece, ...], font: QFont) -> int:
    return 2 * _SIDE + sum(_piece_width(piece, font) for piece in pieces) + _GAP * (len(pieces) - 1)


def _piece_width(piece: Piece, font: QFont) -> int:
    mark = _SWATCH + 6 if piece.role else _ICON + 5 if piece.icon else 0
    return mark + QFontMetrics(_font(piece, font)).horizontalAdvance(piece.text)


def _font(piece: Piece, font: QFont) -> QFont:
    made = QFont(font)
    made.setPixelSize(12)
    made.setWeight(QFont.Weight.DemiBold if piece.strong else QFont.Weight.Normal)
    return made


def _rect(corner: Corner, width: int, area: QRect) -> QRect:
    is_right = corner in {Corner.TOP_RIGHT, Corner.BOTTOM_RIGHT}
    is_bottom = corner in {Corner.BOTTOM_LEFT, Corner.BOTTOM_RIGHT}
    x = area.right() + 1 - width if is_right else area.x()
    y = area.bottom() + 1 - _HEIGHT if is_bottom else area.y()
    return QRect(x, y, width, _HEIGHT)
