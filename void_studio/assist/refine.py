"""The edge of a matte drawn anew on plate pixels, in a band around where it was.

A matte from a proxy, or from a model that sees a quarter of each side, is right about the object
and rough about its edge.
"""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from void_studio.assist.crop import Matte, bounds_of
from void_studio.assist.edge import Edge
from void_studio.assist.grabcut import band_trimap, cut, signed_distance
from void_studio.core import Extent

__all__ = ["guided_filter", "refined"]

_Plane = npt.NDArray[np.float32]
_EPSILON = 1e-3
_LEAST_BAND_PX = 2.0


def refined(rgb: npt.NDArray[np.uint8], matte: Matte, *, uncertain_px: float, edge: Edge) -> Matte:
    """As `refine_edge`."""
    bounds = bounds_of(matte)
    if edge is Edge.AS_IS or not bounds.area or matte.all():
        return matte
    band = max(_LEAST_BAND_PX, uncertain_px)
    frame = Extent(rgb.shape[1], rgb.shape[0])
    where = bounds.grown(round(3 * band) + 1).intersect(frame.rect).slices
    picture, inside = np.ascontiguousarray(rgb[where]), matte[where]
    found = matte.copy()
    found[where] = (_cut if edge is Edge.CUT else _guided)(picture, inside, band)
    return found


def guided_filter(guide: _Plane, values: _Plane, radius: int, epsilon: float) -> _Plane:
    """He, Sun, Tang (PAMI 2013), with one guide; all planes float32 (height, width).

    In every window `values` is taken as a linear function of `guide`; `epsilon` is the variance of
    the guide below which it is smoothed away.
    """
    side = (2 * radius + 1, 2 * radius + 1)

    def mean(plane: _Plane) -> _Plane:
        found = cv2.boxFilter(plane, cv2.CV_32F, side, borderType=cv2.BORDER_REFLECT)
        return found.astype(np.float32, copy=False)

    mean_guide, mean_values = mean(guide), mean(values)
    covariance = mean(guide * values) - mean_guide * mean_values
    variance = mean(guide * guide) - mean_guide * mean_guide
    slope = (covariance / (variance + epsilon)).astype(np.float32)
    offset = (mean_values - slope * mean_guide).astype(np.float32)
    return np.asarray(mean(slope) * guide + mean(offset), np.float32)


def _guided(picture: npt.NDArray[np.uint8], inside: Matte, band: float) -> Matte:
    distance = signed_distance(inside)
    soft = (((distance / band).clip(-1, 1) + 1) / 2).astype(np.float32)
    guide = _contrast(picture, distance, band)
    found = guided_filter(guide, soft, max(2, round(band)), _EPSILON)
    return np.where(np.abs(distance) < band, found > 0.5, inside)


def _contrast(
    picture: npt.NDArray[np.uint8], distance: npt.NDArray[np.float32], band: float
) -> _Plane:
    """The picture along the line from the colour just outside the edge to that just inside.

    0 and 1 are those colours: a grey plane would lose an edge between colours of one lightness.
    """
    colours = picture.astype(np.float32)
    near = np.abs(distance) < 3 * band
    outer, inner = (near & (distance < -band / 2)), (near & (distance > band / 2))
    if not outer.any() or not inner.any():
        return np.asarray(cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY) / 255, np.float32)
    start, end = colours[outer].mean(axis=0), colours[inner].mean(axis=0)
    line = end - start
    length = max(float(line @ line), 1.0)
    return np.asarray(((colours - start) @ line) / length, dtype=np.float32)


def _cut(picture: npt.NDArray[np.uint8], inside: Matte, band: float) -> Matte:
    distance = signed_distance(inside)
    deepest = 0.6 * max(float(distance.max()), 1.0)
    return cut(picture, band_trimap(distance, min(band, deepest)), rounds=3)
