"""GrabCut (Rother, Kolmogorov, Blake, SIGGRAPH 2004) that answers the same every time."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import cv2
import numpy as np
import numpy.typing as npt

from void_studio.assist.crop import Crop, Matte
from void_studio.assist.protocol import Click

__all__ = [
    "LONGEST_SIDE",
    "at_points",
    "band_trimap",
    "cut",
    "holding",
    "polish",
    "signed_distance",
]

LONGEST_SIDE = 512
_SEED = 20_040_808


def cut(rgb: npt.NDArray[np.uint8], trimap: npt.NDArray[np.uint8], *, rounds: int) -> Matte:
    """The object in `rgb` (height, width, 3), from a trimap of cv2.GC_* values, left unchanged.

    A trimap that has no object or no background at all is its own answer.
    """
    inside = (trimap & 1) > 0
    if inside.all() or not inside.any():
        return inside
    cv2.setRNGSeed(_SEED)
    labels = trimap.copy()
    models = np.zeros((1, 65)), np.zeros((1, 65))
    cv2.grabCut(rgb, labels, (0, 0, 1, 1), *models, rounds, cv2.GC_INIT_WITH_MASK)
    return (labels & 1) > 0


def holding(matte: Matte, wanted: Matte) -> Matte:
    """The connected parts of `matte` that meet `wanted`."""
    count, labels = cv2.connectedComponents(matte.astype(np.uint8), connectivity=4)
    kept = np.zeros(count, dtype=np.bool_)
    kept[labels[wanted & matte]] = True
    return np.asarray(kept[labels], dtype=np.bool_)


def at_points(shape: tuple[int, int], points: Iterable[tuple[int, int]]) -> Matte:
    """A matte of `shape` (height, width) that is only the points (x, y)."""
    matte = np.zeros(shape, dtype=np.bool_)
    for x, y in points:
        matte[y, x] = True
    return matte


def signed_distance(matte: Matte) -> npt.NDArray[np.float32]:
    """Distance to the edge in samples, positive inside, never 0."""
    inside = matte.astype(np.uint8)
    to_outside = cv2.distanceTransform(inside, cv2.DIST_L2, cv2.DIST_MASK_5)
    to_inside = cv2.distanceTransform(1 - inside, cv2.DIST_L2, cv2.DIST_MASK_5)
    signed = np.where(matte, to_outside - 0.5, 0.5 - to_inside)
    return signed.clip(-4096, 4096).astype(np.float32)


def band_trimap(distance: npt.NDArray[np.float32], band: float) -> npt.NDArray[np.uint8]:
    """Certain further than `band` samples from the edge, probable nearer."""
    probable = np.where(distance > 0, cv2.GC_PR_FGD, cv2.GC_PR_BGD)
    certain = np.where(distance > 0, cv2.GC_FGD, cv2.GC_BGD)
    return np.where(np.abs(distance) > band, certain, probable).astype(np.uint8)


def polish(
    rgb: npt.NDArray[np.uint8], matte: Matte, crop: Crop, clicks: Sequence[Click], allowed: Matte
) -> Matte:
    """`matte` with its edge drawn anew in a band, all in the crop's samples.

    Clicks are obeyed, and nothing outside `allowed` is taken.
    """
    distance = signed_distance(matte)
    band = float(np.clip(0.12 * np.sqrt(np.count_nonzero(matte)), 3, 24))
    trimap = band_trimap(distance, min(band, 0.6 * max(float(distance.max()), 1.0)))
    trimap[~allowed] = cv2.GC_BGD
    for click in clicks:
        label = cv2.GC_FGD if click.positive else cv2.GC_BGD
        cv2.circle(trimap, crop.point(click.x, click.y), max(1, round(band / 3)), label, -1)
    return cut(rgb, trimap, rounds=3)
