"""Mattes of one shot from prompts, by a segmenter in a worker, in one go."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from void_studio.app.assisting import PROXY_SIDE, ShotSession
from void_studio.app.progress import Reporter
from void_studio.app.prompting import (
    LayerPrompt,
    parse_box,
    parse_click,
    parse_frames,
    parse_lasso,
    parse_lock,
    parse_matte,
)
from void_studio.app.proposals import ShotProposal
from void_studio.app.shots import ShotPlate, plate_of
from void_studio.app.wiring import GrpcRunner, RemoteSegmenter, connected
from void_studio.assist import Click, Direction, Edge, MattePrompt, Prompt, Segmenter
from void_studio.core import FrameRange, UsageError, WorkerLost
from void_studio.media import PlateRef
from void_studio.quadmask import Quadmask, pack, write_quadmask
from void_studio.timeline import read_timeline

__all__ = ["SegmentRequest", "follow_clicks", "segment_shot", "segmenter_id"]

_BEST_FIRST = ("large", "base-plus", "small", "tiny")


@dataclass(frozen=True, slots=True)
class SegmentRequest:
    """What `segment` was asked; prompts as written (see `prompting`).

    `direction` is one of Direction, or "none" for the prompted frames alone.
    """

    timeline: Path
    shot: str
    out: Path
    clicks: tuple[str, ...] = ()
    boxes: tuple[str, ...] = ()
    lassos: tuple[str, ...] = ()
    mattes: tuple[str, ...] = ()
    locks: tuple[str, ...] = ()
    segmenter: str = "auto"
    handles: int = 8
    role: str = "remove"
    direction: str = "both"
    frames: str | None = None
    proxy_side: int = PROXY_SIDE
    edge: Edge = Edge.GUIDED


@dataclass(slots=True)
class _Found:
    """Proposals as they come, by layer and frame."""

    layers: dict[str, dict[int, ShotProposal]] = field(default_factory=dict)

    def add(self, proposal: ShotProposal) -> None:
        self.layers.setdefault(proposal.layer, {})[proposal.frame] = proposal

    def finished(self, frame: int) -> bool:
        return all(frame in mattes for mattes in self.layers.values())

    def scores(self, frame: int) -> list[float]:
        return [mattes[frame].score for mattes in self.layers.values() if frame in mattes]


def segment_shot(
    request: SegmentRequest,
    *,
    worker: str,
    media_root: Path | None,
    rate: Fraction | None,
    reporter: Reporter,
    cancelled: Callable[[], bool],
) -> dict[str, Any]:
    """Follow what was prompted through the work range and write the quadmask.

    When it is cancelled, or the worker is lost for good, the frames that were finished are written,
    if there are any. Frames that are not finished are empty.
    """
    if request.role not in ("remove", "affected"):
        raise UsageError(f"role {request.role!r}", hint="use remove or affected")
    timeline = read_timeline(request.timeline, media_root=media_root, rate=rate)
    shot = plate_of(timeline, timeline.shot(request.shot), handles=request.handles)
    prompts, locks = _prompts(request, shot), _locks(request, shot)
    if not prompts and not locks:
        raise UsageError("nothing is prompted", hint="give --click, --box, --lasso or --matte")
    frames = parse_frames(request.frames, shot) if request.frames else shot.work
    direction = _direction(request.direction)
    found = _Found()
    lost: WorkerLost | None = None
    with connected(worker) as runner:
        id_ = segmenter_id(request.segmenter, runner)
        segmenter = RemoteSegmenter(runner, id_)
        with closing(_session(segmenter, request, shot, reporter)) as session:
            _give(session, prompts, locks, found)
            if direction is not None:
                proposals = session.propagate(frames, direction, cancelled=cancelled)
                lost = _gather(proposals, found, len(frames), reporter)
    _write(request.out, shot, found)
    facts = _facts(request, shot, found, id_, stopped=cancelled())
    if lost is not None:
        raise WorkerLost(
            f"{lost.what}; {facts['finished']} finished frames are in {request.out}",
            where=lost.where,
            hint=f"go on from there with --lock {request.out}",
        )
    return facts


def _session(
    segmenter: Segmenter, request: SegmentRequest, shot: ShotPlate, reporter: Reporter
) -> ShotSession:
    return ShotSession(
        segmenter,
        shot.plate,
        shot.work,
        proxy_side=request.proxy_side,
        edge=request.edge,
        say=reporter.note,
    )


def _gather(
    proposals: Iterator[ShotProposal], found: _Found, frames: int, reporter: Reporter
) -> WorkerLost | None:
    """Keep what is proposed until there is no more; what ended it before, if the worker did."""
    total, seen = frames * len(found.layers), 0
    try:
        for seen, proposal in enumerate(proposals, 1):
            found.add(proposal)
            reporter.progress("propagate", min(seen, total), total, None)
    except WorkerLost as error:
        return error
    return None


def follow_clicks(
    plate: PlateRef,
    clicks: Sequence[Click],
    frames: FrameRange,
    segmenter: Segmenter,
    *,
    reporter: Reporter,
    cancelled: Callable[[], bool],
    edge: Edge = Edge.AS_IS,
) -> list[ShotProposal]:
    """Proposals for every frame, in frame order, from clicks in plate pixels and numbering."""
    with closing(ShotSession(segmenter, plate, frames, edge=edge, say=reporter.note)) as session:
        for frame in sorted({click.frame for click in clicks}):
            session.prompt("remove", [click for click in clicks if click.frame == frame])
        found = {}
        for proposal in session.propagate(frames, Direction.BOTH, cancelled=cancelled):
            found[proposal.frame] = proposal
            reporter.progress("propagate", len(found), len(frames), None)
    return [found[frame] for frame in sorted(found)]


def _prompts(request: SegmentRequest, shot: ShotPlate) -> list[LayerPrompt]:
    return [
        parse(text, shot, request.role)
        for parse, texts in (
            (parse_click, request.clicks),
            (parse_box, request.boxes),
            (parse_lasso, request.lassos),
            (parse_matte, request.mattes),
        )
        for text in texts
    ]


def _locks(request: SegmentRequest, shot: ShotPlate) -> list[tuple[str, MattePrompt]]:
    return [lock for text in request.locks for lock in parse_lock(text, shot)]


def _direction(name: str) -> Direction | None:
    if name == "none":
        return None
    try:
        return Direction(name)
    except ValueError as error:
        raise UsageError(
            f"direction {name!r}", hint="use forward, backward, both or none"
        ) from error


def segmenter_id(wanted: str, runner: GrpcRunner) -> str:
    """`auto`: the best SAM 2 that a worker with a GPU has the weights of, else flow."""
    if wanted != "auto":
        return wanted
    capabilities = runner.capabilities()
    if any(device.id.startswith("cuda") for device in capabilities.devices):
        for size in _BEST_FIRST:
            if (id_ := f"sam2.1-hiera-{size}") in capabilities.segmenters:
                return id_
    return "flow"


def _give(
    session: ShotSession,
    prompts: Sequence[LayerPrompt],
    locks: Sequence[tuple[str, MattePrompt]],
    found: _Found,
) -> None:
    """Prompt and lock; what is locked is found already."""
    for layer, painted in locks:
        found.add(session.lock(layer, painted.frame, painted.matte))
    together: dict[tuple[str, int], list[Prompt]] = {}
    for prompt in prompts:
        together.setdefault((prompt.layer, prompt.prompt.frame), []).append(prompt.prompt)
    for (layer, _), some in sorted(together.items(), key=lambda item: item[0]):
        found.add(session.prompt(layer, some))


def _write(out: Path, shot: ShotPlate, found: _Found) -> None:
    extent, timecode = shot.plate.extent, shot.plate.start_timecode

    def values() -> Iterator[npt.NDArray[np.uint8]]:
        for frame in shot.work:
            mattes = {name: np.zeros(extent.shape, np.bool_) for name in ("remove", "affected")}
            for layer, proposals in found.layers.items():
                if found.finished(frame):
                    role = "affected" if layer.startswith("affected") else "remove"
                    mattes[role] |= proposals[frame].matte()
            yield pack(mattes["remove"], mattes["affected"])

    write_quadmask(
        out,
        Quadmask.of(shot.work.start, extent, values()),
        rate=shot.plate.rate,
        start_timecode=timecode.at(shot.work.start) if timecode else None,
    )


def _facts(
    request: SegmentRequest, shot: ShotPlate, found: _Found, segmenter: str, *, stopped: bool
) -> dict[str, Any]:
    finished = [frame for frame in shot.work if found.finished(frame)]
    least = {frame: min(found.scores(frame)) for frame in finished}
    return {
        "out": str(request.out),
        "shot": request.shot,
        "segmenter": segmenter,
        "frames": len(shot.work),
        "first": shot.work.start + shot.numbering_offset,
        "finished": len(finished),
        "stopped": stopped and len(finished) < len(shot.work),
        "layers": sorted(found.layers),
        "least_score": round(min(least.values(), default=0.0), 3),
        "scores": [round(least[frame], 3) if frame in least else None for frame in shot.work],
    }
