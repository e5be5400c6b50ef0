"""Regions of a frame that a tool fills at once.

Positions are in plate pixels, sample i covering [i, i + 1); a sample belongs to a rectangle, an
ellipse or a cell when its centre does.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from void_studio.core import Extent, Rect, UsageError
from void_studio.quadmask.bits import Matte
from void_studio.quadmask.brush import stamp_line

__all__ = [
    "GRID_ROWS",
    "Region",
    "Segment",
    "ellipse_region",
    "flood_region",
    "grid_cell",
    "polygon_region",
    "rect_region",
    "segments_region",
]

GRID_ROWS = 8
_SHIFT = 8
_FURTHEST = 1e5
_MAX_POINTS = 100_000

Point = tuple[float, float]


@dataclass(frozen=True, slots=True, eq=False)
class Region:
    """Samples of a frame: boolean `matte` of the size of `rect`, which lies inside the frame."""

    rect: Rect
    matte: Matte

    def painted_on(self, matte: Matte, *, erase: bool) -> Matte:
        """A frame's matte with this region set, or cleared; a new array."""
        painted = matte.copy()
        part = painted[self.rect.slices]
        if erase:
            part &= ~self.matte
        else:
            part |= self.matte
        return painted


@dataclass(frozen=True, slots=True)
class Segment:
    """One piece of a stroke."""

    start: Point
    end: Point
    radius: float


def segments_region(segments: Sequence[Segment], extent: Extent) -> Region:
    """What a stroke along `segments` touches."""
    whole = np.zeros(extent.shape, np.bool_)
    rect = Rect(0, 0, 0, 0)
    for one in segments:
        rect = rect.union(stamp_line(whole, one.start, one.end, one.radius, value=True))
    return Region(rect, whole[rect.slices].copy())


def rect_region(one: Point, other: Point, extent: Extent) -> Region:
    """The rectangle between two corners."""
    rect = _between(one, other, extent)
    return Region(rect, np.ones(rect.extent.shape, np.bool_))


def ellipse_region(one: Point, other: Point, extent: Extent) -> Region:
    """The ellipse that touches the rectangle between two corners from inside."""
    rect = _between(one, other, extent)
    radii = [max(abs(one[axis] - other[axis]) / 2, 1e-6) for axis in (0, 1)]
    middle = [(one[axis] + other[axis]) / 2 for axis in (0, 1)]
    across = (np.arange(rect.x, rect.right) + 0.5 - middle[0]) / radii[0]
    down = (np.arange(rect.y, rect.bottom) + 0.5 - middle[1]) / radii[1]
    inside = np.less_equal(across[None, :] ** 2 + down[:, None] ** 2, 1.0)
    return Region(rect, inside)


def polygon_region(points: Sequence[Point], extent: Extent) -> Region:
    """The inside of a closed polygon, even-odd, with the samples that its outline passes.

    Raises UsageError for fewer than three points or one that is out of reach.
    """
    import cv2

    corners = np.array(points, np.float64)
    if not 3 <= len(points) <= _MAX_POINTS or not (np.abs(corners) <= _FURTHEST).all():
        raise UsageError(f"a region can not have these {len(points)} corners")
    least, most = np.floor(corners.min(axis=0)), np.ceil(corners.max(axis=0))
    rect = Rect.of(int(least[0]), int(least[1]), int(most[0]) + 1, int(most[1]) + 1)
    rect = rect.intersect(extent.rect)
    matte = np.zeros(rect.extent.shape, np.bool_)
    if rect.area:
        shifted = np.round((corners - (rect.x, rect.y) - 0.5) * (1 << _SHIFT)).astype(np.int32)
        cv2.fillPoly(matte.view(np.uint8), [shifted], (1,), cv2.LINE_8, _SHIFT)
    return Region(rect, matte)


def flood_region(matte: Matte, x: float, y: float) -> Region | None:
    """The samples around a point that are as the one there, connected over edges; None outside."""
    import cv2

    height, width = matte.shape
    column, row = math.floor(x), math.floor(y)
    if not (0 <= column < width and 0 <= row < height):
        return None
    filled = np.zeros((height + 2, width + 2), np.uint8)
    samples = np.ascontiguousarray(matte).view(np.uint8)
    flags = 4 | cv2.FLOODFILL_MASK_ONLY | (1 << 8)
    _, _, _, box = cv2.floodFill(samples, filled, (column, row), (1,), flags=flags)
    rect = Rect(*box)
    found: npt.NDArray[np.uint8] = filled[1:-1, 1:-1][rect.slices]
    return Region(rect, found.astype(np.bool_))


def grid_cell(x: float, y: float, extent: Extent) -> Rect:
    """The cell of VOID's grid around a point: 8 rows of square cells from the top left corner.

    Empty for a point outside of the frame. The last column may be narrower.
    """
    if not (0 <= x < extent.width and 0 <= y < extent.height):
        return Rect(0, 0, 0, 0)
    side = extent.height / GRID_ROWS
    column, row = math.floor(x / side), math.floor(y / side)
    cell = [round(column * side), round(row * side)]
    cell += [round((column + 1) * side), round((row + 1) * side)]
    return Rect.of(*cell).intersect(extent.rect)


def _between(one: Point, other: Point, extent: Extent) -> Rect:
    edges = (*one, *other)
    if not all(abs(edge) <= _FURTHEST for edge in edges):
        raise UsageError(f"a region can not reach from {one} to {other}")
    left, right = sorted((round(one[0]), round(other[0])))
    top, bottom = sorted((round(one[1]), round(other[1])))
    return Rect.of(left, top, right, bottom).intersect(extent.rect)
