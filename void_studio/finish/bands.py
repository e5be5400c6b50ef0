"""The three spatial bands in which grain is measured and made."""

from __future__ import annotations

from functools import lru_cache
from itertools import pairwise

import numpy as np
import numpy.typing as npt

__all__ = ["BAND_COUNT", "BAND_REACH", "band_of", "bands_of", "cross_power", "smoothed"]

_SIGMAS = (0.8, 1.6, 3.2)
BAND_COUNT = len(_SIGMAS)
BAND_REACH = 4
_PROBE = 64

Picture = npt.NDArray[np.float32]


def bands_of(picture: Picture) -> tuple[Picture, ...]:
    """Differences of Gaussians of a float32 picture (height, width, 3): finest first."""
    layers = [picture, *(_blurred(picture, sigma) for sigma in _SIGMAS)]
    return tuple(sharper - softer for sharper, softer in pairwise(layers))


def band_of(picture: Picture, index: int) -> Picture:
    """One of the bands: as `bands_of`, without the others."""
    sharper = _blurred(picture, _SIGMAS[index - 1]) if index else picture
    return sharper - _blurred(picture, _SIGMAS[index])


def smoothed(picture: Picture) -> Picture:
    """What the bands leave."""
    return _blurred(picture, _SIGMAS[-1])


@lru_cache(maxsize=1)
def cross_power() -> npt.NDArray[np.float64]:
    """Power that band i measures of white noise of unit power filtered by band j, shape (3, 3).

    By Parseval the mean over all frequencies of |H_i|^2 |H_j|^2.
    """
    impulse = np.zeros((_PROBE, _PROBE), np.float32)
    impulse[_PROBE // 2, _PROBE // 2] = 1
    responses = [np.abs(np.fft.fft2(band)) ** 2 for band in bands_of(impulse)]
    flat = np.stack(responses).reshape(BAND_COUNT, -1)
    power: npt.NDArray[np.float64] = flat @ flat.T / flat.shape[1]
    return power


def _blurred(picture: Picture, sigma: float) -> Picture:
    import cv2

    blurred = cv2.GaussianBlur(picture, (0, 0), sigma, borderType=cv2.BORDER_REFLECT_101)
    return blurred.astype(np.float32, copy=False)
