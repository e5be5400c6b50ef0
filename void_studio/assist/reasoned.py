"""A reasoner's answer as mattes and prompts: on the grid, frame by frame, nothing painted yet."""

from __future__ import annotations

from bisect import bisect_right
from functools import reduce

import numpy as np
import numpy.typing as npt

from void_studio.assist.grid import Grid
from void_studio.assist.protocol import Box
from void_studio.assist.reasoner import AffectedObject, Belonging, PathPoint
from void_studio.core import Extent, Rect

__all__ = ["affected_matte", "affected_prompt", "belonging_prompt"]

Matte = npt.NDArray[np.bool_]


def affected_matte(found: AffectedObject, grid: Grid, extent: Extent, frame: int) -> Matte:
    """What an affected object covers in a frame, boolean (height, width) of `extent`.

    Whole cells, those of the latest frame that has any (the first ones before that); for a moving
    object also its size around the point of its path, straight between points, held at both ends.
    """
    matte = np.zeros(extent.shape, np.bool_)
    if frame < found.first_frame:
        return matte
    for rect in _cells(found, grid, extent, frame):
        matte[rect.slices] = True
    if found.moves and found.path:
        matte[_on_path(found, grid, extent, frame).slices] = True
    return matte


def belonging_prompt(belonging: Belonging, grid: Grid, extent: Extent) -> Box:
    """A belonging as a prompt for a segmenter, in pixels of `extent`."""
    return Box(belonging.frame, grid.rect(belonging.box, extent))


def affected_prompt(found: AffectedObject, grid: Grid, extent: Extent) -> Box | None:
    """A box around the first cells of an affected object, for a segmenter; None without cells."""
    for cells in found.cells:
        rects = [grid.cell_rect(cell, extent) for cell in cells.cells]
        if rects:
            return Box(cells.frame, reduce(Rect.union, rects))
    return None


def _cells(found: AffectedObject, grid: Grid, extent: Extent, frame: int) -> list[Rect]:
    if not found.cells:
        return []
    after = bisect_right(found.cells, frame, key=lambda cells: cells.frame)
    chosen = found.cells[max(0, after - 1)]
    return [grid.cell_rect(cell, extent) for cell in chosen.cells]


def _on_path(found: AffectedObject, grid: Grid, extent: Extent, frame: int) -> Rect:
    row, column = _between(found.path, frame)
    tall, wide = extent.height / grid.rows, extent.width / grid.columns
    return Rect.of(
        round((column - found.columns / 2) * wide),
        round((row - found.rows / 2) * tall),
        round((column + found.columns / 2) * wide),
        round((row + found.rows / 2) * tall),
    ).intersect(extent.rect)


def _between(path: tuple[PathPoint, ...], frame: int) -> tuple[float, float]:
    """Row and column, in cells, of the middle at a frame."""
    frames = [point.frame for point in path]
    rows = [point.cell.row + 0.5 for point in path]
    columns = [point.cell.column + 0.5 for point in path]
    return float(np.interp(frame, frames, rows)), float(np.interp(frame, frames, columns))
