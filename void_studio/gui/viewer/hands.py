"""The painting tools: what each does with the pen."""

from __future__ import annotations

import math
from collections.abc import Callable

from void_studio.app.session import Painting, ViewState
from void_studio.core import Rect
from void_studio.gui.viewer.pointer import Draft, DraftForm, Point, Pointer

__all__ = [
    "BrushHand",
    "ClickHand",
    "LassoHand",
    "LineHand",
    "PolygonHand",
    "RestingHand",
    "SpanHand",
]

SMALLEST_BRUSH, LARGEST_BRUSH = 1.0, 2000.0
_CLOSES_AT_PX = 10.0
_PX_PER_E_FOLD = 200.0

SpanDone = Callable[[Point, Point, bool], object]
"""Two corners, and whether Alt was held."""
ClickDone = Callable[[Pointer], object]
CellAt = Callable[[float, float], Rect]


class RestingHand:
    """Does nothing; what other hands begin with."""

    def press(self, at: Pointer) -> None:
        """Nothing."""

    def move(self, at: Pointer) -> None:
        """Nothing."""

    def release(self, at: Pointer) -> None:
        """Nothing."""

    def hover(self, at: Pointer) -> None:
        """Nothing."""

    def finish(self) -> None:
        """Nothing."""

    def cancel(self) -> None:
        """Nothing."""

    def draft(self) -> Draft:
        """Nothing."""
        return Draft()


class BrushHand(RestingHand):
    """Brush and eraser: a stroke; Shift-click a line from the last dab; Ctrl+Shift-drag the size.

    Alt paints with the other of the two.
    """

    def __init__(self, painting: Painting, view: ViewState, *, erase: bool) -> None:
        self._painting = painting
        self._view = view
        self._erase = erase
        self._last: tuple[int, Point] | None = None
        self._painting_now = False
        self._sizing: tuple[float, float] | None = None

    @property
    def is_sizing(self) -> bool:
        """Whether the size is being dragged: the circle stands still meanwhile."""
        return self._sizing is not None

    def press(self, at: Pointer) -> None:
        """Begin a stroke, a line or a change of size."""
        erase = self._erase != at.alt
        if at.ctrl and at.shift:
            self._sizing = (at.device_x, self._view.brush_px)
        elif at.shift and self._last is not None and self._last[0] == self._view.frame:
            self._painting.line(self._last[1], at.at, erase=erase)
            self._last = (self._view.frame, at.at)
        else:
            self._painting_now = self._painting.begin(at.x, at.y, pressure=at.pressure, erase=erase)

    def move(self, at: Pointer) -> None:
        """Go on."""
        if self._sizing is not None:
            start, size = self._sizing
            grown = size * math.exp((at.device_x - start) / _PX_PER_E_FOLD)
            self._view.brush_px = round(min(LARGEST_BRUSH, max(SMALLEST_BRUSH, grown)), 1)
        elif self._painting_now:
            self._painting.move(at.x, at.y, pressure=at.pressure)

    def release(self, at: Pointer) -> None:
        """End it."""
        if self._painting_now:
            self._painting.end()
            self._last = (self._view.frame, at.at)
        self._sizing, self._painting_now = None, False

    def cancel(self) -> None:
        """End the stroke: it stays, and can be undone."""
        if self._painting_now:
            self._painting.end()
        self._sizing, self._painting_now = None, False


class LineHand(RestingHand):
    """A straight line of the brush's width from press to release."""

    def __init__(self, painting: Painting) -> None:
        self._painting = painting
        self._start: Point | None = None
        self._end: Point = (0, 0)

    def press(self, at: Pointer) -> None:
        """Begin."""
        self._start = self._end = at.at

    def move(self, at: Pointer) -> None:
        """Draft up to here."""
        self._end = at.at

    def release(self, at: Pointer) -> None:
        """Paint it."""
        if self._start is not None:
            self._painting.line(self._start, at.at, erase=at.alt)
        self._start = None

    def cancel(self) -> None:
        """Forget it."""
        self._start = None

    def draft(self) -> Draft:
        """The line."""
        if self._start is None:
            return Draft()
        return Draft(DraftForm.LINE, (self._start, self._end))


