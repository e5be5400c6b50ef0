"""A donor's pixels, moved to where the target's hole is and matched to what surrounds it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from void_studio.core import Rect
from void_studio.engine.draft.crops import DonorCrop, Ring, Small
from void_studio.engine.draft.exposure import Exposure, exposure_between
from void_studio.motion import residual_shift

__all__ = ["Match", "lend", "match", "shown"]

Pixels = npt.NDArray[np.uint16]
Matte = npt.NDArray[np.bool_]
Matrix = npt.NDArray[np.float64]

_LARGEST_RESIDUAL_PX = 3.0
_SHARE_IN_SIGHT = 0.3


@dataclass(frozen=True, slots=True, eq=False)
class Match:
    """How a donor fits a target.

    `to_donor` maps canvas points of the target to the donor's; `exposure` makes the donor like the
    target, and says how unlike they stay.
    """

    donor: DonorCrop
    to_donor: Matrix
    exposure: Exposure


def match(ring: Ring, donor: DonorCrop, between: Matrix, *, gain: bool, align: bool) -> Match:
    """Compare a donor with a target's `ring`; `between` maps canvas points of target to donor.

    With `align` the translation that is left is measured there; with `gain` the exposure is.
    """
    to_donor = between
    if align:
        to_donor = between @ _left_over(ring, donor.small, between)
    moved, both = _on_ring(ring, donor.small, to_donor)
    return Match(donor, to_donor, exposure_between(ring.small.pixels, moved, both, gain=gain))


def shown(matched: Match, rect: Rect) -> Matte:
    """Where the donor shows `rect` of the target's canvas, boolean of that size."""
    seen = _fetched(matched.donor.own, _way(matched, rect), rect.extent.shape, cv2.INTER_LINEAR)
    shows: Matte = np.greater_equal(seen, 254)
    return shows


def lend(matched: Match, rect: Rect) -> Pixels:
    """The donor's pixels on `rect` of the target's canvas, RGB uint16, with its exposure."""
    way = _way(matched, rect)
    pixels = _fetched(matched.donor.pixels, way, rect.extent.shape, cv2.INTER_CUBIC)
    return matched.exposure.applied(pixels)


def _way(matched: Match, rect: Rect) -> Matrix:
    """Maps points of `rect`, counted from its corner, to the donor's crop."""
    at = matched.donor.rect
    return _shift(-at.x, -at.y) @ matched.to_donor @ _shift(rect.x, rect.y)


def _left_over(ring: Ring, small: Small, between: Matrix) -> Matrix:
    """The translation on the target's canvas that `between` leaves."""
    moved, both = _on_ring(ring, small, between)
    if np.count_nonzero(both) < _SHARE_IN_SIGHT * np.count_nonzero(ring.where):
        return np.eye(3)
    fixed = _grey(ring.small.pixels)
    residual = residual_shift(fixed, _grey(moved), both, limit_px=_LARGEST_RESIDUAL_PX)
    to_canvas = ring.small.to_canvas
    return to_canvas @ residual @ np.linalg.inv(to_canvas)


def _on_ring(ring: Ring, small: Small, to_donor: Matrix) -> tuple[Pixels, Matte]:
    """The donor as the ring would see it, and where both show the scene."""
    matrix: Matrix = np.linalg.inv(small.to_canvas) @ to_donor @ ring.small.to_canvas
    shape = ring.where.shape
    moved = _fetched(small.pixels, matrix, shape, cv2.INTER_LINEAR)
    own = small.own.astype(np.uint8) * 255
    seen = _fetched(own, matrix, shape, cv2.INTER_LINEAR) >= 254
    return moved, ring.where & seen


def _shift(x: float, y: float) -> Matrix:
    return np.array([[1, 0, x], [0, 1, y], [0, 0, 1]], np.float64)


def _fetched(
    image: npt.NDArray[Any], matrix: Matrix, shape: Sequence[int], interpolation: int
) -> npt.NDArray[Any]:
    """`image` at the points that `matrix` maps those of the answer to; nothing outside of it."""
    flags = interpolation | cv2.WARP_INVERSE_MAP
    size = (shape[1], shape[0])
    return cv2.warpPerspective(image, matrix, size, flags=flags).astype(image.dtype, copy=False)


def _grey(pixels: Pixels) -> npt.NDArray[np.float32]:
    """Luma on a scale of 0..255."""
    return cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY).astype(np.float32) / np.float32(257)
