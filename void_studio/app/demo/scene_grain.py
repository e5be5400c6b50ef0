"""Film grain: another pattern in every frame, weaker in the lights."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from void_studio.core import Extent

__all__ = ["Grain"]

_FIELDS = 3
_ROOM = 192
_SOFTNESS_PX = 0.6
_COLOURED = 0.35
_STRENGTH = 0.008


class Grain:
    """Draws each frame's grain from three random fields, moved at random and added.

    Two frames share no offsets, and unit variance is kept, so that grain is uncorrelated in time.
    """

    def __init__(self, extent: Extent, seed: int) -> None:
        self._extent = extent
        self._seed = seed
        random = np.random.default_rng((seed, 1))
        self._fields = [_field(random, extent) for _ in range(_FIELDS)]

    def on(self, pixels: npt.NDArray[np.float32], frame: int) -> npt.NDArray[np.uint16]:
        """`pixels`, R'G'B' float32 0..1, with the grain of a frame, as uint16."""
        luma = cv2.transform(pixels, np.array([[0.2126, 0.7152, 0.0722]], dtype=np.float32))
        strength = _STRENGTH * 65535 * (0.45 + 1.9 * cv2.sqrt(luma) * (1.08 - luma))
        grain = cv2.multiply(self._pattern(frame), cv2.merge([strength] * 3))
        grain = cv2.scaleAdd(pixels, 65535.0, grain)
        return np.rint(grain).clip(0, 65535).astype(np.uint16)

    def _pattern(self, frame: int) -> npt.NDArray[np.float32]:
        random = np.random.default_rng((self._seed, 2, frame))
        weights = random.normal(size=_FIELDS)
        weights /= np.linalg.norm(weights)
        first, second, third = (self._moved(field, random) for field in self._fields)
        both = cv2.addWeighted(first, float(weights[0]), second, float(weights[1]), 0)
        return cv2.scaleAdd(third, float(weights[2]), both).astype(np.float32, copy=False)

    def _moved(
        self, field: npt.NDArray[np.float32], random: np.random.Generator
    ) -> npt.NDArray[np.float32]:
        top, left = random.integers(0, _ROOM, 2)
        rows, columns = (
            slice(top, top + self._extent.height),
            slice(left, left + self._extent.width),
        )
        return np.asarray(field[rows, columns])


def _field(random: np.random.Generator, extent: Extent) -> npt.NDArray[np.float32]:
    shape = (extent.height + _ROOM, extent.width + _ROOM)
    grey = random.standard_normal((*shape, 1), dtype=np.float32)
    colour = random.standard_normal((*shape, 3), dtype=np.float32)
    field = cv2.GaussianBlur(grey + _COLOURED * colour, (0, 0), _SOFTNESS_PX)
    return np.asarray(field / field.std(), dtype=np.float32)
