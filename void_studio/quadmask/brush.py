"""The round hard brush: a sample is painted when its centre lies within the radius.

Positions are in plate pixels, sample i covering [i, i + 1), so its centre is at i + 0.5.
"""

from __future__ import annotations

import itertools
import math

import numpy as np

from void_studio.core import Extent, Rect, UsageError
from void_studio.quadmask.bits import Matte

__all__ = ["stamp_line"]

_FURTHEST = float(1 << 17)
_SHORTEST_PIECE = 64.0

Point = tuple[float, float]


def stamp_line(target: Matte, start: Point, end: Point, radius: float, *, value: bool) -> Rect:
    """Set all samples within `radius` of the segment to `value`; the rectangle that was touched.

    The samples that the segment itself passes are always set, so that thin lines have no gaps.
    A long segment is stamped in pieces: work follows the painted area, not the bounding box.
    Raises UsageError for a position or radius that is not a number within reach.
    """
    if not all(abs(value) <= _FURTHEST for value in (*start, *end, radius)):
        raise UsageError(f"a brush can not reach from {start} to {end} with radius {radius}")
    length = math.dist(start, end)
    pieces = max(1, math.ceil(length / max(_SHORTEST_PIECE, 2 * radius)))
    points = [_between(start, end, step / pieces) for step in range(pieces + 1)]
    touched = _stamp_path(target, start, end, value=value)
    for one, other in itertools.pairwise(points):
        touched = touched.union(_stamp_capsule(target, one, other, radius, value=value))
    return touched


def _between(start: Point, end: Point, share: float) -> Point:
    return (
        start[0] + (end[0] - start[0]) * share,
        start[1] + (end[1] - start[1]) * share,
    )


def _frame(target: Matte) -> Rect:
    return Extent(target.shape[1], target.shape[0]).rect


def _stamp_capsule(target: Matte, start: Point, end: Point, radius: float, *, value: bool) -> Rect:
    rect = Rect.of(
        math.floor(min(start[0], end[0]) - radius),
        math.floor(min(start[1], end[1]) - radius),
        math.ceil(max(start[0], end[0]) + radius),
        math.ceil(max(start[1], end[1]) + radius),
    ).intersect(_frame(target))
    if not rect.area:
        return rect
    across = np.arange(rect.x, rect.right, dtype=np.float32)[None, :] + np.float32(0.5 - start[0])
    down = np.arange(rect.y, rect.bottom, dtype=np.float32)[:, None] + np.float32(0.5 - start[1])
    dx, dy = np.float32(end[0] - start[0]), np.float32(end[1] - start[1])
    length_squared = dx * dx + dy * dy
    if length_squared > 0:
        along = np.clip((across * dx + down * dy) / length_squared, 0, 1)
        across, down = across - along * dx, down - along * dy
    target[rect.slices][across * across + down * down <= np.float32(radius * radius)] = value
    return rect


def _stamp_path(target: Matte, start: Point, end: Point, *, value: bool) -> Rect:
    steps = 2 * math.ceil(max(abs(end[0] - start[0]), abs(end[1] - start[1]))) + 1
    columns = np.floor(np.linspace(start[0], end[0], steps)).astype(np.int64)
    rows = np.floor(np.linspace(start[1], end[1], steps)).astype(np.int64)
    height, width = target.shape
    inside = (columns >= 0) & (columns < width) & (rows >= 0) & (rows < height)
    columns, rows = columns[inside], rows[inside]
    if not columns.size:
        return Rect(0, 0, 0, 0)
    target[rows, columns] = value
    return Rect.of(int(columns.min()), int(rows.min()), int(columns.max()) + 1, int(rows.max()) + 1)
