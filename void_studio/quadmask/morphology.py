"""Operations on mattes: boolean (height, width) in, a new one out. Distances are in pixels."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from void_studio.quadmask.bits import Matte

__all__ = ["fill_holes", "grow", "remove_specks", "shrink"]


def grow(matte: Matte, px: float) -> Matte:
    """Samples whose distance to the matte, centre to centre, is at most `px`."""
    grown = matte.copy()
    if px > 0 and matte.any():
        box = _box(matte, math.ceil(px))
        grown[box] = np.less_equal(_distance(np.logical_not(matte[box])), px)
    return grown


def shrink(matte: Matte, px: float) -> Matte:
    """Samples further than `px` from everything outside; the edge of the frame takes nothing."""
    shrunk = matte.copy()
    if px > 0 and matte.any():
        box = _box(matte, 1)
        shrunk[box] = np.greater(_distance(matte[box]), px)
    return shrunk


def _box(matte: Matte, margin: int) -> tuple[slice, slice]:
    rows, columns = (np.flatnonzero(matte.any(axis=axis)) for axis in (1, 0))
    return (
        slice(max(0, rows[0] - margin), rows[-1] + margin + 1),
        slice(max(0, columns[0] - margin), columns[-1] + margin + 1),
    )


def _distance(inside: Matte) -> npt.NDArray[np.float32]:
    """Of every sample to the nearest one that is not inside, which counts 0."""
    import cv2

    samples = np.ascontiguousarray(inside).view(np.uint8)
    distance = cv2.distanceTransform(samples, cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
    return distance.astype(np.float32, copy=False)


def fill_holes(matte: Matte) -> Matte:
    """The matte with every gap filled that is not connected to the edge of the frame.

    Gaps connect over edges of samples, not over corners.
    """
    import cv2

    height, width = matte.shape
    padded = np.pad(matte, 1).astype(np.uint8)
    cv2.floodFill(padded, None, (0, 0), (2,), flags=4)
    return np.not_equal(padded[1 : height + 1, 1 : width + 1], 2)


def remove_specks(matte: Matte, min_area: int) -> Matte:
    """The matte without connected parts, corners included, of fewer than `min_area` samples."""
    import cv2

    _, labels, stats, _ = cv2.connectedComponentsWithStats(matte.view(np.uint8), connectivity=8)
    keep = stats[:, cv2.CC_STAT_AREA] >= min_area
    keep[0] = False
    kept: Matte = keep[labels]
    return kept
