"""The one resampler (DESIGN c): shrinking is the adaptive mean, enlarging is Lanczos3.

Both are separable sums of a few source samples per output sample, so they share one loop.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

from void_studio.core import Extent

__all__ = ["area_mean", "enlarge", "resize"]

Samples = TypeVar("Samples", npt.NDArray[np.uint8], npt.NDArray[np.uint16], npt.NDArray[np.float32])
Pixels = npt.NDArray[Any]
MakeTaps = Callable[[int, int], "_Taps"]
_LOBES = 3


@dataclass(frozen=True, slots=True, eq=False)
class _Taps:
    """Along one axis: output i is the sum over k of weights[k, i] * source[index[k, i]].

    It is divided by divisor[i] once both axes are summed: a mean of whole numbers that is whole
    comes out whole, as the cuts of a quadmask need it.
    """

    index: npt.NDArray[np.intp]
    weights: npt.NDArray[np.float32]
    divisor: npt.NDArray[np.float32]


def area_mean(array: Samples, extent: Extent) -> Samples:
    """Mean over bins, as torch's `interpolate(mode="area")` and adaptive average pooling have it.

    Output i is the mean of the source samples floor(i * n / m) up to ceil((i + 1) * n / m), for n
    samples in and m out (VOID_SPEC 2.3). `array` is (height, width) or (height, width, channels),
    uint8, uint16 or float32; so is the result, integers rounded to nearest.
    """
    return _resampled(array, extent, _area_taps, _area_taps)


def enlarge(array: Samples, extent: Extent) -> Samples:
    """Lanczos3 with the outermost samples repeated; types as `area_mean`, clipped to their range.

    Float results are clipped to the range of the source's values. Raises ValueError when `extent`
    is smaller along an axis.
    """
    height, width = array.shape[:2]
    if extent.height < height or extent.width < width:
        raise ValueError(f"{width}x{height} can not be enlarged to {extent}")
    return _resampled(array, extent, _lanczos_taps, _lanczos_taps)


def resize(array: Samples, extent: Extent) -> Samples:
    """Along each axis the mean where it shrinks, Lanczos3 where it grows, else untouched."""
    height, width = array.shape[:2]
    rows = _area_taps if extent.height < height else _lanczos_taps
    columns = _area_taps if extent.width < width else _lanczos_taps
    return _resampled(array, extent, rows, columns)


def _area_taps(source: int, target: int) -> _Taps:
    at = np.arange(target)
    first = at * source // target
    count = -(-(at + 1) * source // target) - first
    step = np.arange(count.max())[:, None]
    index = np.minimum(first + step, source - 1)
    return _Taps(index, (step < count).astype(np.float32), count.astype(np.float32))


def _lanczos_taps(source: int, target: int) -> _Taps:
    centre = (np.arange(target) + 0.5) * source / target - 0.5
    sites = np.floor(centre)[None].astype(np.intp) + np.arange(1 - _LOBES, _LOBES + 1)[:, None]
    distance = sites - centre
    weights = np.sinc(distance) * np.sinc(distance / _LOBES)
    weights /= weights.sum(axis=0)
    ones = np.ones(target, np.float32)
    return _Taps(np.clip(sites, 0, source - 1), weights.astype(np.float32), ones)


def _resampled(array: Pixels, extent: Extent, rows: MakeTaps, columns: MakeTaps) -> Pixels:
    height, width = array.shape[:2]
    if not array.size or not extent.width or not extent.height:
        raise ValueError(f"can not resample {array.shape} to {extent}")
    axes = [(0, height, extent.height, rows), (1, width, extent.width, columns)]
    axes = [axis for axis in axes if axis[1] != axis[2]]
    values = array
    divisors = []
    for axis, source, target, make in sorted(axes, key=lambda axis: axis[2] / axis[1]):
        taps = make(source, target)
        values = _along(values, taps, axis)
        divisors.append(np.expand_dims(taps.divisor, tuple(range(1, array.ndim - axis))))
    for divisor in divisors:
        values /= divisor
    return _like(array, values) if axes else array.copy()


def _along(values: Pixels, taps: _Taps, axis: int) -> Pixels:
    source = values if axis == 0 else np.ascontiguousarray(values.swapaxes(0, 1))
    shape = (taps.index.shape[1], *source.shape[1:])
    weights = taps.weights.reshape(*taps.weights.shape, *(1,) * (source.ndim - 1))
    out = np.zeros(shape, np.float32)
    for index, weight in zip(taps.index, weights, strict=True):
        out += source[index] * weight
    return out if axis == 0 else np.ascontiguousarray(out.swapaxes(0, 1))


def _like(array: Pixels, values: Pixels) -> Pixels:
    if array.dtype == np.float32:
        return values.clip(array.min(), array.max())
    limits = np.iinfo(array.dtype)
    return np.rint(values).clip(limits.min, limits.max).astype(array.dtype)
