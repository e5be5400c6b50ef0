"""Pieces of frames: the only pixels that stay in memory.

A small copy of each piece, at the scale at which a frame is at most 960 px long, serves to
align and match frames.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from void_studio.core import Rect
from void_studio.engine.draft.survey import fill_matte, guard_px, reduction, widened
from void_studio.media import CanvasClip

__all__ = [
    "Decoded",
    "DonorCrop",
    "Ring",
    "Small",
    "TargetCrop",
    "cut_donor",
    "cut_target",
    "decode",
    "donor_of",
]

Pixels = npt.NDArray[np.uint16]
Matte = npt.NDArray[np.bool_]
Matrix = npt.NDArray[np.float64]

_THUMBNAIL_SIDE = 480
_RING_SHARE = 30


@dataclass(frozen=True, slots=True, eq=False)
class Decoded:
    """One whole frame, held only while pieces are cut from it.

    `pixels` as in the clip; `fill` is what is to be filled, `own` what is free of the object's
    edge, boolean (height, width). `reduction` is how many times smaller small copies are.
    """

    frame: int
    pixels: npt.NDArray[Any]
    fill: Matte
    own: Matte
    reduction: int


@dataclass(frozen=True, slots=True, eq=False)
class Small:
    """RGB uint16 (height, width, 3), smaller, of the piece of a frame that is `rect`.

    `own` is boolean: cells of which every pixel is free of the object.
    """

    rect: Rect
    pixels: Pixels
    own: Matte

    @property
    def to_canvas(self) -> Matrix:
        """Maps its points to the canvas; pixel centres are at whole numbers in both."""
        height, width = self.own.shape
        x, y = self.rect.width / width, self.rect.height / height
        return np.array(
            [[x, 0, self.rect.x + x / 2 - 0.5], [0, y, self.rect.y + y / 2 - 0.5], [0, 0, 1]]
        )


@dataclass(frozen=True, slots=True, eq=False)
class Ring:
    """The surround of a hole, small; `where` are the target's own pixels near the hole."""

    small: Small
    where: Matte


@dataclass(frozen=True, slots=True, eq=False)
class TargetCrop:
    """A frame to fill, at its hole.

    `rect` lies on the canvas; `pixels` is RGB uint16 full range (height, width, 3) of it; `fill`
    and `own` as in Decoded. `thumbnail` is the whole frame, RGB uint8, long side at most 480.
    """

    frame: int
    rect: Rect
    pixels: Pixels
    fill: Matte
    own: Matte
    ring: Ring
    thumbnail: npt.NDArray[np.uint8]


@dataclass(frozen=True, slots=True, eq=False)
class DonorCrop:
    """A piece of a frame that is borrowed from; `own` is 255 where that may be done, else 0."""

    frame: int
    rect: Rect
    pixels: Pixels
    own: npt.NDArray[np.uint8]
    small: Small


def decode(clip: CanvasClip, frame: int) -> Decoded:
    """A frame of the clip."""
    fill = fill_matte(clip, frame)
    own = ~widened(fill, guard_px(clip.extent))
    return Decoded(frame, clip.pixels(frame), fill, own, reduction(clip.extent))


def cut_target(decoded: Decoded, rect: Rect, surround: Rect) -> TargetCrop:
    """`rect` of a frame for filling, and `surround`, which lies around it, for comparing."""
    rows, columns = rect.slices
    return TargetCrop(
        decoded.frame,
        rect,
        _full_range(decoded.pixels[rows, columns]),
        decoded.fill[rows, columns].copy(),
        decoded.own[rows, columns].copy(),
        _ring(decoded, surround),
        _thumbnail(decoded.pixels),
    )


def cut_donor(decoded: Decoded, rect: Rect) -> DonorCrop:
    """`rect`, not empty, of a frame for borrowing."""
    rows, columns = rect.slices
    pixels = _full_range(decoded.pixels[rows, columns])
    return donor_of(decoded.frame, rect, pixels, decoded.own[rows, columns], decoded.reduction)


def donor_of(frame: int, rect: Rect, pixels: Pixels, own: Matte, reduction: int) -> DonorCrop:
    """A donor from RGB uint16 `pixels` of `rect` and where they may be borrowed."""
    small = _small(rect, pixels, own, reduction)
    return DonorCrop(frame, rect, pixels, own.astype(np.uint8) * 255, small)


def _ring(decoded: Decoded, surround: Rect) -> Ring:
    rows, columns = surround.slices
    pixels = _full_range(decoded.pixels[rows, columns])
    small = _small(surround, pixels, decoded.own[rows, columns], decoded.reduction)
    height, width = decoded.fill.shape
    near = widened(~small.own, max(width, height) // (_RING_SHARE * decoded.reduction) + 2)
    return Ring(small, near & small.own)


def _small(rect: Rect, pixels: Pixels, own: Matte, reduction: int) -> Small:
    if reduction == 1:
        return Small(rect, pixels, own)
    size = (max(1, rect.width // reduction), max(1, rect.height // reduction))
    share = cv2.resize(own.astype(np.uint8) * 255, size, interpolation=cv2.INTER_AREA)
    reduced = cv2.resize(pixels, size, interpolation=cv2.INTER_AREA)
    return Small(rect, reduced.astype(np.uint16, copy=False), np.equal(share, 255))


def _full_range(pixels: npt.NDArray[Any]) -> Pixels:
    """A copy of canvas pixels as uint16; 8 bits become 16 by x 257."""
    if pixels.dtype == np.uint8:
        return pixels.astype(np.uint16) * np.uint16(257)
    return pixels.astype(np.uint16)


def _thumbnail(pixels: npt.NDArray[Any]) -> npt.NDArray[np.uint8]:
    height, width = pixels.shape[:2]
    scale = min(1.0, _THUMBNAIL_SIDE / max(height, width))
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    small = cv2.resize(pixels, size, interpolation=cv2.INTER_NEAREST)
    levels = cv2.convertScaleAbs(small, alpha=1.0 if small.dtype == np.uint8 else 1 / 257)
    return levels.astype(np.uint8, copy=False)
