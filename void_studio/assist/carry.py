"""A matte carried from one picture to the next by optical flow."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar

import cv2
import numpy as np
import numpy.typing as npt

from void_studio.assist.crop import Matte, bounds_of
from void_studio.assist.grabcut import signed_distance
from void_studio.assist.memory import motion_of
from void_studio.motion import consistency, dense_flow, warp

__all__ = ["Carried", "carry"]

Samples = TypeVar("Samples", np.uint8, np.float32)

_SEARCH_SIDE = 128
_FEWEST_SAMPLES = 12
_COMES_BACK_PX = 1.0
_FLOW_PATCH = 5


@dataclass(frozen=True, slots=True, eq=False)
class Carried:
    """`distance`: float32 signed distance to the matte's edge in the second picture, in samples.

    `doubtful` is where the flow, or one beside it, does not come back to where it started;
    `comes_back` is the share of the matte's flow that does. `motion` is the similarity that the
    matte's samples follow, 3x3, where there is one.
    """

    distance: npt.NDArray[np.float32]
    doubtful: Matte
    comes_back: float
    motion: npt.NDArray[np.float64] | None = None


def carry(first: npt.NDArray[np.uint8], second: npt.NDArray[np.uint8], matte: Matte) -> Carried:
    """`matte` of `first` in `second`, two RGB pictures (height, width, 3) of the same place."""
    one, two = _grey(first), _grey(second)
    across, down = _displacement(one, two, matte)
    shifted = _shifted(one, across, down)
    backward = dense_flow(two, shifted, preset="fast")
    forward = dense_flow(shifted, two, preset="fast")
    distance = warp(_shifted(signed_distance(matte), across, down), backward)
    astray = consistency(backward, forward) > _COMES_BACK_PX
    patch = np.ones((_FLOW_PATCH, _FLOW_PATCH), dtype=np.uint8)
    doubtful = cv2.dilate(astray.astype(np.uint8), patch) > 0
    inside = distance > 0
    comes_back = 1 - float(astray[inside].mean()) if inside.any() else 0.0
    rows, columns = np.nonzero(inside & ~astray)
    ends = np.stack([columns, rows], axis=1).astype(np.float32)
    starts = ends + backward[rows, columns] - np.array([across, down], np.float32)
    return Carried(distance, doubtful, comes_back, motion_of(starts, ends))


def _displacement(
    first: npt.NDArray[np.uint8], second: npt.NDArray[np.uint8], matte: Matte
) -> tuple[int, int]:
    """Whole samples that the object moved: its picture looked for in all of `second`.

    The search is at a coarse scale; flow does the rest.
    """
    scale = min(1.0, _SEARCH_SIDE / max(first.shape))
    inside = _scaled(matte.astype(np.uint8) * 255, scale) > 127
    bounds = bounds_of(inside)
    if bounds.area < _FEWEST_SAMPLES:
        return (0, 0)
    picture = _scaled(first, scale)[bounds.slices].astype(np.float32)
    weight = inside[bounds.slices].astype(np.float32)
    there = _scaled(second, scale).astype(np.float32)
    misfit = cv2.matchTemplate(there, picture, cv2.TM_SQDIFF, mask=weight)
    _, _, best, _ = cv2.minMaxLoc(misfit)
    return (round((best[0] - bounds.x) / scale), round((best[1] - bounds.y) / scale))


def _shifted(array: npt.NDArray[Samples], across: int, down: int) -> npt.NDArray[Samples]:
    """`array` moved by whole samples, its edge repeated where nothing was."""
    height, width = array.shape[:2]
    rows = (np.arange(height) - down).clip(0, height - 1)
    columns = (np.arange(width) - across).clip(0, width - 1)
    moved: npt.NDArray[Samples] = array[np.ix_(rows, columns)]
    return moved


def _grey(rgb: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    return cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY).astype(np.uint8, copy=False)


def _scaled(image: npt.NDArray[np.uint8], scale: float) -> npt.NDArray[np.uint8]:
    if scale == 1:
        return image
    small = cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    return small.astype(np.uint8, copy=False)
