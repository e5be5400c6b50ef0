"""Grain: what the plate has around the hole and the fill lacks.

Borrowed, averaged or enlarged pixels carry less noise than the plate. Its covariance between the
channels is measured per band and level of luma in the flattest tiles of both, and the difference
is what has to be added. Power, not amplitude, is what independent noises add.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from void_studio.core import Rect
from void_studio.finish.bands import BAND_COUNT, BAND_REACH, bands_of, cross_power, smoothed
from void_studio.finish.support import Support
from void_studio.media import Frame, rgb_of

__all__ = ["GrainModel", "GrainSample", "grain_sample", "luma_of", "measure_grain"]

LEVELS = (0.125, 0.375, 0.625, 0.875)
_WHITE = np.float32(65535)
_TILE = 8
_RING = 64
_FLATTEST = 1 / 3
_FEWEST_TILES = 4
_PRIOR_TILES = 16
_ROUNDS = 100
_LUMA = np.array([[0.2126, 0.7152, 0.0722]], np.float32)

Matrices = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class GrainSample:
    """Plate and fill of one frame over one rectangle, R'G'B' uint16 (height, width, 3).

    `ring` and `hole`, bool (height, width), are the pixels of the plate and of the fill to go by.
    """

    plate: npt.NDArray[np.uint16]
    ring: npt.NDArray[np.bool_]
    fill: npt.NDArray[np.uint16]
    hole: npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class GrainModel:
    """Grain to add, of white as 1.

    `mixing[level, band]` turns three independent unit noises, filtered to the band, into the
    channels' grain at that level of luma; shape (4, 3, 3, 3).
    """

    mixing: npt.NDArray[np.float32]

    @property
    def is_silent(self) -> bool:
        """Whether there is nothing to add."""
        return not self.mixing.any()


def grain_sample(
    frame: Frame, rect: Rect, rgb: npt.NDArray[np.uint16], support: Support
) -> GrainSample:
    """What a frame and the fill `rgb` at `rect` of it tell about grain."""
    around = support.bounds.grown(_RING).intersect(frame.extent.rect)
    bounds, alpha = support.alpha(0)
    touched = np.zeros(around.extent.shape, np.bool_)
    local = bounds.shifted(-around.x, -around.y)
    touched[local.slices] = alpha > 0
    hole = np.zeros_like(touched)
    hole[local.slices] = alpha == 1
    plate = rgb_of(frame, around)
    fill = plate.copy()
    shared = rect.intersect(around)
    fill[shared.shifted(-around.x, -around.y).slices] = rgb[shared.shifted(-rect.x, -rect.y).slices]
    return GrainSample(plate, np.logical_not(touched), fill, hole)


def measure_grain(samples: Sequence[GrainSample]) -> GrainModel:
    """The grain that the fills lack. Silent when either side shows too little to measure."""
    plates = [_tiles(sample.plate, sample.ring) for sample in samples]
    fills = [_tiles(sample.fill, sample.hole) for sample in samples]
    plate, fill = _by_level(plates), _by_level(fills)
    if plate is None or fill is None:
        return GrainModel(np.zeros((len(LEVELS), BAND_COUNT, 3, 3), np.float32))
    sources = [_white_sources(plate[level], fill[level]) for level in range(len(LEVELS))]
    return GrainModel(_functions_of(np.stack(sources), np.sqrt).astype(np.float32))


def luma_of(picture: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """BT.709 weighted sum of the channels, (height, width)."""
    import cv2

    return cv2.transform(picture, _LUMA).astype(np.float32, copy=False)


@dataclass(frozen=True, slots=True, eq=False)
class _Tiles:
    """Per tile: how uneven, how bright, and the covariance of the channels in each band."""

    unevenness: npt.NDArray[Any]
    level: npt.NDArray[Any]
    covariance: npt.NDArray[Any]


def _tiles(rgb: npt.NDArray[np.uint16], mask: npt.NDArray[np.bool_]) -> _Tiles:
    import cv2

    kernel = np.ones((2 * BAND_REACH + 1,) * 2, np.uint8)
    eroded = cv2.erode(mask.view(np.uint8), kernel, borderType=cv2.BORDER_REPLICATE)
    whole = _tiled(eroded).all(axis=1)
    picture = rgb.astype(np.float32) / _WHITE
    luma = _tiled(luma_of(smoothed(picture)))[whole]
    bands = [_tiled(band)[whole] for band in bands_of(picture)]
    covariance = np.stack([np.einsum("tpa,tpb->tab", band, band) for band in bands], axis=1)
    return _Tiles(luma.var(axis=1), luma.mean(axis=1), covariance / _TILE**2)


def _tiled(plane: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """(tiles, pixels of a tile) or (tiles, pixels, channels); what is left over is not used."""
    rows, columns = plane.shape[0] // _TILE, plane.shape[1] // _TILE
    rest = plane.shape[2:]
    cut = plane[: rows * _TILE, : columns * _TILE].reshape(rows, _TILE, columns, _TILE, *rest)
    return cut.swapaxes(1, 2).reshape(rows * columns, _TILE**2, *rest)


def _by_level(parts: Sequence[_Tiles]) -> Matrices | None:
    """Covariance per level and band (4, 3, 3, 3) over the flattest tiles.

    A level with few tiles leans on the mean of all: the mean weighs as much as 16 tiles.
    """
    unevenness = np.concatenate([part.unevenness for part in parts] or [np.zeros(0)])
    if len(unevenness) < _FEWEST_TILES:
        return None
    flat = unevenness <= np.quantile(unevenness, _FLATTEST)
    level = np.concatenate([part.level for part in parts])[flat]
    covariance = np.concatenate([part.covariance for part in parts])[flat].astype(np.float64)
    nearest = np.abs(level[:, None] - np.array(LEVELS)).argmin(axis=1)
    overall = covariance.mean(axis=0)
    sums = [covariance[nearest == index].sum(axis=0) for index in range(len(LEVELS))]
    counts = np.bincount(nearest, minlength=len(LEVELS))[:, None, None, None]
    shrunk: Matrices = (np.stack(sums) + _PRIOR_TILES * overall) / (counts + _PRIOR_TILES)
    return shrunk


def _white_sources(plate: Matrices, fill: Matrices) -> Matrices:
    """Covariances of white noises, one per band (3, 3, 3), that add what the fill lacks.

    The bands overlap, so each source shows in all of them: least squares of the relative errors
    over positive semidefinite matrices, one band after the other until they settle.
    """
    missing, power = plate - fill, cross_power()
    weights = 1 / np.trace(plate, axis1=1, axis2=2) ** 2
    sources = np.zeros_like(missing)
    for _ in range(_ROUNDS):
        for band in range(BAND_COUNT):
            share = power[:, band]
            rest = missing - np.einsum("ij,jab->iab", power, sources)
            rest += share[:, None, None] * sources[band]
            best = np.einsum("i,iab->ab", weights * share, rest) / (weights * share**2).sum()
            sources[band] = _functions_of(best, lambda values: values)
    return sources


def _functions_of(
    matrices: Matrices, function: Callable[[npt.NDArray[Any]], npt.NDArray[Any]]
) -> Matrices:
    """`function` of the non-negative eigenvalues of symmetric (..., 3, 3); negative ones are 0."""
    values, vectors = np.linalg.eigh(matrices)
    mapped = function(np.maximum(values, 0))
    product: Matrices = (vectors * mapped[..., None, :]) @ vectors.swapaxes(-1, -2)
    return product
