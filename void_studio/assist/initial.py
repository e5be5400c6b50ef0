"""The matte of one frame from the prompts on it."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
import numpy.typing as npt

from void_studio.assist.crop import Crop, Matte, bounds_of
from void_studio.assist.grabcut import LONGEST_SIDE, at_points, cut, holding, polish
from void_studio.assist.hypotheses import Hypothesis, best_hypothesis
from void_studio.assist.judge import edge_contrast, overlap, separation
from void_studio.assist.protocol import Box, Click, MattePrompt, Prompt
from void_studio.core import Extent, Rect, UsageError

__all__ = ["check_prompts", "inside_boxes", "matte_from", "with_clicks"]

_STILL_THE_SAME = 0.6
_HELD = 0.1


def matte_from(rgb: npt.NDArray[np.uint8], prompts: Sequence[Prompt]) -> Hypothesis:
    """What the prompts, all on this frame, mean together.

    `rgb` is (height, width, 3). A painted matte alone is taken as it is; clicks correct it. A box
    bounds the object. Raises UsageError when the prompts do not fit the frame, or when there are
    only negative clicks.
    """
    frame = check_prompts(rgb, prompts)
    clicks = [prompt for prompt in prompts if isinstance(prompt, Click)]
    boxes = [prompt.rect for prompt in prompts if isinstance(prompt, Box)]
    painted = [prompt.matte for prompt in prompts if isinstance(prompt, MattePrompt)]
    allowed = inside_boxes(boxes, frame)
    if painted:
        matte = np.logical_or.reduce(painted) & allowed
        if clicks:
            matte = _edged(rgb, with_clicks(matte, clicks), clicks, allowed)
        return Hypothesis(matte, 1.0)
    rough = _in_boxes(rgb, boxes, clicks) if boxes else best_hypothesis(rgb, clicks)
    edged = _at_clicks(_edged(rgb, rough.matte, clicks, allowed), clicks)
    if overlap(edged, rough.matte) < _STILL_THE_SAME:
        return rough
    return Hypothesis(edged, rough.score)


def check_prompts(rgb: npt.NDArray[np.uint8], prompts: Sequence[Prompt]) -> Extent:
    """The frame's extent. Raises UsageError when the prompts do not fit it or say nothing."""
    frame = Extent(rgb.shape[1], rgb.shape[0])
    for prompt in prompts:
        _check(frame, prompt)
    if all(isinstance(prompt, Click) and not prompt.positive for prompt in prompts):
        raise UsageError("no prompt says where the object is", hint="click once on the object")
    return frame


def _check(frame: Extent, prompt: Prompt) -> None:
    match prompt:
        case Click(_, x, y):
            if not (0 <= x < frame.width and 0 <= y < frame.height):
                raise UsageError(
                    f"the click at {x:g},{y:g} is outside the frame of {frame}",
                    hint="click inside the picture",
                )
        case Box(_, rect):
            if not rect.intersect(frame.rect).area:
                raise UsageError(f"a box lies outside the frame of {frame}")
        case MattePrompt(_, matte):
            if matte.shape != frame.shape or matte.dtype != np.bool_:
                raise UsageError(f"a painted matte is not a boolean array of {frame}")


def inside_boxes(boxes: Sequence[Rect], frame: Extent) -> Matte:
    """Where an object may be: in one of the boxes, or anywhere when there is none."""
    allowed = np.full(frame.shape, not boxes)
    for rect in boxes:
        allowed[rect.intersect(frame.rect).slices] = True
    return allowed


def _in_boxes(
    rgb: npt.NDArray[np.uint8], boxes: Sequence[Rect], clicks: Sequence[Click]
) -> Hypothesis:
    """GrabCut's own start: outside the boxes is background, inside is probably the object."""
    frame = Extent(rgb.shape[1], rgb.shape[0])
    allowed = inside_boxes(boxes, frame)
    around = bounds_of(allowed)
    margin = max(8, max(around.width, around.height) // 4)
    crop = Crop.around(around.grown(margin), frame, longest=LONGEST_SIDE)
    trimap = np.where(crop.matte(allowed), cv2.GC_PR_FGD, cv2.GC_BGD).astype(np.uint8)
    for click in clicks:
        label = cv2.GC_FGD if click.positive else cv2.GC_BGD
        cv2.circle(trimap, crop.point(click.x, click.y), 3, label, -1)
    image = crop.image(rgb)
    matte = _without_crumbs(cut(image, trimap, rounds=5))
    score = edge_contrast(image, matte) * separation(image, matte)
    return Hypothesis(crop.placed(matte) & allowed, score)


def _without_crumbs(matte: Matte) -> Matte:
    """The parts that have at least a tenth of the largest one's samples."""
    _, labels, facts, _ = cv2.connectedComponentsWithStats(matte.astype(np.uint8))
    areas = facts[:, cv2.CC_STAT_AREA].copy()
    areas[0] = 0
    kept = (areas >= _HELD * areas.max()) & (areas > 0)
    return np.asarray(kept[labels], dtype=np.bool_)


def with_clicks(matte: Matte, clicks: Sequence[Click]) -> Matte:
    """A painted matte with a small disc added or taken away at each click, owned by the caller."""
    radius = max(3, round(0.01 * max(matte.shape)))
    drawn = matte.astype(np.uint8)
    for click in clicks:
        spot = (round(click.x), round(click.y))
        cv2.circle(drawn, spot, radius, int(click.positive), -1)
    return drawn > 0


def _at_clicks(matte: Matte, clicks: Sequence[Click]) -> Matte:
    """The parts that hold a positive click; all of them where there is none."""
    points = [(int(click.x), int(click.y)) for click in clicks if click.positive]
    return holding(matte, at_points(matte.shape, points)) if points else matte


def _edged(
    rgb: npt.NDArray[np.uint8], rough: Matte, clicks: Sequence[Click], allowed: Matte
) -> Matte:
    bounds = bounds_of(rough)
    if not bounds.area:
        return rough
    margin = 16 + max(bounds.width, bounds.height) // 4
    frame = Extent(rgb.shape[1], rgb.shape[0])
    crop = Crop.around(bounds.grown(margin), frame, longest=LONGEST_SIDE)
    matte = polish(crop.image(rgb), crop.matte(rough), crop, clicks, crop.matte(allowed))
    return crop.placed(matte) & allowed
