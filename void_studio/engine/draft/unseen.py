"""Pixels that no frame of the clip shows: continued from their surround."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

__all__ = ["inpaint"]

Pixels = npt.NDArray[np.uint16]
Matte = npt.NDArray[np.bool_]

_RADIUS = 3
_CONTEXT = 12
_LARGEST_AREA = 20_000


def inpaint(pixels: Pixels, hole: Matte, usable: Matte) -> None:
    """Fill `hole` in `pixels` (height, width, 3) in place, from pixels where `usable` is set.

    Telea's method (J. Graphics Tools 9, 2004) in the rectangle around the hole, at a scale at
    which the hole is at most 20,000 px: there is no detail to lose. Without any usable pixel in
    reach those at the object's edge have to serve; without these the hole becomes mid grey.
    """
    if not hole.any():
        return
    x, y, width, height = cv2.boundingRect(hole.view(np.uint8))
    context = _CONTEXT + max(width, height) // 16
    rows = slice(max(0, y - context), y + height + context)
    columns = slice(max(0, x - context), x + width + context)
    part, inside = pixels[rows, columns], hole[rows, columns]
    source = usable[rows, columns] & ~inside
    if not source.any():
        source = ~inside
    filled = _continued(part, inside, source)
    np.copyto(part, filled, where=inside[..., None])


def _continued(part: Pixels, hole: Matte, source: Matte) -> Pixels:
    if not source.any():
        return np.full_like(part, 32768)
    height, width = hole.shape
    scale = min(1.0, (_LARGEST_AREA / max(1, int(np.count_nonzero(hole)))) ** 0.5)
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    weight = cv2.resize(source.astype(np.float32), size, interpolation=cv2.INTER_AREA)
    premultiplied = part.astype(np.float32) * source[..., None]
    small = cv2.resize(premultiplied, size, interpolation=cv2.INTER_AREA)
    known = weight > 0.01
    small = small / np.maximum(weight, 0.01)[..., None]
    levels = np.clip(np.rint(small), 0, 65535).astype(np.uint16)
    unknown = (~known).astype(np.uint8)
    planes = [
        cv2.inpaint(np.ascontiguousarray(levels[..., channel]), unknown, _RADIUS, cv2.INPAINT_TELEA)
        for channel in range(3)
    ]
    filled = np.stack(planes, axis=-1).astype(np.uint16, copy=False)
    if size == (width, height):
        return filled
    larger = cv2.resize(filled, (width, height), interpolation=cv2.INTER_LINEAR)
    return larger.astype(np.uint16, copy=False)
