"""Filling under a moving camera: every frame borrows from others, aligned to it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

from void_studio.engine.draft.batches import TargetPlan, batches_of, needs_of
from void_studio.engine.draft.borrow import Match, match
from void_studio.engine.draft.combine import combine
from void_studio.engine.draft.crops import (
    DonorCrop,
    TargetCrop,
    cut_donor,
    cut_target,
    decode,
)
from void_studio.engine.draft.filled import Filled, stop_if
from void_studio.engine.draft.params import DraftParams
from void_studio.engine.draft.survey import Survey, reach_px, widened
from void_studio.media import CanvasClip

__all__ = ["fill_moving"]

_DISTANCE_DOUBTED = 50


def fill_moving(
    clip: CanvasClip,
    survey: Survey,
    params: DraftParams,
    todo: Collection[int],
    *,
    cancelled: Callable[[], bool],
) -> Iterator[Filled]:
    """Fill those targets that are `todo`, in order. Raises Cancelled.

    Batches of targets share the decoding of donors, and are the same whatever is left to do: which
    part of a donor is cut out decides how its pixels' positions are rounded.
    """
    for batch in batches_of(survey, params):
        rest = [plan for plan in batch if plan.target in todo]
        if not rest:
            continue
        crops, donors = _decoded(clip, batch, cancelled)
        for plan in rest:
            yield _filled(survey, params, crops.pop(plan.target), plan, donors, cancelled)


def _decoded(
    clip: CanvasClip, batch: Sequence[TargetPlan], cancelled: Callable[[], bool]
) -> tuple[dict[int, TargetCrop], dict[int, DonorCrop]]:
    """What a batch needs, every frame decoded once."""
    plans = {plan.target: plan for plan in batch}
    needs = needs_of(batch)
    targets: dict[int, TargetCrop] = {}
    donors: dict[int, DonorCrop] = {}
    for frame in sorted({*plans, *needs}):
        stop_if(cancelled)
        decoded = decode(clip, frame)
        if frame in plans:
            targets[frame] = cut_target(decoded, plans[frame].rect, plans[frame].surround)
        if frame in needs:
            donors[frame] = cut_donor(decoded, needs[frame])
    return targets, donors


def _filled(
    survey: Survey,
    params: DraftParams,
    target: TargetCrop,
    plan: TargetPlan,
    donors: Mapping[int, DonorCrop],
    cancelled: Callable[[], bool],
) -> Filled:
    matches = []
    for frame in plan.needs:
        stop_if(cancelled)
        between = survey.between(plan.target, frame)
        matches.append(match(target.ring, donors[frame], between, gain=params.gain, align=True))
    stop_if(cancelled)
    wanted = widened(target.fill, reach_px(survey.canvas, params))
    combined = combine(_best_first(matches, plan.target), target.rect, wanted)
    return Filled(target, combined.pixels, combined.confidence > 0, combined.confidence)


def _best_first(matches: Sequence[Match], target: int) -> list[Match]:
    """The most alike first; frames far away in time are believed less."""

    def doubt(matched: Match) -> tuple[float, int, int]:
        distance = abs(matched.donor.frame - target)
        error = matched.exposure.error * (1 + distance / _DISTANCE_DOUBTED)
        return error, distance, matched.donor.frame

    return sorted(matches, key=doubt)
