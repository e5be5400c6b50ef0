"""Support: which samples of each plane a fill may touch, and how much (DESIGN e)."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from void_studio.core import Extent, Rect
from void_studio.media import PixelLayout

__all__ = ["Support", "covering_rect", "support_of"]

Alpha = npt.NDArray[np.float32]
Shift = tuple[int, int]
_COLOUR = (0, 1, 2)


@dataclass(frozen=True, slots=True, eq=False)
class Support:
    """Alpha of a fill over one frame.

    `bounds` surrounds alpha > 0 in luma or RGB samples; empty when there is nothing to fill.
    """

    extent: Extent
    layout: PixelLayout
    bounds: Rect
    _alphas: dict[Shift, tuple[Rect, Alpha]]

    def alpha(self, component: int) -> tuple[Rect, Alpha]:
        """Alpha of Y, U, V or R, G, B by component index, and its place in that plane's samples.

        Outside the rectangle alpha is 0; the plate's own alpha and padding have an empty one.
        Read-only.
        """
        if component not in _COLOUR:
            return Rect(0, 0, 0, 0), np.zeros((0, 0), np.float32)
        return self._alphas[_shift(self.layout, component)]

    def mask(self, component: int) -> npt.NDArray[np.bool_]:
        """The samples of a component that may change, bool of the shape of its plane."""
        shift_x, shift_y = _shift(self.layout, component)
        shape = (-(-self.extent.height >> shift_y), -(-self.extent.width >> shift_x))
        rect, alpha = self.alpha(component)
        mask = np.zeros(shape, np.bool_)
        mask[rect.slices] = alpha > 0
        return mask


def support_of(
    fill: npt.NDArray[np.bool_], layout: PixelLayout, *, feather: float = 0.0
) -> Support:
    """The support of a fill matte, bool (height, width) at plate size.

    Alpha is 1 inside and max(0, 1 - d / feather) at the Euclidean distance d, in pixels, from the
    nearest pixel inside. A subsampled plane has the mean alpha of each block; blocks that the
    frame's edge cuts count the pixels that they have.
    """
    extent = Extent(fill.shape[1], fill.shape[0])
    bounds, luma = _feathered(fill, extent, feather)
    shifts = {(plane.shift_x, plane.shift_y) for plane in layout.planes}
    alphas = {shift: _block_means(luma, bounds, extent, shift) for shift in shifts}
    return Support(extent, layout, bounds, alphas)


def covering_rect(support: Support) -> Rect:
    """The bounds grown to whole blocks of every plane: all that a fill has to know."""
    bounds, extent = support.bounds, support.extent
    step_x, step_y = largest_block(support.layout)
    whole = Rect.of(
        bounds.x // step_x * step_x,
        bounds.y // step_y * step_y,
        -(-bounds.right // step_x) * step_x,
        -(-bounds.bottom // step_y) * step_y,
    )
    return whole.intersect(extent.rect) if bounds.area else bounds


def largest_block(layout: PixelLayout) -> tuple[int, int]:
    """Columns and rows of the block that one sample of the coarsest plane stands for."""
    return (
        1 << max(plane.shift_x for plane in layout.planes),
        1 << max(plane.shift_y for plane in layout.planes),
    )


def _feathered(fill: npt.NDArray[np.bool_], extent: Extent, feather: float) -> tuple[Rect, Alpha]:
    import cv2

    inside = Rect(*cv2.boundingRect(fill.view(np.uint8)))
    if not inside.area:
        return Rect(0, 0, 0, 0), np.zeros((0, 0), np.float32)
    reach = inside.grown(math.ceil(feather)).intersect(extent.rect)
    crop = fill[reach.slices]
    if feather <= 0:
        return reach, crop.astype(np.float32)
    distance = cv2.distanceTransform(
        np.logical_not(crop).view(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_PRECISE
    )
    alpha = np.clip(1 - distance / np.float32(feather), 0, 1).astype(np.float32)
    tight = Rect(*cv2.boundingRect((alpha > 0).view(np.uint8)))
    return tight.shifted(reach.x, reach.y), np.ascontiguousarray(alpha[tight.slices])


def _block_means(luma: Alpha, bounds: Rect, extent: Extent, shift: Shift) -> tuple[Rect, Alpha]:
    if shift == (0, 0) or not bounds.area:
        return bounds, luma
    step_x, step_y = 1 << shift[0], 1 << shift[1]
    rect = Rect.of(
        bounds.x // step_x,
        bounds.y // step_y,
        -(-bounds.right // step_x),
        -(-bounds.bottom // step_y),
    )
    left, top = bounds.x - rect.x * step_x, bounds.y - rect.y * step_y
    padded = np.zeros((rect.height * step_y, rect.width * step_x), np.float32)
    padded[top : top + bounds.height, left : left + bounds.width] = luma
    blocks = padded.reshape(rect.height, step_y, rect.width, step_x).sum(axis=(1, 3))
    rows = _block_sizes(rect.y, rect.bottom, step_y, extent.height)
    columns = _block_sizes(rect.x, rect.right, step_x, extent.width)
    return rect, (blocks / np.outer(rows, columns)).astype(np.float32)


def _block_sizes(first: int, stop: int, step: int, limit: int) -> npt.NDArray[np.int64]:
    starts = np.arange(first, stop) * step
    return np.minimum(starts + step, limit) - starts


def _shift(layout: PixelLayout, component: int) -> Shift:
    plane = next(plane for plane in layout.planes if component in plane.components)
    return plane.shift_x, plane.shift_y
