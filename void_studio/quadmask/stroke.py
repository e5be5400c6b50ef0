"""One drag of the brush."""

from __future__ import annotations

from typing import Protocol

from void_studio.core import Rect
from void_studio.quadmask.bits import Matte
from void_studio.quadmask.brush import stamp_line

__all__ = ["Stroke", "StrokeTarget"]


class StrokeTarget(Protocol):
    """What a stroke paints on."""

    def open_stroke(self, stroke: Stroke) -> Matte:
        """The array to paint into."""
        ...

    def stroke_painted(self, stroke: Stroke, rect: Rect) -> None:
        """Samples in `rect` may have changed."""
        ...

    def close_stroke(self, stroke: Stroke, painted: Matte, rect: Rect) -> None:
        """Keep what was painted: the whole frame, and the part that may have changed."""
        ...


class Stroke:
    """Dabs and lines between pen down and pen up: one undo step.

    Positions and radius are in plate pixels, sample i covering [i, i + 1). Any other edit of the
    document ends the stroke; a dab after that begins another undo step.
    """

    def __init__(self, target: StrokeTarget, layer_id: str, frame: int) -> None:
        self.layer_id = layer_id
        self.frame = frame
        self._target = target
        self._working: Matte | None = None
        self._rect = Rect(0, 0, 0, 0)

    def dab(self, x: float, y: float, radius: float, *, erase: bool = False) -> Rect:
        """Paint a disc; the rectangle that was touched."""
        return self.line(x, y, x, y, radius, erase=erase)

    def line(
        self, x0: float, y0: float, x1: float, y1: float, radius: float, *, erase: bool = False
    ) -> Rect:
        """Paint everything within `radius` of a segment; the rectangle that was touched."""
        if self._working is None:
            self._working = self._target.open_stroke(self)
        touched = stamp_line(self._working, (x0, y0), (x1, y1), radius, value=not erase)
        self._rect = self._rect.union(touched)
        self._target.stroke_painted(self, touched)
        return touched

    def end(self) -> None:
        """Make what was painted one undo step; nothing happens when nothing was."""
        if self._working is None:
            return
        painted, rect = self._working, self._rect
        self._working, self._rect = None, Rect(0, 0, 0, 0)
        self._target.close_stroke(self, painted, rect)
