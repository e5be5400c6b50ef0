"""Lines over the picture: drafts, prompts, grids, the canvas rectangle, the wipe, the cursor.

All are drawn in logical pixels on a painter of the canvas; plate positions are mapped by `to_view`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen, QPolygonF

from void_studio.core import Extent, Rect
from void_studio.gui.theme import colour
from void_studio.gui.viewer.pointer import Draft, DraftForm
from void_studio.quadmask import BoxPrompt, LayerPrompt, PointPrompt

__all__ = [
    "circle_reach",
    "draw_canvas_rect",
    "draw_circle",
    "draw_cross",
    "draw_draft",
    "draw_prompts",
    "draw_void_grid",
    "draw_wipe",
]

_ROWS = 8
_DISC = 5.5
_HANDLE = 8.0
_DIM = 0.42
_CROSS_GAP, _CROSS_ARM = 4.0, 10.0
WIPE_MOVE_PX, WIPE_TURN_PX = 10.0, 5.0

ToView = Callable[[float, float], QPointF]


def _white(alpha: float = 1.0) -> QColor:
    made = QColor(Qt.GlobalColor.white)
    made.setAlphaF(alpha)
    return made


def _black(alpha: float) -> QColor:
    made = QColor(Qt.GlobalColor.black)
    made.setAlphaF(alpha)
    return made


def _twice(painter: QPainter, draw: Callable[[], None], *, dashed: bool = False) -> None:
    """Draw in black 3 px wide at 60 %, then in white 1 px wide."""
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(_black(0.6), 3.0))
    draw()
    pen = QPen(_white(), 1.0)
    if dashed:
        pen.setDashPattern([5.0, 4.0])
    painter.setPen(pen)
    draw()


def draw_draft(painter: QPainter, draft: Draft, to_view: ToView) -> None:
    """Draw what a hand is about to do."""
    if draft.form is DraftForm.NONE:
        return
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    if draft.cell is not None:
        cell = _view_rect(draft.cell, to_view)
        _twice(painter, lambda: painter.drawRect(cell))
        return
    points = [to_view(x, y) for x, y in draft.points]
    if draft.form in {DraftForm.LINE, DraftForm.PATH}:
        _twice(painter, lambda: painter.drawPolyline(QPolygonF(points)))
        if draft.closes:
            _twice(painter, lambda: painter.drawEllipse(points[0], 6, 6))
        return
    spanned = QRectF(points[0], points[1]).normalized()
    if draft.form is DraftForm.ELLIPSE:
        _twice(painter, lambda: painter.drawEllipse(spanned), dashed=True)
    else:
        _twice(painter, lambda: painter.drawRect(spanned), dashed=True)


def draw_prompts(
    painter: QPainter, prompts: Iterable[LayerPrompt], frame: int, to_view: ToView, number: str
) -> None:
    """Draw the prompts of one layer on a frame; `number` stands beside a point, may be empty."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for prompt in prompts:
        if prompt.frame != frame:
            continue
        if isinstance(prompt, PointPrompt):
            _draw_point(painter, to_view(prompt.x, prompt.y), number, positive=prompt.positive)
        else:
            _twice(painter, _box_of(painter, prompt, to_view), dashed=True)


def _box_of(painter: QPainter, prompt: BoxPrompt, to_view: ToView) -> Callable[[], None]:
    box = QRectF(to_view(prompt.left, prompt.top), to_view(prompt.right, prompt.bottom))
    return lambda: painter.drawRect(box)


def _draw_point(painter: QPainter, at: QPointF, number: str, *, positive: bool) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(_black(0.72))
    painter.drawEllipse(at, _DISC + 1.5, _DISC + 1.5)
    painter.setPen(QPen(_white(), 1.5))
    painter.drawLine(at - QPointF(3, 0), at + QPointF(3, 0))
    if positive:
        painter.drawLine(at - QPointF(0, 3), at + QPointF(0, 3))
    if number:
        painter.drawText(at + QPointF(_DISC + 4, 4), number)


