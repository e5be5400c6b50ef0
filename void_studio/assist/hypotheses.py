"""From clicks to an object: what GrabCut finds at several sizes, and which of it to believe.

A click does not say how large the object is. GrabCut is asked at nine sizes around it, each time
in a crop of few samples; a real object is found again and again from different sizes, differs from
what lies around it, and ends at a visible edge.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from void_studio.assist.crop import Crop, Matte
from void_studio.assist.grabcut import at_points, cut, holding
from void_studio.assist.judge import edge_contrast, overlap, separation
from void_studio.assist.protocol import Click
from void_studio.core import Extent, Rect

__all__ = ["Hypothesis", "best_hypothesis"]

_SIZES = 9
_SMALLEST = 0.008
_STEP = 1.6
_REACH = 3
_SIDE = 160
_FEWEST_SAMPLES = 20
_LARGER_IS_LIKELIER = 0.1


@dataclass(frozen=True, slots=True, eq=False)
class Hypothesis:
    """A possible object: its matte of the whole frame, and 0..1 how well it stands out."""

    matte: Matte
    score: float


def best_hypothesis(rgb: npt.NDArray[np.uint8], clicks: Sequence[Click]) -> Hypothesis:
    """The likeliest object that holds the positive clicks and no negative one.

    `rgb` is the whole frame (height, width, 3). Needs at least one positive click.
    """
    frame = Extent(rgb.shape[1], rgb.shape[0])
    found = [_found_at(rgb, frame, clicks, size) for size in _sizes(frame)]
    steady = [_steadiness(found, index) for index in range(len(found))]
    scored = [
        Hypothesis(one.matte, one.score * math.sqrt(sure))
        for one, sure in zip(found, steady, strict=True)
    ]
    return max(scored, key=_likelihood)


def _sizes(frame: Extent) -> list[float]:
    smallest = max(4.0, _SMALLEST * max(frame.width, frame.height))
    return [smallest * _STEP**step for step in range(_SIZES)]


def _found_at(
    rgb: npt.NDArray[np.uint8], frame: Extent, clicks: Sequence[Click], size: float
) -> Hypothesis:
    crop = Crop.around(_surroundings(clicks, _REACH * size), frame, longest=_SIDE)
    image = crop.image(rgb)
    matte = cut(image, _trimap(crop, clicks, size * crop.scale), rounds=5)
    points = [crop.point(click.x, click.y) for click in clicks if click.positive]
    matte = holding(matte, at_points(matte.shape, points))
    if np.count_nonzero(matte) < _FEWEST_SAMPLES:
        return Hypothesis(crop.placed(matte), 0.0)
    score = edge_contrast(image, matte) * separation(image, matte)
    return Hypothesis(crop.placed(matte), score)


def _surroundings(clicks: Sequence[Click], reach: float) -> Rect:
    across = [click.x for click in clicks if click.positive]
    down = [click.y for click in clicks if click.positive]
    return Rect.of(
        int(min(across) - reach),
        int(min(down) - reach),
        int(max(across) + reach) + 1,
        int(max(down) + reach) + 1,
    )


def _trimap(crop: Crop, clicks: Sequence[Click], radius: float) -> npt.NDArray[np.uint8]:
    trimap = np.full(crop.extent.shape, cv2.GC_PR_BGD, dtype=np.uint8)
    trimap[crop.border(2)] = cv2.GC_BGD
    wide, certain = max(1, int(radius)), max(1, int(radius / 5))
    spots = [(crop.point(click.x, click.y), click.positive) for click in clicks]
    for spot, positive in spots:
        if positive:
            cv2.circle(trimap, spot, wide, cv2.GC_PR_FGD, -1)
    for spot, positive in spots:
        label = cv2.GC_FGD if positive else cv2.GC_BGD
        cv2.circle(trimap, spot, certain, label, -1)
    return trimap


def _steadiness(found: Sequence[Hypothesis], index: int) -> float:
    """Overlap with what the next smaller or the next larger size found, the better one."""
    beside = [*found[max(0, index - 1) : index], *found[index + 1 : index + 2]]
    return max(overlap(found[index].matte, other.matte) for other in beside)


def _likelihood(hypothesis: Hypothesis) -> float:
    """The score, in favour of wholes over parts, and against what fills the frame's border."""
    matte = hypothesis.matte
    edges = np.concatenate([matte[0], matte[-1], matte[:, 0], matte[:, -1]])
    area = max(1.0, float(matte.sum()))
    inner = (1 - edges.mean()) ** 2
    return float(hypothesis.score * inner * area**_LARGER_IS_LIKELIER)
