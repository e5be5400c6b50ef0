"""Gain and offset that make one frame's exposure that of another."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

__all__ = ["Exposure", "exposure_between"]

Pixels = npt.NDArray[np.uint16]

_MOST_SAMPLES = 20_000
_FEWEST_SAMPLES = 64
_GAIN_LIMITS = (0.7, 1.4)
_RELATED = 0.9


@dataclass(frozen=True, slots=True, eq=False)
class Exposure:
    """`rows`, float64 (3, 4): gain and offset per channel of RGB uint16.

    `error` is the median absolute difference that is left, 0..65535; infinite when unknown.
    """

    rows: npt.NDArray[np.float64]
    error: float

    def applied(self, pixels: Pixels) -> Pixels:
        """Pixels with this exposure, clipped to the full range."""
        if np.array_equal(self.rows, _UNCHANGED):
            return pixels
        return cv2.transform(pixels, self.rows).astype(np.uint16, copy=False)


_UNCHANGED = np.eye(3, 4)


def exposure_between(
    wanted: Pixels, given: Pixels, where: npt.NDArray[np.bool_], *, gain: bool
) -> Exposure:
    """What takes `given` to `wanted`, both RGB uint16 (height, width, 3), compared at `where`.

    Without `gain` nothing is changed, and only the error is measured.
    """
    index = np.flatnonzero(where)
    if len(index) < _FEWEST_SAMPLES:
        return Exposure(_UNCHANGED, float("inf"))
    index = index[:: -(-len(index) // _MOST_SAMPLES)]
    first = wanted.reshape(-1, 3)[index].T.astype(np.float32)
    second = given.reshape(-1, 3)[index].T.astype(np.float32)
    rows = _UNCHANGED.copy()
    if gain:
        for channel in range(3):
            rows[channel, channel], rows[channel, 3] = _fit(first[channel], second[channel])
    left = first - (second * rows[range(3), range(3)][:, None] + rows[:, 3:])
    return Exposure(rows, float(np.median(np.abs(left))))


def _fit(wanted: npt.NDArray[np.float32], given: npt.NDArray[np.float32]) -> tuple[float, float]:
    """Gain and offset without the outliers; a gain other than 1 only where the two are related."""
    difference = wanted - given
    offset = float(np.median(difference))
    spread = 1.4826 * float(np.median(np.abs(difference - offset))) + 1.0
    alike = np.abs(difference - offset) < 3 * spread
    first, second = wanted[alike], given[alike]
    deviation = float(first.std()), float(second.std())
    covariance = float(np.mean((first - first.mean()) * (second - second.mean())))
    textured = min(deviation) >= 2 * spread
    if not textured or covariance < _RELATED * deviation[0] * deviation[1]:
        return 1.0, offset
    gain = float(np.clip(deviation[0] / deviation[1], *_GAIN_LIMITS))
    return gain, float(np.median(first - gain * second))
