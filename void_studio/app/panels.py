"""Labelled pictures side by side."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
import numpy.typing as npt

from void_studio.core import Extent
from void_studio.media import resize

__all__ = ["PanelGrid"]

_GAP, _HEAD = 8, 32
_INK, _PAPER = (220, 220, 220), 34
_TEXT_SCALE, _PIXELS_PER_SIGN = 0.55, 10

Picture = npt.NDArray[np.uint8]


class PanelGrid:
    """A grid of pictures of one size, each with its label above it; sides are even."""

    def __init__(self, labels: Sequence[str], cell: Extent, *, columns: int) -> None:
        self._cell = cell
        self._columns = min(columns, len(labels))
        rows = -(-len(labels) // self._columns)
        width = self._columns * (cell.width + _GAP) + _GAP
        height = rows * (cell.height + _HEAD) + _GAP
        self._empty = np.full((height + height % 2, width + width % 2, 3), _PAPER, np.uint8)
        for at, label in enumerate(labels):
            x, y = self._corner(at)
            self._write(label, x, y)

    @property
    def extent(self) -> Extent:
        """Size of what `compose` returns."""
        return Extent(self._empty.shape[1], self._empty.shape[0])

    def compose(self, pictures: Sequence[npt.NDArray[np.uint16]]) -> Picture:
        """RGB uint8 of RGB uint16 pictures, one for each label, of any size."""
        grid = self._empty.copy()
        for at, rgb in enumerate(pictures):
            x, y = self._corner(at)
            small = np.right_shift(resize(rgb, self._cell), 8).astype(np.uint8)
            grid[y : y + self._cell.height, x : x + self._cell.width] = small
        return grid

    def _corner(self, at: int) -> tuple[int, int]:
        row, column = divmod(at, self._columns)
        return (
            _GAP + column * (self._cell.width + _GAP),
            _HEAD + row * (self._cell.height + _HEAD),
        )

    def _write(self, label: str, x: int, y: int) -> None:
        text = label[: max(1, self._cell.width // _PIXELS_PER_SIGN)]
        place = (x, y - _HEAD // 3)
        font = cv2.FONT_HERSHEY_SIMPLEX
        cv2.putText(self._empty, text, place, font, _TEXT_SCALE, _INK, 1, cv2.LINE_AA)
