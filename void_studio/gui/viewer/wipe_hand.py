"""Dragging the wipe's line, and turning it."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF

if TYPE_CHECKING:
    from void_studio.gui.viewer.canvas import Canvas

__all__ = ["WipeHand"]

_NEAR_PX = 14.0
_QUARTER = 90.0


class WipeHand:
    """Moves the line that is grabbed anywhere, or turns it by its small handle."""

    def __init__(self, canvas: Canvas) -> None:
        self._canvas = canvas
        self._offset: QPointF | None = None
        self._turns = False

    def press(self, at: QPointF) -> bool:
        """Grab the line; False when there is nothing to compare."""
        if self._canvas.composition.other is None:
            return False
        middle, _, turn = self._canvas.marks.wipe_places()
        self._turns = math.hypot(at.x() - turn.x(), at.y() - turn.y()) <= _NEAR_PX
        near = math.hypot(at.x() - middle.x(), at.y() - middle.y()) <= _NEAR_PX
        self._offset = middle - at if near else QPointF(0, 0)
        if not self._turns:
            self.move(at, snap=False)
        return True

    def move(self, at: QPointF, *, snap: bool) -> None:
        """Take the line along; turning snaps to 0 and 90 degrees with `snap`."""
        canvas = self._canvas
        if self._offset is None:
            return
        if self._turns:
            middle, _, _ = canvas.marks.wipe_places()
            angle = math.degrees(math.atan2(-(at.x() - middle.x()), at.y() - middle.y()))
            turned = round(angle / _QUARTER) * _QUARTER if snap else round(angle, 1)
            canvas.set_wipe(replace(canvas.wipe, angle=turned))
        else:
            x, y = canvas.to_plate(at + self._offset)
            extent = canvas.placement.extent
            x, y = min(extent.width, max(0.0, x)), min(extent.height, max(0.0, y))
            canvas.set_wipe(replace(canvas.wipe, x=x, y=y))

    def release(self) -> None:
        """Let go."""
        self._offset, self._turns = None, False
