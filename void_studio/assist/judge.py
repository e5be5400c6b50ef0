"""How much a matte looks like an object: its edge against its surroundings, its colours too."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from void_studio.assist.crop import Matte

__all__ = ["colour_shares", "edge_contrast", "overlap", "separation", "similarity"]

_WINDOW = 7
_PLAIN_DELTA_E = 20.0
_BINS = 16


def overlap(first: Matte, second: Matte) -> float:
    """Intersection over union; 1 when both are empty."""
    either = np.count_nonzero(first | second)
    return float(np.count_nonzero(first & second) / either) if either else 1.0


def edge_contrast(rgb: npt.NDArray[np.uint8], matte: Matte) -> float:
    """Mean colour difference across the edge, 0..1; 1 is a difference of 20 in CIE Lab or more."""
    lab = _lab(rgb)
    inside = matte.astype(np.float32)
    difference = np.linalg.norm(_mean_of(lab, inside) - _mean_of(lab, 1 - inside), axis=2)
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (3, 3))
    edge = cv2.morphologyEx(matte.astype(np.uint8), cv2.MORPH_GRADIENT, kernel) > 0
    if not edge.any():
        return 0.0
    return float(np.minimum(difference[edge], _PLAIN_DELTA_E).mean() / _PLAIN_DELTA_E)


def separation(rgb: npt.NDArray[np.uint8], matte: Matte) -> float:
    """How little the colours inside occur in a ring around, 0..1."""
    reach = 2 * max(3, int(np.sqrt(np.count_nonzero(matte)) / 2)) + 1
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (reach, reach))
    ring = (cv2.dilate(matte.astype(np.uint8), kernel) > 0) & ~matte
    return 1 - similarity(colour_shares(rgb, matte), colour_shares(rgb, ring))


def colour_shares(
    rgb: npt.NDArray[np.uint8], matte: Matte, *, bins: int = _BINS
) -> npt.NDArray[np.float64]:
    """Share of the matte's samples in each of `bins`^3 cells of CIE Lab; zeros when empty."""
    inside = rgb[matte][None]
    if not inside.size:
        return np.zeros(bins**3)
    cells = _lab(inside)[0] / (100, 128, 128) + (0, 0.5, 0.5)
    steps = (cells * bins).clip(0, bins - 1).astype(np.int64)
    index = (steps[:, 0] * bins + steps[:, 1]) * bins + steps[:, 2]
    counts: npt.NDArray[np.float64] = np.bincount(index, minlength=bins**3).astype(np.float64)
    counts /= index.size
    return counts


def similarity(first: npt.NDArray[np.float64], second: npt.NDArray[np.float64]) -> float:
    """Bhattacharyya coefficient of two `colour_shares`, 0..1."""
    return float(np.sqrt(first * second).sum())


def _lab(rgb: npt.NDArray[np.uint8]) -> npt.NDArray[np.float32]:
    lab = cv2.cvtColor(rgb.astype(np.float32) / 255, cv2.COLOR_RGB2LAB)
    return lab.astype(np.float32, copy=False)


def _mean_of(
    lab: npt.NDArray[np.float32], weight: npt.NDArray[np.float32]
) -> npt.NDArray[np.float32]:
    window = (_WINDOW, _WINDOW)
    total = cv2.blur(lab * weight[..., None], window)
    return (total / np.maximum(cv2.blur(weight, window), 1e-3)[..., None]).astype(np.float32)