class LassoHand(RestingHand):
    """A freehand outline that is filled on release."""

    def __init__(self, painting: Painting) -> None:
        self._painting = painting
        self._points: list[Point] = []

    def press(self, at: Pointer) -> None:
        """Begin."""
        self._points = [at.at]

    def move(self, at: Pointer) -> None:
        """Go on."""
        if self._points:
            self._points.append(at.at)

    def release(self, at: Pointer) -> None:
        """Fill it."""
        points, self._points = self._points, []
        if len(points) > 2:
            self._painting.polygon(points, erase=at.alt)

    def cancel(self) -> None:
        """Forget it."""
        self._points = []

    def draft(self) -> Draft:
        """The outline so far."""
        return Draft(DraftForm.PATH, tuple(self._points)) if self._points else Draft()


class PolygonHand(RestingHand):
    """Corners by clicks; a click on the first one, Enter or a double click fills it."""

    def __init__(self, painting: Painting) -> None:
        self._painting = painting
        self._points: list[Point] = []
        self._end: Point = (0, 0)
        self._near = False
        self._erase = False

    def press(self, at: Pointer) -> None:
        """Set a corner, or close."""
        self.hover(at)
        if self._near:
            self.finish()
            return
        self._points.append(at.at)
        self._erase = at.alt

    def hover(self, at: Pointer) -> None:
        """Draft up to here."""
        self._end = at.at
        self._near = len(self._points) > 2 and self._is_near(at)

    def move(self, at: Pointer) -> None:
        """Draft up to here."""
        self.hover(at)

    def finish(self) -> None:
        """Fill it; fewer than three corners are forgotten."""
        points, self._points, self._near = self._points, [], False
        distinct = list(dict.fromkeys(points))
        if len(distinct) > 2:
            self._painting.polygon(distinct, erase=self._erase)

    def cancel(self) -> None:
        """Forget it."""
        self._points, self._near = [], False

    def draft(self) -> Draft:
        """The corners so far and the next side."""
        if not self._points:
            return Draft()
        return Draft(DraftForm.PATH, (*self._points, self._end), closes=self._near)

    def _is_near(self, at: Pointer) -> bool:
        first = self._points[0]
        return math.dist(first, at.at) * at.zoom < _CLOSES_AT_PX


class SpanHand(RestingHand):
    """A rectangle, an ellipse or a box between press and release; Shift makes sides equal."""

    def __init__(self, form: DraftForm, done: SpanDone) -> None:
        self._form = form
        self._done = done
        self._start: Point | None = None
        self._end: Point = (0, 0)

    def press(self, at: Pointer) -> None:
        """Begin."""
        self._start = self._end = at.at

    def move(self, at: Pointer) -> None:
        """Draft up to here."""
        if self._start is not None:
            self._end = _squared(self._start, at.at) if at.shift else at.at

    def release(self, at: Pointer) -> None:
        """Do it; a click without a drag does nothing."""
        self.move(at)
        start, self._start = self._start, None
        if start is not None and start[0] != self._end[0] and start[1] != self._end[1]:
            self._done(start, self._end, at.alt)

    def cancel(self) -> None:
        """Forget it."""
        self._start = None

    def draft(self) -> Draft:
        """The two corners."""
        return Draft(self._form, (self._start, self._end)) if self._start else Draft()


class ClickHand(RestingHand):
    """One thing at each place that is clicked; with `cell`, on each new cell dragged over too."""

    def __init__(self, click: ClickDone, *, cell: CellAt | None = None) -> None:
        self._click = click
        self._cell = cell
        self._under: Rect | None = None

    def press(self, at: Pointer) -> None:
        """Do it here."""
        self.hover(at)
        self._click(at)

    def move(self, at: Pointer) -> None:
        """Do it on the next cell."""
        before = self._under
        self.hover(at)
        if self._cell is not None and self._under != before and self._under:
            self._click(at)

    def hover(self, at: Pointer) -> None:
        """Remember the cell under the pointer."""
        if self._cell is not None:
            under = self._cell(at.x, at.y)
            self._under = under if under.area else None

    def draft(self) -> Draft:
        """The cell that would change."""
        return Draft(DraftForm.CELL, cell=self._under) if self._under else Draft()


def _squared(start: Point, end: Point) -> Point:
    across, down = end[0] - start[0], end[1] - start[1]
    side = max(abs(across), abs(down))
    return (start[0] + math.copysign(side, across), start[1] + math.copysign(side, down))
