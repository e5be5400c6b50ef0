"""From the matte of one frame to that of the next.

The object is found again by its picture, the matte carried over by optical flow, and its edge
drawn anew by GrabCut in a band. The score is the geometric mean of three shares: of the flow that
comes back to where it started, of the matte that the new edge left alone, and of the prompted
frame's colours that are still there.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from void_studio.assist.carry import Carried, carry
from void_studio.assist.crop import Crop, Matte, bounds_of
from void_studio.assist.grabcut import LONGEST_SIDE, band_trimap, cut, holding, signed_distance
from void_studio.assist.judge import colour_shares, overlap, similarity
from void_studio.assist.memory import Memory
from void_studio.core import Extent, Rect

__all__ = ["Anchor", "Followed", "Seen", "follow"]

_BINS = 8
_FEWEST_SAMPLES = 12
_DEEPEST = 0.6
_SNAPS = 0.85
_LOST = 0.45


@dataclass(frozen=True, slots=True, eq=False)
class Seen:
    """A frame, RGB uint8 (height, width, 3), and the object's matte in it."""

    rgb: npt.NDArray[np.uint8]
    matte: Matte

    def colours(self) -> npt.NDArray[np.float64]:
        """The object's colours, to compare with those of another frame."""
        bounds = bounds_of(self.matte).slices
        return colour_shares(self.rgb[bounds], self.matte[bounds], bins=_BINS)


@dataclass(frozen=True, slots=True, eq=False)
class Followed:
    """The object in the next frame, and 0..1 how sure it is the same one; empty when lost."""

    seen: Seen
    score: float
    memory: Memory


@dataclass(frozen=True, slots=True, eq=False)
class Anchor:
    """What is remembered of a prompted frame.

    `colours` are the object's; `snaps` tells that the prompt ends where the picture has an edge. A
    matte that was painted generously does not, and is then carried as it is.
    """

    colours: npt.NDArray[np.float64]
    snaps: bool

    @classmethod
    def of(cls, seen: Seen) -> Anchor:
        """Look at a prompted frame once, before it is followed."""
        if not seen.matte.any():
            return cls(seen.colours(), snaps=False)
        crop = _surroundings(seen)
        matte = crop.matte(seen.matte)
        sure = Carried(signed_distance(matte), np.zeros_like(matte), 1.0)
        again = _drawn(crop.image(seen.rgb), sure)
        return cls(seen.colours(), snaps=overlap(again, matte) >= _SNAPS)


def follow(before: Seen, rgb: npt.NDArray[np.uint8], anchor: Anchor, memory: Memory) -> Followed:
    """The object of `before` in `rgb`, a frame of the same size next to it in time.

    `memory` is that of the frame before. Once lost, the object stays lost.
    """
    lost = Followed(Seen(rgb, np.zeros_like(before.matte)), 0.0, memory)
    if np.count_nonzero(before.matte) < _FEWEST_SAMPLES:
        return lost
    crop = _surroundings(before, memory.bounds())
    first, second = crop.image(before.rgb), crop.image(rgb)
    carried = carry(first, second, crop.matte(before.matte))
    arrived = carried.distance > 0
    drawn = _drawn(second, carried) if anchor.snaps else arrived
    memory = memory.moved(_in_frame(carried.motion, crop)).aligned(second, drawn, crop)
    whole = drawn | memory.come_back(second, drawn, crop)
    seen = Seen(rgb, crop.placed(whole))
    alike = similarity(seen.colours(), anchor.colours)
    score = float(np.cbrt(carried.comes_back * overlap(drawn, arrived) * alike))
    if score < _LOST:
        return lost
    return Followed(seen, score, memory.renewed(rgb, seen.matte, crop))


def _in_frame(motion: npt.NDArray[np.float64] | None, crop: Crop) -> npt.NDArray[np.float64] | None:
    """A motion of the crop's samples as one of the frame's."""
    if motion is None:
        return None
    moved: npt.NDArray[np.float64] = np.linalg.inv(crop.transform) @ motion @ crop.transform
    return moved


def _surroundings(seen: Seen, known: Rect | None = None) -> Crop:
    bounds = bounds_of(seen.matte)
    margin = max(48, round(0.35 * max(bounds.width, bounds.height)))
    frame = Extent(seen.rgb.shape[1], seen.rgb.shape[0])
    around = bounds.grown(margin)
    if known is not None:
        around = around.union(known.intersect(frame.rect))
    return Crop.around(around, frame, longest=LONGEST_SIDE)


def _drawn(rgb: npt.NDArray[np.uint8], carried: Carried) -> Matte:
    """The object where flow put it, its edge where the colours change.

    The edge may move a little where flow is sure of itself, further where it is not. What no
    longer hangs together with the certain part is left out.
    """
    distance = carried.distance
    size = float(np.sqrt(np.count_nonzero(distance > 0)))
    depth = _DEEPEST * max(float(distance.max()), 1.0)
    narrow, wide = float(np.clip(0.06 * size, 2, 8)), float(np.clip(0.2 * size, 4, 24))
    trimap = band_trimap(distance, min(narrow, depth))
    outside = carried.doubtful & (distance <= 0) & (distance > -wide)
    inside = carried.doubtful & (distance > 0) & (distance < min(wide, depth))
    trimap[outside] = cv2.GC_PR_BGD
    trimap[inside] = cv2.GC_PR_FGD
    return holding(cut(rgb, trimap, rounds=3), trimap == cv2.GC_FGD)
