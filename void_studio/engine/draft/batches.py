"""Which targets are worked on together, so that memory is bounded and few frames are decoded."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from void_studio.core import Rect
from void_studio.engine.draft.donors import choose_donors
from void_studio.engine.draft.params import DraftParams
from void_studio.engine.draft.survey import Survey, crop_rect, reduction, surround_rect
from void_studio.motion import map_points

__all__ = ["BUDGET_BYTES", "BYTES_PER_PIXEL", "TargetPlan", "batches_of", "needs_of"]

BUDGET_BYTES = 200 << 20
BYTES_PER_PIXEL = 7
_LARGEST_BATCH = 12
_FEWEST_DONORS = 3
_SLACK = 8
_SLACK_SMALL = 4


@dataclass(frozen=True, slots=True, eq=False)
class TargetPlan:
    """A frame to fill: the rectangles to cut from it, and what is needed of each donor.

    `needs` is in the order in which donors were chosen.
    """

    target: int
    rect: Rect
    surround: Rect
    needs: dict[int, Rect]


def batches_of(survey: Survey, params: DraftParams) -> Iterator[list[TargetPlan]]:
    """Plans for all targets in order, in groups whose crops fit the budget of 200 MB."""
    batch: list[TargetPlan] = []
    for target in survey.targets:
        plan = _plan(survey, params, target)
        if batch and (len(batch) == _LARGEST_BATCH or _size_bytes([*batch, plan]) > BUDGET_BYTES):
            yield batch
            batch = []
        batch.append(plan)
    if batch:
        yield batch


def needs_of(batch: Sequence[TargetPlan]) -> dict[int, Rect]:
    """The one rectangle of each donor that serves the whole batch."""
    together: dict[int, Rect] = {}
    for plan in batch:
        for donor, rect in plan.needs.items():
            together[donor] = together.get(donor, rect).union(rect)
    return together


def _plan(survey: Survey, params: DraftParams, target: int) -> TargetPlan:
    """A target with as many donors as were asked for, fewer when they would not fit memory."""
    rect, surround = crop_rect(survey, params, target), surround_rect(survey, params, target)
    affordable = max(_FEWEST_DONORS, BUDGET_BYTES // (BYTES_PER_PIXEL * surround.area) - 1)
    donors = choose_donors(survey, target, min(params.donors, affordable))
    bounds = survey.canvas.rect
    slack = _SLACK + _SLACK_SMALL * reduction(survey.canvas)
    needs = {
        donor: mapped_rect(surround, survey.between(target, donor), bounds, slack=slack)
        for donor in donors
    }
    return TargetPlan(target, rect, surround, {d: need for d, need in needs.items() if need.area})


def _size_bytes(batch: Sequence[TargetPlan]) -> int:
    donors = sum(rect.area for rect in needs_of(batch).values())
    return BYTES_PER_PIXEL * (donors + sum(plan.rect.area for plan in batch))


def mapped_rect(rect: Rect, matrix: npt.NDArray[np.float64], bounds: Rect, *, slack: int) -> Rect:
    """The part of `bounds` that `rect` maps to, with `slack` px around it; may be empty."""
    across, down = (rect.x, rect.right), (rect.y, rect.bottom)
    there = map_points(matrix, np.array([[x, y] for x in across for y in down], np.float64))
    left, top = np.floor(there.min(axis=0)).astype(np.int64)
    right, bottom = np.ceil(there.max(axis=0)).astype(np.int64)
    grown = Rect.of(int(left), int(top), int(right), int(bottom)).grown(slack)
    return grown.intersect(bounds)
