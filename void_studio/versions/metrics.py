"""How near two pictures are."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import numpy.typing as npt

__all__ = ["psnr", "ssim"]

_LUMA = np.array([0.2126, 0.7152, 0.0722])
_SIGMA, _RADIUS = 1.5, 5
_K1, _K2 = 0.01, 0.03

Picture = npt.NDArray[Any]
Mask = npt.NDArray[np.bool_]
Real = npt.NDArray[np.float64]


def psnr(a: Picture, b: Picture, mask: Mask | None = None, *, peak: float = 65535) -> float:
    """Peak signal to noise ratio in dB over all channels where `mask`; inf for equal pictures.

    Pictures are (height, width) or (height, width, channels), `mask` is (height, width). Raises
    ValueError when the mask is empty.
    """
    difference = a.astype(np.float64) - b.astype(np.float64)
    chosen = difference if mask is None else difference[mask]
    if not chosen.size:
        raise ValueError("no pixel to compare")
    error = float(np.mean(chosen**2))
    return 10 * math.log10(peak**2 / error) if error else math.inf


def ssim(a: Picture, b: Picture, mask: Mask | None = None, *, peak: float = 65535) -> float:
    """Mean structural similarity of luma where `mask`.

    Wang, Bovik, Sheikh, Simoncelli 2004: 11 x 11 Gaussian window of sigma 1.5, K1 = 0.01, K2 =
    0.03. RGB pictures are weighted by BT.709; the pictures are mirrored beyond their edges. Raises
    ValueError when the mask is empty.
    """
    if mask is None:
        mask = np.ones(a.shape[:2], np.bool_)
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    if not rows.size:
        raise ValueError("no pixel to compare")
    box = (slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1))
    scores = _similarity(_around(a, box), _around(b, box), peak)
    return float(scores[mask[box]].mean())


def _around(picture: Picture, box: tuple[slice, slice]) -> Real:
    """Luma of the box and of what a window at its edge sees."""
    rows = _mirrored(box[0], picture.shape[0])
    columns = _mirrored(box[1], picture.shape[1])
    part = picture[np.ix_(rows, columns)].astype(np.float64)
    return part if part.ndim == 2 else part @ _LUMA


def _mirrored(span: slice, length: int) -> npt.NDArray[np.int64]:
    index = np.arange(span.start - _RADIUS, span.stop + _RADIUS) % (2 * length)
    mirrored: npt.NDArray[np.int64] = np.minimum(index, 2 * length - 1 - index)
    return mirrored


def _similarity(a: Real, b: Real, peak: float) -> Real:
    mean_a, mean_b = _windowed(a), _windowed(b)
    variances = _windowed(a * a + b * b) - mean_a**2 - mean_b**2
    covariance = _windowed(a * b) - mean_a * mean_b
    steady, spread = (_K1 * peak) ** 2, (_K2 * peak) ** 2
    alike = (2 * mean_a * mean_b + steady) * (2 * covariance + spread)
    scores: Real = alike / ((mean_a**2 + mean_b**2 + steady) * (variances + spread))
    return scores


def _windowed(picture: Real) -> Real:
    """Gaussian means at the pixels that have a whole window."""
    offsets = np.arange(-_RADIUS, _RADIUS + 1)
    weights = np.exp(-(offsets**2) / (2 * _SIGMA**2))
    weights /= weights.sum()
    count = picture.shape[0] - 2 * _RADIUS
    rows = sum(weight * picture[at : at + count] for at, weight in enumerate(weights))
    count = picture.shape[1] - 2 * _RADIUS
    means: Real = sum(weight * rows[:, at : at + count] for at, weight in enumerate(weights))
    return means