def draw_void_grid(painter: QPainter, extent: Extent, to_view: ToView) -> None:
    """VOID's grid over the plate: 8 rows of square cells (VOID_SPEC)."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)
    side = extent.height / _ROWS
    corner, far = to_view(0, 0), to_view(extent.width, extent.height)
    columns = [to_view(at * side, 0).x() for at in range(1, int(extent.width / side) + 1)]
    rows = [to_view(0, at * side).y() for at in range(1, _ROWS)]
    for pen in (QPen(_black(0.35), 3.0), QPen(_white(0.45), 1.0)):
        painter.setPen(pen)
        for x in columns:
            painter.drawLine(QPointF(x, corner.y()), QPointF(x, far.y()))
        for y in rows:
            painter.drawLine(QPointF(corner.x(), y), QPointF(far.x(), y))


def draw_canvas_rect(
    painter: QPainter,
    canvas: Rect,
    extent: Extent,
    path: Sequence[tuple[float, float]],
    to_view: ToView,
) -> None:
    """Where the canvas lies on the plate, what is outside darkened; `path` are its middles."""
    inside, whole = _view_rect(canvas, to_view), _view_rect(extent.rect, to_view)
    outside = QPainterPath()
    outside.addRect(whole)
    outside.addRect(inside)
    outside.setFillRule(Qt.FillRule.OddEvenFill)
    painter.fillPath(outside, _black(_DIM))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    _twice(painter, lambda: painter.drawRect(inside))
    if len(path) > 1:
        line = QPolygonF([to_view(x, y) for x, y in path])
        painter.setPen(QPen(_white(), 1.0, Qt.PenStyle.DotLine))
        painter.drawPolyline(line)
    painter.setPen(QPen(_black(0.6), 1.0))
    painter.setBrush(_white())
    for at in _handles(inside):
        side = _HANDLE
        painter.drawRect(QRectF(at.x() - side / 2, at.y() - side / 2, side, side))


def _handles(rect: QRectF) -> list[QPointF]:
    middle = rect.center()
    return [
        QPointF(x, y)
        for x in (rect.left(), middle.x(), rect.right())
        for y in (rect.top(), middle.y(), rect.bottom())
        if (x, y) != (middle.x(), middle.y())
    ]


def draw_wipe(painter: QPainter, at: QPointF, along: QPointF, turn: QPointF) -> None:
    """The wipe's line through `at` in the direction `along`, its handles to move and to turn."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    _twice(painter, lambda: painter.drawLine(at - along * 10000, at + along * 10000))
    painter.setBrush(colour("panel"))
    for place, radius in ((at, WIPE_MOVE_PX), (turn, WIPE_TURN_PX)):
        painter.setPen(QPen(_black(0.6), 3.0))
        painter.drawEllipse(place, radius, radius)
        painter.setPen(QPen(_white(), 1.0))
        painter.drawEllipse(place, radius, radius)
    across = QPointF(-along.y(), along.x())
    for side in (-1.0, 1.0):
        tip = at + across * (5.5 * side)
        back = at + across * (2.5 * side)
        painter.drawLine(tip, back + along * 3)
        painter.drawLine(tip, back - along * 3)


def circle_reach(radius: float) -> float:
    """How far the brush's outline is drawn from its middle, in logical pixels."""
    return max(radius + 3, _CROSS_ARM + 2)


def draw_circle(painter: QPainter, at: QPointF, radius: float, *, dashed: bool) -> None:
    """The outline of the brush at its true size; below 6 px a cross alone."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    if 2 * radius < 6:
        draw_cross(painter, at)
        return
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(_black(0.75), 1.0))
    painter.drawEllipse(at, radius + 1, radius + 1)
    pen = QPen(_white(), 1.0)
    if dashed:
        pen.setDashPattern([4.0, 3.0])
    painter.setPen(pen)
    painter.drawEllipse(at, radius, radius)
    if 2 * radius > 12:
        painter.setPen(QPen(_black(0.75), 3.0))
        _plus(painter, at, 0, 1.5)
        painter.setPen(QPen(_white(), 1.0))
        _plus(painter, at, 0, 1.5)


def draw_cross(painter: QPainter, at: QPointF, sign: str = "") -> None:
    """A fine cross with a gap in its middle; `sign` is + or - beside it."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for pen in (QPen(_black(0.75), 3.0), QPen(_white(), 1.0)):
        painter.setPen(pen)
        _plus(painter, at, _CROSS_GAP, _CROSS_ARM)
        if sign:
            beside = at + QPointF(9, 9)
            painter.drawLine(beside - QPointF(3, 0), beside + QPointF(3, 0))
            if sign == "+":
                painter.drawLine(beside - QPointF(0, 3), beside + QPointF(0, 3))


def _plus(painter: QPainter, at: QPointF, inner: float, outer: float) -> None:
    for x, y in ((1.0, 0.0), (-1.0, 0.0), (0.0, 1.0), (0.0, -1.0)):
        painter.drawLine(at + QPointF(x, y) * inner, at + QPointF(x, y) * outer)


def _view_rect(rect: Rect, to_view: ToView) -> QRectF:
    return QRectF(to_view(rect.x, rect.y), to_view(rect.right, rect.bottom))
