"""Missing grain put onto a fill."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from void_studio.core import Rect
from void_studio.finish.bands import BAND_COUNT, band_of, smoothed
from void_studio.finish.grain import LEVELS, GrainModel, luma_of

__all__ = ["regrain"]

_WHITE = np.float32(65535)
_KEY_BITS = 64
_TILE = 1024
_STRIP = 128
_WRAP = 32


def regrain(
    rgb: npt.NDArray[np.uint16], rect: Rect, model: GrainModel, *, frame: int, seed: int
) -> npt.NDArray[np.uint16]:
    """`rgb`, R'G'B' uint16 at `rect` of plate frame `frame`, with the grain that it lacks.

    The same arguments give the same grain; other frames have it shifted by far, other seeds have
    independent grain.
    """
    if model.is_silent or not rect.area:
        return rgb
    level = smoothed(luma_of(rgb.astype(np.float32) / _WHITE))
    noise = _Noise(rect, frame, seed)
    grained = np.empty_like(rgb)
    for top in range(0, rect.height, _STRIP):
        rows = slice(top, min(top + _STRIP, rect.height))
        picture = rgb[rows].astype(np.float32) / _WHITE
        _add_grain(picture, _level_weights(level[rows]), model, noise.bands(rows))
        grained[rows] = np.clip(np.rint(picture * _WHITE), 0, _WHITE)
    return grained


def _add_grain(
    picture: npt.NDArray[np.float32],
    weights: dict[int, npt.NDArray[np.float32]],
    model: GrainModel,
    bands: Iterator[npt.NDArray[np.float32]],
) -> None:
    import cv2

    for band, noise in enumerate(bands):
        for level, weight in weights.items():
            mixing = np.ascontiguousarray(model.mixing[level, band])
            picture += weight[..., None] * cv2.transform(noise, mixing)


class _Noise:
    """Unit white noise of a frame, filtered to each band.

    Cut from a seamless tile of the seed at a place of the frame, another for every band.
    """

    def __init__(self, rect: Rect, frame: int, seed: int) -> None:
        self._seed = seed
        places = _random(seed, frame).integers(0, _TILE, (BAND_COUNT, 2))
        self._rows = [np.arange(top, top + rect.height) % _TILE for top, _ in places]
        self._columns = [np.arange(left, left + rect.width) % _TILE for _, left in places]

    def bands(self, rows: slice) -> Iterator[npt.NDArray[np.float32]]:
        """Some rows of each band in turn, (rows, width, 3)."""
        for band in range(BAND_COUNT):
            yield _tile(self._seed, band)[self._rows[band][rows, None], self._columns[band]]


@lru_cache(maxsize=BAND_COUNT)
def _tile(seed: int, band: int) -> npt.NDArray[np.float32]:
    """Filtered noise that continues over its edges, (1024, 1024, 3)."""
    white = _random(seed, -1 - band).standard_normal((_TILE, _TILE, 3), np.float32)
    wrapped = np.pad(white, ((_WRAP, _WRAP), (_WRAP, _WRAP), (0, 0)), mode="wrap")
    inside = slice(_WRAP, -_WRAP)
    return band_of(wrapped, band)[inside, inside].copy()


def _random(seed: int, stream: int) -> np.random.Generator:
    key = [seed % (1 << _KEY_BITS), stream % (1 << _KEY_BITS)]
    return np.random.Generator(np.random.Philox(key=np.array(key, np.uint64)))


def _level_weights(luma: npt.NDArray[np.float32]) -> dict[int, npt.NDArray[np.float32]]:
    """By level that occurs, every pixel's share of it; a pixel's shares add to 1."""
    step = LEVELS[1] - LEVELS[0]
    held = np.clip(luma, LEVELS[0], LEVELS[-1])
    shares = [np.maximum(0, 1 - np.abs(held - np.float32(level)) / step) for level in LEVELS]
    return {level: share for level, share in enumerate(shares) if share.any()}
