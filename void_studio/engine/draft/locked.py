"""Filling under a camera that stands still: one plate of the empty scene serves every frame."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence

import numpy as np
import numpy.typing as npt

from void_studio.core import Rect
from void_studio.engine.draft.batches import BUDGET_BYTES, BYTES_PER_PIXEL
from void_studio.engine.draft.borrow import match
from void_studio.engine.draft.combine import confidence_of
from void_studio.engine.draft.crops import DonorCrop, cut_donor, cut_target, decode, donor_of
from void_studio.engine.draft.filled import Filled, stop_if
from void_studio.engine.draft.params import DraftParams
from void_studio.engine.draft.survey import Survey, crop_rect, reduction, surround_rect
from void_studio.engine.draft.unseen import inpaint
from void_studio.media import CanvasClip

__all__ = ["fill_locked", "plate_frames"]

_PLATE_FRAMES = 31
_MOST_FRAMES = 63
_ENOUGH = 3
_MISSING = np.uint16(65535)

Pixels = npt.NDArray[np.uint16]
Confidence = npt.NDArray[np.uint8]


def fill_locked(
    clip: CanvasClip,
    survey: Survey,
    params: DraftParams,
    todo: Collection[int],
    *,
    cancelled: Callable[[], bool],
) -> Iterator[Filled]:
    """Fill those targets that are `todo`, in order, from the median of the whole clip.

    Raises Cancelled.
    """
    plate, confidence = _plate(clip, survey, params, cancelled)
    for index in survey.targets:
        if index not in todo:
            continue
        stop_if(cancelled)
        rect, surround = crop_rect(survey, params, index), surround_rect(survey, params, index)
        target = cut_target(decode(clip, index), rect, surround)
        matched = match(target.ring, plate, np.eye(3), gain=params.gain, align=False)
        here = rect.shifted(-plate.rect.x, -plate.rect.y).slices
        pixels = matched.exposure.applied(plate.pixels[here])
        known = np.full(target.fill.shape, bool(plate.own.any()))
        yield Filled(target, pixels, known, confidence[here])


def plate_frames(survey: Survey) -> list[int]:
    """Up to 31 frames spread over the clip, and up to 32 that show what these do not."""
    count = len(survey.holes)
    spread = np.linspace(0, count - 1, min(count, _PLATE_FRAMES)).round().astype(int)
    chosen = [int(index) for index in spread]
    wanted = np.logical_or.reduce([survey.lattice.hole(index) for index in survey.targets])
    served = np.sum([~survey.lattice.hole(index) for index in chosen], axis=0)
    for index in sorted({*range(count)} - {*chosen}):
        shown = ~survey.lattice.hole(index)
        if len(chosen) < _MOST_FRAMES and (shown & wanted & (served < _ENOUGH)).any():
            chosen.append(index)
            served += shown
    return sorted(chosen)


def _plate(
    clip: CanvasClip, survey: Survey, params: DraftParams, cancelled: Callable[[], bool]
) -> tuple[DonorCrop, Confidence]:
    """The scene without the object around all holes, and how sure each of its pixels is.

    It is worked out in strips, so that memory stays within the budget. Where no frame shows it, it
    is continued from its surround, once, so that it does not flicker.
    """
    rect = Rect(0, 0, 0, 0)
    for index in survey.targets:
        rect = rect.union(surround_rect(survey, params, index))
    frames = plate_frames(survey)
    pixels = np.empty((*rect.extent.shape, 3), np.uint16)
    confidence = np.empty(rect.extent.shape, np.uint8)
    rows = max(1, BUDGET_BYTES // (len(frames) * rect.width * BYTES_PER_PIXEL))
    for top in range(0, rect.height, rows):
        strip = Rect(rect.x, rect.y + top, rect.width, min(rows, rect.height - top))
        here = slice(top, top + strip.height)
        pixels[here], confidence[here] = _strip(clip, strip, frames, cancelled)
    seen = confidence > 0
    inpaint(pixels, ~seen, seen)
    return donor_of(-1, rect, pixels, seen, reduction(clip.extent)), confidence


def _strip(
    clip: CanvasClip, rect: Rect, frames: Sequence[int], cancelled: Callable[[], bool]
) -> tuple[Pixels, Confidence]:
    """Median and confidence of a part of the canvas, over the frames that show each pixel."""
    stack = np.empty((len(frames), *rect.extent.shape, 3), np.uint16)
    count = np.zeros(rect.extent.shape, np.uint8)
    for layer, frame in zip(stack, frames, strict=True):
        stop_if(cancelled)
        crop = cut_donor(decode(clip, frame), rect)
        layer[:] = crop.pixels
        layer[crop.own == 0] = _MISSING
        count += crop.own > 0
    stack.sort(axis=0)
    at = count.astype(np.intp)[None, :, :, None]
    low = np.take_along_axis(stack, np.maximum(at - 1, 0) // 2, axis=0)[0]
    high = np.take_along_axis(stack, np.minimum(at // 2, len(frames) - 1), axis=0)[0]
    middle = low // 2 + high // 2 + (low & high & 1)
    return middle, confidence_of(stack, count, middle)
