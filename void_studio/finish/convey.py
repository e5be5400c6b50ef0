"""Pixels and quadmask to the canvas, and patches back to the plate (DESIGN b, c)."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from void_studio.core import Rect
from void_studio.finish.framing import Framing
from void_studio.media import Frame, PixelLayout, resize, rgb_of
from void_studio.quadmask import KEEP, snap

__all__ = ["canvas_depth", "canvas_pixels", "canvas_quadmask", "plate_patch"]

Pixels = npt.NDArray[np.uint16]


def canvas_depth(framing: Framing, layout: PixelLayout) -> int:
    """8 for a scale-1 framing of an 8-bit plate, which halves what travels, else 16."""
    return 8 if framing.is_native and layout.bits <= 8 else 16


def canvas_pixels(
    framing: Framing, frame: Frame, *, depth: int
) -> npt.NDArray[np.uint8] | npt.NDArray[np.uint16]:
    """R'G'B' of the canvas, shape (height, width, 3), full range, uint8 or uint16 by `depth`.

    What the window has beyond the plate repeats the plate's edge.
    """
    inside = framing.crop.intersect(framing.plate.rect)
    rgb = _padded(rgb_of(frame, inside), framing, "edge")
    if not framing.is_native:
        rgb = resize(rgb, framing.canvas)
    return _to_uint8(rgb) if depth == 8 else rgb


def canvas_quadmask(framing: Framing, values: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    """The quadmask of a frame on the canvas, stored numbers, uint8 (height, width).

    `values` is the frame's quadmask at plate size. Scaled, it is the mean of the stored numbers
    cut back to the nearest of them; beyond the plate everything is kept.
    """
    inside = framing.crop.intersect(framing.plate.rect)
    cropped = _padded(values[inside.slices], framing, "constant", constant_values=KEEP)
    if framing.is_native:
        return np.ascontiguousarray(cropped)
    snapped, _ = snap(resize(cropped.astype(np.float32), framing.canvas))
    return snapped


def plate_patch(
    framing: Framing, rect: Rect, pixels: npt.NDArray[np.uint16] | npt.NDArray[np.float16]
) -> tuple[Rect, Pixels]:
    """A patch on the canvas as plate pixels: their rectangle and R'G'B' uint16 (height, width, 3).

    The rectangle holds the plate pixels whose centres the patch covers, cut at the plate's edges.
    At scale 1 the pixels are the patch's own. float16 has 1.0 as white.
    """
    rgb = _white_is_65535(pixels) if pixels.dtype == np.float16 else pixels.astype(np.uint16)
    covered = rect
    if not framing.is_native:
        covered = _covered(framing, rect)
        rgb = _enlarged(framing, rect, rgb)[covered.slices]
    placed = covered.shifted(framing.crop.x, framing.crop.y)
    inside = placed.intersect(framing.plate.rect)
    local = inside.shifted(-placed.x, -placed.y)
    return inside, np.ascontiguousarray(rgb[local.slices])


def _covered(framing: Framing, rect: Rect) -> Rect:
    crop, canvas = framing.crop, framing.canvas
    return Rect.of(
        _first_centre(rect.x, crop.width, canvas.width),
        _first_centre(rect.y, crop.height, canvas.height),
        _first_centre(rect.right, crop.width, canvas.width),
        _first_centre(rect.bottom, crop.height, canvas.height),
    )


def _first_centre(edge: int, crop_length: int, canvas_length: int) -> int:
    """The first crop sample whose centre is at or after canvas coordinate `edge`."""
    return -((canvas_length - 2 * edge * crop_length) // (2 * canvas_length))


def _enlarged(framing: Framing, rect: Rect, rgb: Pixels) -> Pixels:
    """The whole crop at plate scale; the canvas around the patch repeats the patch's edge."""
    canvas = framing.canvas
    around = ((rect.y, canvas.height - rect.bottom), (rect.x, canvas.width - rect.right), (0, 0))
    return resize(np.pad(rgb, around, mode="edge"), framing.crop.extent)


def _padded(array: npt.NDArray[Any], framing: Framing, mode: Any, **options: int) -> Any:
    crop, plate = framing.crop, framing.plate
    sides = [
        (max(0, -crop.y), max(0, crop.bottom - plate.height)),
        (max(0, -crop.x), max(0, crop.right - plate.width)),
    ]
    if not any(map(any, sides)):
        return array
    return np.pad(array, sides + [(0, 0)] * (array.ndim - 2), mode=mode, **options)


def _white_is_65535(pixels: npt.NDArray[Any]) -> Pixels:
    return np.clip(np.rint(pixels.astype(np.float32) * 65535), 0, 65535).astype(np.uint16)


def _to_uint8(rgb: Pixels) -> npt.NDArray[np.uint8]:
    return np.rint(rgb.astype(np.float32) / 257).astype(np.uint8)
