"""Pictures and mattes brought to device pixels. Only arrays: no Qt, no document."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from void_studio.app.session import Picture
from void_studio.core import Rect
from void_studio.gui.viewer.placement import Placement

__all__ = ["box_of", "coverage_of", "picture_in", "sample_positions"]

Bgrx = npt.NDArray[np.uint8]
Coverage = npt.NDArray[np.uint8]


def sample_positions(first: int, last: int, start: float, zoom: float) -> npt.NDArray[np.intp]:
    """The plate sample under the middle of device pixels `first` up to `last` (excluded)."""
    at: npt.NDArray[np.intp] = np.floor(
        (np.arange(first, last) + 0.5 - start) / zoom + 1e-7
    ).astype(np.intp)
    return at


def picture_in(picture: Picture, placement: Placement, out: Bgrx, surround: int) -> None:
    """Write what the viewport shows of a picture into `out`, (height, width, 4), contiguous.

    `surround` is 0xAARRGGBB. From 100 % on every device pixel shows the plate pixel under its
    middle, unfiltered; below, pixels are interpolated linearly from the picture or from its half.
    """
    shown = placement.device_rect(placement.extent.rect)
    pixels = out.view(np.uint32)[..., 0]
    if shown != placement.viewport.rect:
        pixels[...] = surround
    if shown.area:
        part = _nearest if placement.zoom >= 1 and picture.scale == 1 else _filtered
        pixels[shown.slices] = part(picture, placement, shown)


def _nearest(picture: Picture, placement: Placement, rect: Rect) -> npt.NDArray[np.uint32]:
    pixels = picture.rgb.view(np.uint32)[..., 0]
    return _taken(pixels, placement, rect)


def _taken(samples: npt.NDArray[Any], placement: Placement, rect: Rect) -> npt.NDArray[Any]:
    height, width = samples.shape
    columns = sample_positions(rect.x, rect.right, placement.left, placement.zoom_x)
    rows = sample_positions(rect.y, rect.bottom, placement.top, placement.zoom)
    columns, rows = columns.clip(0, width - 1), rows.clip(0, height - 1)
    band = samples[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    if band.shape == rect.extent.shape:
        return band
    narrow = np.take(band, columns - columns[0], axis=1)
    taken: npt.NDArray[Any] = np.take(narrow, rows - rows[0], axis=0)
    return taken


def _filtered(picture: Picture, placement: Placement, rect: Rect) -> npt.NDArray[np.uint32]:
    pixels = picture.rgb
    per_device = 1 / (placement.zoom * picture.scale)
    if per_device > 1.2:
        pixels = picture.half
    shown = _interpolated(pixels, placement, rect)
    return np.ascontiguousarray(shown).view(np.uint32)[..., 0]


def _interpolated(samples: npt.NDArray[Any], placement: Placement, rect: Rect) -> npt.NDArray[Any]:
    """Linear interpolation at the middles of device pixels; of means where far too many."""
    import cv2

    height, width = samples.shape[:2]
    step_x = width / (placement.extent.width * placement.zoom_x)
    step_y = height / (placement.extent.height * placement.zoom)
    at_x = (rect.x + 0.5 - placement.left) * step_x - 0.5
    at_y = (rect.y + 0.5 - placement.top) * step_y - 0.5
    first_x, first_y = max(0, int(at_x) - 1), max(0, int(at_y) - 1)
    last_x = min(width, int(at_x + rect.width * step_x) + 3)
    last_y = min(height, int(at_y + rect.height * step_y) + 3)
    part = samples[first_y:last_y, first_x:last_x]
    matrix = np.array([[step_x, 0, at_x - first_x], [0, step_y, at_y - first_y]])
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    size = (rect.width, rect.height)
    return cv2.warpAffine(part, matrix, size, flags=flags, borderMode=cv2.BORDER_REPLICATE)


def box_of(matte: npt.NDArray[np.bool_]) -> Rect:
    """The smallest rectangle around what is set; empty when nothing is."""
    import cv2

    return Rect(*cv2.boundingRect(matte.view(np.uint8)))


def coverage_of(
    matte: npt.NDArray[np.bool_], at: Rect, placement: Placement, rect: Rect
) -> Coverage:
    """How much of each device pixel of `rect` a matte covers, 0..255: (height, width) uint8.

    `matte` is the plate's `at`, at least what `placement.plate_rect(rect, margin=4)` names. From
    100 % on it is unfiltered. Outside the plate nothing is covered.
    """
    out = np.zeros(rect.extent.shape, np.uint8)
    shown = placement.spread_of(placement.extent.rect).intersect(rect)
    if not shown.area or not matte.size:
        return out
    inside = shown.shifted(-rect.x, -rect.y)
    if placement.zoom >= 1:
        part = _shifted(placement, at)
        out[inside.slices] = _taken(matte.view(np.uint8), part, shown) * np.uint8(255)
    else:
        out[inside.slices] = _shrunk(matte, at, placement, shown)
    return out


def _shifted(placement: Placement, at: Rect) -> Placement:
    """The placement of a part of the plate."""
    left, top = placement.to_device(at.x, at.y)
    return Placement(at.extent, placement.viewport, placement.aspect, placement.zoom, left, top)


def _shrunk(
    matte: npt.NDArray[np.bool_], at: Rect, placement: Placement, rect: Rect
) -> npt.NDArray[np.uint8]:
    import cv2

    samples = matte.view(np.uint8) * np.uint8(255)
    part = at
    if placement.zoom <= 0.75 and min(at.width, at.height) > 1:
        even = Rect(at.x, at.y, at.width // 2 * 2, at.height // 2 * 2)
        size = (even.width // 2, even.height // 2)
        samples = np.asarray(
            cv2.resize(samples[: even.height, : even.width], size, interpolation=cv2.INTER_AREA),
            np.uint8,
        )
        part = even
    return np.asarray(_interpolated(samples, _shifted(placement, part), rect), np.uint8)
