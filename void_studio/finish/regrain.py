"""Missing grain put onto a fill."""

from __future__ import annotations

from collections.abc import Iterator

import cv2
import numpy as np
import numpy.typing as npt

from void_studio.core import Rect
from void_studio.finish.bands import BAND_COUNT, band_of, smoothed
from void_studio.finish.grain import LEVELS, GrainModel, luma_of

__all__ = ["regrain"]

_WHITE = np.float32(65535)
_KEY_BITS = 64


def regrain(
    rgb: npt.NDArray[np.uint16], rect: Rect, model: GrainModel, *, frame: int, seed: int
) -> npt.NDArray[np.uint16]:
    """`rgb`, R'G'B' uint16 at `rect` of plate frame `frame`, with the grain that it lacks.

    The same arguments give the same grain; other frames and seeds give independent grain.
    """
    if model.is_silent or not rect.area:
        return rgb
    picture = rgb.astype(np.float32) / _WHITE
    weights = _level_weights(luma_of(smoothed(picture)))
    for band, noise in enumerate(_noise(rect, frame, seed)):
        for level, weight in weights.items():
            mixing = np.ascontiguousarray(model.mixing[level, band])
            picture += weight[..., None] * cv2.transform(noise, mixing)
    grained = np.clip(np.rint(picture * _WHITE), 0, _WHITE)
    return np.asarray(grained, np.uint16)


def _noise(rect: Rect, frame: int, seed: int) -> Iterator[npt.NDArray[np.float32]]:
    """Independent unit white noise for each band, filtered to it; (height, width, 3)."""
    key = [seed % (1 << _KEY_BITS), frame % (1 << _KEY_BITS)]
    random = np.random.Generator(np.random.Philox(key=np.array(key, np.uint64)))
    for band in range(BAND_COUNT):
        yield band_of(random.standard_normal((rect.height, rect.width, 3), np.float32), band)


def _level_weights(luma: npt.NDArray[np.float32]) -> dict[int, npt.NDArray[np.float32]]:
    """By level that occurs, every pixel's share of it; a pixel's shares add to 1."""
    step = LEVELS[1] - LEVELS[0]
    held = np.clip(luma, LEVELS[0], LEVELS[-1])
    shares = [np.maximum(0, 1 - np.abs(held - np.float32(level)) / step) for level in LEVELS]
    return {level: share for level, share in enumerate(shares) if share.any()}
