"""One fill out of several donors."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from void_studio.core import Extent, Rect
from void_studio.engine.draft.borrow import Match, lend, shown

__all__ = ["Combined", "combine", "confidence_of"]

Pixels = npt.NDArray[np.uint16]
Counts = npt.NDArray[np.uint8]
Matte = npt.NDArray[np.bool_]

_SLOTS = 5
_TILE = 160
_AGREE = round(0.03 * 65535)
_MISSING = 65535
_ALONE = 64
# Sorts five values in nine exchanges (Knuth, The Art of Computer Programming 3, 5.3.4)
_NETWORK = ((0, 3), (1, 4), (0, 2), (1, 3), (0, 1), (2, 4), (1, 2), (3, 4), (2, 3))


@dataclass(frozen=True, slots=True, eq=False)
class Combined:
    """`pixels` RGB uint16 where `confidence`, uint8, is not 0: no donor shows the others.

    Confidence is 255 times the share of the donors that agree with the result, 64 for a pixel that
    one donor alone vouches for.
    """

    pixels: Pixels
    confidence: npt.NDArray[np.uint8]


def combine(matches: Sequence[Match], rect: Rect, wanted: Matte) -> Combined:
    """The median, pixel by pixel, of the first five donors that show it.

    Only where `wanted`, boolean of the size of `rect`, is set, which lies on the target's canvas.
    Works in tiles: most of a large hole may be shown by nobody, and costs next to nothing then.
    """
    pixels = np.zeros((*wanted.shape, 3), np.uint16)
    confidence = np.zeros(wanted.shape, np.uint8)
    for tile in _tiles(rect.extent):
        here = tile.slices
        if wanted[here].any():
            pixels[here], confidence[here] = _combined(
                matches, tile.shifted(rect.x, rect.y), wanted[here]
            )
    return Combined(pixels, confidence)


def _tiles(extent: Extent) -> Iterator[Rect]:
    for top in range(0, extent.height, _TILE):
        for left in range(0, extent.width, _TILE):
            yield Rect(left, top, _TILE, _TILE).intersect(extent.rect)


def _combined(matches: Sequence[Match], tile: Rect, wanted: Matte) -> tuple[Pixels, Counts]:
    slots, count = _first_five(matches, tile, wanted)
    if not count.any():
        return np.zeros((*wanted.shape, 3), np.uint16), count
    middle = _median(slots, count)
    return middle, confidence_of(slots, count, middle)


def confidence_of(layers: Iterable[Pixels], count: Counts, middle: Pixels) -> Counts:
    """Confidence of `middle`, given the layers whose first `count` are valid at each pixel."""
    agreeing = np.zeros(count.shape, np.uint8)
    for number, pixels in enumerate(layers):
        alike = cv2.inRange(cv2.absdiff(pixels, middle), (0, 0, 0), (_AGREE,) * 3)
        agreeing += (alike > 0) & (count > number)
    share = np.rint(255 * agreeing.astype(np.float32) / np.maximum(count, 1)).astype(np.uint8)
    share[(count > 0) & (agreeing < 2)] = _ALONE
    return share


def _first_five(matches: Sequence[Match], tile: Rect, wanted: Matte) -> tuple[list[Pixels], Counts]:
    """The layers, missing samples at the highest value, and how many there are at each pixel."""
    slots = [np.full((*wanted.shape, 3), _MISSING, np.uint16) for _ in range(_SLOTS)]
    count = np.zeros(wanted.shape, np.uint8)
    for matched in matches:
        lacking = wanted & (count < _SLOTS)
        if not lacking.any():
            break
        useful = lacking & shown(matched, tile)
        if not useful.any():
            continue
        pixels = lend(matched, tile)
        for number, slot in enumerate(slots):
            cv2.copyTo(pixels, (useful & (count == number)).view(np.uint8), slot)
        count += useful
    return slots, count


def _median(slots: Sequence[Pixels], count: Counts) -> Pixels:
    """Median over the first `count` slots; the mean of the middle two when that is even."""
    planes = list(slots)
    for first, second in _NETWORK:
        lower = np.minimum(planes[first], planes[second])
        planes[second] = np.maximum(planes[first], planes[second])
        planes[first] = lower
    middle = np.zeros_like(planes[0])
    for amount in range(1, _SLOTS + 1):
        here = np.equal(count, amount).view(np.uint8)
        low, high = planes[(amount - 1) // 2], planes[amount // 2]
        cv2.copyTo(low if amount % 2 else cv2.addWeighted(low, 0.5, high, 0.5, 0), here, middle)
    return middle
