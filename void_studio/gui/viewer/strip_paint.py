"""How the shot strip is drawn: ruler, cells, handles, brackets, cached frames."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QFont, QFontMetrics, QPainter, QPen, QPolygonF

from void_studio.core import FrameRange
from void_studio.gui.icons import icon
from void_studio.gui.theme import colour
from void_studio.quadmask import FrameState

__all__ = ["StripPlan", "draw_bracket", "draw_cell", "draw_hatch", "draw_ruler"]

RULER, FOOT, ROW_GAP = 22, 5, 2
_LEAST_CELL = 3.0
_HIGHEST_ROW = 24
_NUMBER_EVERY = (1, 5, 10, 25, 50, 100, 250, 500, 1000)
_FAINT = 0.27
_PADLOCK = 14


@dataclass(frozen=True, slots=True)
class StripPlan:
    """Where frames and rows lie in the strip, in logical pixels."""

    frames: FrameRange
    area: QRect
    rows: int

    @property
    def cell(self) -> float:
        """Width of a frame."""
        return self.area.width() / max(1, len(self.frames))

    @property
    def merged(self) -> int:
        """How many frames share a cell, so that none is narrower than 3 px."""
        return max(1, int(-(-_LEAST_CELL // self.cell)))

    def x(self, frame: float) -> float:
        """Left edge of a frame."""
        return self.area.x() + (frame - self.frames.start) * self.cell

    def frame_at(self, x: float) -> int:
        """The frame under a position, the nearest one outside."""
        at = self.frames.start + int((x - self.area.x()) // self.cell)
        return min(self.frames.last, max(self.frames.start, at))

    def row(self, index: int) -> QRect:
        """The band of a row over all frames."""
        height = min(_HIGHEST_ROW, (self.area.height() - RULER - FOOT) // self.rows)
        top = self.area.y() + RULER + index * height
        return QRect(self.area.x(), top, self.area.width(), height - ROW_GAP)

    def foot(self) -> QRect:
        """The band that tells which frames are in memory."""
        return QRect(self.area.x(), self.area.bottom() - 3, self.area.width(), 3)

    def cells(self) -> list[range]:
        """Frames that share a cell, in order."""
        step = self.merged
        return [
            range(first, min(first + step, self.frames.stop))
            for first in range(self.frames.start, self.frames.stop, step)
        ]

    def cell_rect(self, frames: range, row: int) -> QRectF:
        """Where a cell lies in a row; a pixel is left between cells."""
        band = self.row(row)
        left, right = round(self.x(frames.start)), round(self.x(frames.stop))
        gap = 1 if right - left > _LEAST_CELL else 0
        return QRectF(left, band.y(), right - left - gap, band.height())

    def numbered(self, font: QFont) -> int:
        """Every how many frames a number has room."""
        room = QFontMetrics(font).horizontalAdvance(str(self.frames.last)) + 28
        return next((n for n in _NUMBER_EVERY if n * self.cell >= room), _NUMBER_EVERY[-1])


def draw_ruler(painter: QPainter, plan: StripPlan, current: int, font: QFont) -> None:
    """Frame numbers with ticks; the current one on a chip."""
    every, metrics = plan.numbered(font), QFontMetrics(font)
    painter.setFont(font)
    chip = _chip_rect(plan, current, metrics)
    for frame in plan.frames:
        is_end = frame in {plan.frames.start, plan.frames.last}
        if frame % every and not is_end:
            continue
        x, width = plan.x(frame), metrics.horizontalAdvance(str(frame))
        left = x if frame != plan.frames.last else min(x, plan.area.right() - width)
        place = QRectF(left + 2, plan.area.y() + 2, width + 2, 16)
        painter.fillRect(QRectF(round(x), plan.area.y() + RULER - 5, 1, 4), colour("separator"))
        if not place.intersects(chip.adjusted(-4, 0, 4, 0)) and _has_room(plan, frame, metrics):
            painter.setPen(colour("text_3"))
            painter.drawText(place, Qt.AlignmentFlag.AlignVCenter, str(frame))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour("accent"))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.drawRoundedRect(chip, 2, 2)
    painter.setPen(colour("on_accent"))
    painter.drawText(chip, Qt.AlignmentFlag.AlignCenter, str(current))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)


def _has_room(plan: StripPlan, frame: int, metrics: QFontMetrics) -> bool:
    """Whether a number is far enough from those at the ends, which are always there."""
    room = metrics.horizontalAdvance(str(frame)) + 8
    if frame in {plan.frames.start, plan.frames.last}:
        return True
    from_first = plan.x(frame) - plan.x(plan.frames.start)
    to_last = plan.area.right() - metrics.horizontalAdvance(str(plan.frames.last)) - plan.x(frame)
    return from_first > room and to_last > room


def _chip_rect(plan: StripPlan, frame: int, metrics: QFontMetrics) -> QRectF:
    width = metrics.horizontalAdvance(str(frame)) + 10
    middle = plan.x(frame) + plan.cell / 2
    left = min(plan.area.right() - width, max(plan.area.x(), middle - width / 2))
    return QRectF(round(left), plan.area.y() + 2, width, 16)


def draw_cell(
    painter: QPainter, rect: QRectF, state: FrameState, token: str, *, proposed: bool
) -> None:
    """One frame of a role: full when painted, faint when carried there, a line when empty."""
    hue = QColor(colour(token))
    if state is FrameState.EMPTY:
        line = QRectF(rect.x(), rect.bottom() - 1, rect.width(), 1)
        painter.fillRect(line, colour("separator"))
    else:
        is_full = state in {FrameState.PAINTED, FrameState.LOCKED}
        hue.setAlphaF(1.0 if is_full else _FAINT)
        painter.fillRect(rect, hue)
    if proposed:
        pen = QPen(colour(token), 1, Qt.PenStyle.DashLine)
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(rect.adjusted(0.5, 0.5, -0.5, -0.5))
    if state is FrameState.LOCKED and rect.width() >= _PADLOCK:
        _draw_padlock(painter, rect)
    if state is FrameState.KEYED:
        _draw_diamond(painter, rect.center())


def _draw_padlock(painter: QPainter, rect: QRectF) -> None:
    side = min(_PADLOCK, int(rect.height()))
    place = QRect(0, 0, side, side)
    place.moveCenter(rect.center().toPoint())
    icon("lock-simple-fill", tone="on_accent").paint(painter, place)


def _draw_diamond(painter: QPainter, at: QPointF) -> None:
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour("icon_on"))
    reach = 3.5
    steps = ((0, -reach), (reach, 0), (0, reach), (-reach, 0))
    painter.drawPolygon(QPolygonF([at + QPointF(x, y) for x, y in steps]))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)


def draw_hatch(painter: QPainter, rect: QRectF) -> None:
    """Diagonal lines over handles."""
    ink = QColor(colour("line"))
    ink.setAlphaF(0.85)
    brush = QBrush(ink, Qt.BrushStyle.BDiagPattern)
    painter.fillRect(rect, brush)


def draw_bracket(painter: QPainter, x: float, top: int, bottom: int, *, opens: bool) -> None:
    """The white bracket of in or out."""
    painter.setPen(QPen(colour("text_1"), 1.5))
    tip = 5 if opens else -5
    painter.drawPolyline(
        QPolygonF(
            [
                QPointF(x + tip, top),
                QPointF(x, top),
                QPointF(x, bottom),
                QPointF(x + tip, bottom),
            ]
        )
    )
