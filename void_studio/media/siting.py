"""Chroma between its own grid and luma's, with MPEG-2 siting.

Horizontally a chroma sample lies on the first luma column of its block, vertically in the middle
of its block's rows (ITU-T H.273, chroma sample location type 0). Up is linear interpolation; down
is the triangle [1 2 1] / 4 stretched to the step, and the mean of the rows.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from void_studio.core import Rect
from void_studio.media.layout import Plane

__all__ = ["chroma_at_luma", "luma_to_chroma"]

Floats = npt.NDArray[np.float32]


def chroma_at_luma(samples: npt.NDArray[Any], plane: Plane, rect: Rect) -> Floats:
    """The samples of a plane (rows, columns) interpolated at the pixels of `rect`, float32.

    Neighbours outside `rect` are used where the plane has them, so that the parts of a picture
    are equal to parts of the whole.
    """
    left, top = rect.x >> plane.shift_x, rect.y >> plane.shift_y
    right = ((rect.right - 1) >> plane.shift_x) + 1
    bottom = ((rect.bottom - 1) >> plane.shift_y) + 1
    part = _bordered(samples, Rect.of(left, top, right, bottom))
    rows = _rows_between(part, plane.shift_y) if plane.shift_y else part[1:-1]
    whole = _columns_between(rows, plane.shift_x) if plane.shift_x else rows[:, 1:-1]
    y, x = rect.y - (top << plane.shift_y), rect.x - (left << plane.shift_x)
    return whole[y : y + rect.height, x : x + rect.width]


def luma_to_chroma(values: Floats, plane: Plane, rect: Rect) -> Floats:
    """Values at the pixels of `rect` brought to the samples of `plane` that `plane_rect` names.

    Pixels outside `rect` are taken to be like its nearest ones.
    """
    step_x, step_y = 1 << plane.shift_x, 1 << plane.shift_y
    if step_y > 1:
        values = _padded(values, rect.y % step_y, -rect.bottom % step_y, axis=0)
        values = _block_means(values, step_y)
    if step_x > 1:
        values = _padded(values, rect.x % step_x, 0, axis=1)
        values = _triangle(values, step_x)[:, ::step_x]
    return np.ascontiguousarray(values)


def _bordered(samples: npt.NDArray[Any], rect: Rect) -> Floats:
    """`rect` of `samples` and one sample around it, repeated where the plane ends."""
    rows = np.clip(np.arange(rect.y - 1, rect.bottom + 1), 0, samples.shape[0] - 1)
    part = samples[rows].astype(np.float32)
    before, after = max(rect.x - 1, 0), min(rect.right + 1, samples.shape[1])
    part = part[:, before:after]
    return _padded(part, before - (rect.x - 1), rect.right + 1 - after, axis=1)


def _rows_between(part: Floats, shift: int) -> Floats:
    step = 1 << shift
    above, here, below = part[:-2], part[1:-1], part[2:]
    out = np.empty((here.shape[0] * step, here.shape[1]), np.float32)
    for phase in range(step):
        offset = (phase + 0.5) / step - 0.5
        other = above if offset < 0 else below
        out[phase::step] = here + np.float32(abs(offset)) * (other - here)
    return out


def _columns_between(rows: Floats, shift: int) -> Floats:
    step = 1 << shift
    here, right = rows[:, 1:-1], rows[:, 2:]
    out = np.empty((here.shape[0], here.shape[1] * step), np.float32)
    for phase in range(step):
        out[:, phase::step] = here + np.float32(phase / step) * (right - here)
    return out


def _block_means(values: Floats, step: int) -> Floats:
    total = values[::step].copy()
    for row in range(1, step):
        total += values[row::step]
    total *= np.float32(1 / step)
    return total


def _triangle(values: Floats, step: int) -> Floats:
    import cv2

    weights = step - np.abs(np.arange(1 - step, step, dtype=np.float32))
    kernel = (weights / step**2).astype(np.float32)
    filtered = cv2.sepFilter2D(
        values, cv2.CV_32F, kernel, np.ones(1, np.float32), borderType=cv2.BORDER_REPLICATE
    )
    return np.asarray(filtered, np.float32)


def _padded(values: Floats, before: int, after: int, *, axis: int) -> Floats:
    widths = [(0, 0), (0, 0)]
    widths[axis] = (before, after)
    return np.pad(values, widths, mode="edge") if before or after else values
