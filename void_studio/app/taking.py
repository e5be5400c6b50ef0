"""A reasoner's proposals as mattes: cells of the grid, or what a segmenter finds in a box."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
import numpy.typing as npt

from void_studio.app.made_mattes import MadeMattes
from void_studio.app.mattes import ProxySource, proxy_extent
from void_studio.app.progress import Reporter, raise_if
from void_studio.app.shots import ShotPlate
from void_studio.app.wiring import RemoteSegmenter, connected
from void_studio.assist import (
    AffectedObject,
    Box,
    Direction,
    FrameSource,
    Proposal,
    ReasonedProposals,
    Segmenter,
    affected_matte,
    affected_prompt,
    belonging_prompt,
    matte_of,
)
from void_studio.core import FrameRange, Refused
from void_studio.media import reopen_plate
from void_studio.quadmask import Role

__all__ = ["TakenLayer", "TakingTerms", "taken_layers"]

_SEGMENTER = "flow"

Matte = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class TakenLayer:
    """A proposal that was taken; mattes at the plate's size, in plate numbering."""

    name: str
    role: Role
    mattes: MadeMattes


@dataclass(frozen=True, slots=True)
class TakingTerms:
    """Proposals of a shot, for `frames` of its work range.

    With `refine` affected objects are followed by a segmenter, instead of whole cells.
    """

    proposals: ReasonedProposals
    shot: ShotPlate
    frames: FrameRange
    refine: bool


@dataclass(frozen=True, slots=True)
class _Prompted:
    """A box, in pixels of the proxy, that a segmenter is to follow."""

    name: str
    role: Role
    box: Box


def taken_layers(
    terms: TakingTerms,
    names: Sequence[str],
    *,
    worker: str,
    reporter: Reporter,
    cancelled: Callable[[], bool],
) -> list[TakenLayer]:
    """A layer for every proposal named; of a refined one that will move, another for its path.

    A worker is used only for what is followed: belongings, and with `refine` affected objects.
    Raises Refused when the frame of a box is not in the range.
    """
    chosen = [terms.proposals.affected()[name] for name in names if name[0] == "a"]
    refined = [item for item in chosen if terms.refine and any(c.cells for c in item.cells)]
    prompted = [*_belongings(terms, names), *_refined(terms, refined)]
    lost = [item.name for item in prompted if item.box.frame not in terms.frames]
    if lost:
        raise Refused(f"{lost[0]} is placed in a frame that the quadmask does not have")
    paths = [replace(item, cells=()) for item in refined if item.moves and item.path]
    layers = [_on_grid(terms, item) for item in chosen if item not in refined]
    layers += [_on_grid(terms, item) for item in paths]
    if prompted:
        with connected(worker) as runner:
            segmenter = RemoteSegmenter(runner, _SEGMENTER)
            layers += _followed(terms, prompted, segmenter, reporter, cancelled)
    return layers


def _belongings(terms: TakingTerms, names: Sequence[str]) -> Iterator[_Prompted]:
    extent = proxy_extent(terms.shot.plate.extent)
    for name, belonging in terms.proposals.belongings().items():
        if name in names:
            box = belonging_prompt(belonging, terms.proposals.grid, extent)
            yield _Prompted(belonging.noun, Role.REMOVE, box)


def _refined(terms: TakingTerms, refined: Sequence[AffectedObject]) -> Iterator[_Prompted]:
    extent = proxy_extent(terms.shot.plate.extent)
    for found in refined:
        box = affected_prompt(found, terms.proposals.grid, extent)
        if box is not None:
            yield _Prompted(found.noun, Role.AFFECTED, box)


def _on_grid(terms: TakingTerms, found: AffectedObject) -> TakenLayer:
    shared = terms.frames.intersect(terms.proposals.range)
    first = max(shared.start, found.first_frame)
    shown = FrameRange(first, max(0, shared.stop - first))
    grid, extent = terms.proposals.grid, terms.proposals.extent
    return TakenLayer(
        found.noun, Role.AFFECTED, MadeMattes(shown, partial(affected_matte, found, grid, extent))
    )


def _followed(
    terms: TakingTerms,
    prompted: Sequence[_Prompted],
    segmenter: Segmenter,
    reporter: Reporter,
    cancelled: Callable[[], bool],
) -> Iterator[TakenLayer]:
    plate = terms.shot.plate
    with closing(reopen_plate(plate)) as reader:
        source = ProxySource(reader, proxy_extent(plate.extent))
        for item in prompted:
            answers = _follow(item.box, terms.frames, source, segmenter, reporter, cancelled)
            raise_if(cancelled)
            mattes = MadeMattes(terms.frames, partial(_enlarged, answers, terms.shot))
            yield TakenLayer(item.name, item.role, mattes)


def _follow(
    box: Box,
    frames: FrameRange,
    source: FrameSource,
    segmenter: Segmenter,
    reporter: Reporter,
    cancelled: Callable[[], bool],
) -> dict[int, Proposal]:
    found: dict[int, Proposal] = {}
    with closing(segmenter.open(source, frames)) as session:
        session.prompt([box])
        for answer in session.propagate(frames, Direction.BOTH, cancelled=cancelled):
            found[answer.frame] = answer
            reporter.progress("propagate", len(found), len(frames), None)
    return found


def _enlarged(answers: Mapping[int, Proposal], shot: ShotPlate, frame: int) -> Matte:
    return matte_of(answers[frame], shot.plate.extent)
