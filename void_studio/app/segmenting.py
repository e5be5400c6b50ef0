"""A matte of one shot from clicks, by a segmenter in a worker."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from void_studio.app.mattes import ProxySource, proxy_extent
from void_studio.app.progress import Reporter, raise_if
from void_studio.app.shots import ShotPlate, plate_of
from void_studio.app.wiring import RemoteSegmenter, connected
from void_studio.assist import Click, Direction, Proposal, Segmenter, matte_of
from void_studio.core import Extent, FrameRange, UsageError
from void_studio.media import PlateRef, reopen_plate
from void_studio.quadmask import Quadmask, pack, write_quadmask
from void_studio.timeline import read_timeline

__all__ = ["SegmentRequest", "follow_clicks", "parse_click", "segment_shot"]

_CLICK = re.compile(r"(-?)(\d+(?:\.\d+)?),(\d+(?:\.\d+)?)@(\d+)")


@dataclass(frozen=True, slots=True)
class SegmentRequest:
    """What `segment` was asked: clicks as written, X,Y@FRAME."""

    timeline: Path
    shot: str
    clicks: tuple[str, ...]
    out: Path
    segmenter: str
    handles: int
    role: str


def segment_shot(
    request: SegmentRequest,
    *,
    worker: str,
    media_root: Path | None,
    rate: Fraction | None,
    reporter: Reporter,
    cancelled: Callable[[], bool],
) -> dict[str, Any]:
    """Follow the clicked object through the work range and write the quadmask."""
    if request.role not in ("remove", "affected"):
        raise UsageError(f"role {request.role!r}", hint="use remove or affected")
    timeline = read_timeline(request.timeline, media_root=media_root, rate=rate)
    shot = plate_of(timeline, timeline.shot(request.shot), handles=request.handles)
    clicks = [parse_click(text, shot) for text in request.clicks]
    with connected(worker) as runner:
        proposals = follow_clicks(
            shot.plate,
            clicks,
            shot.work,
            RemoteSegmenter(runner, request.segmenter),
            reporter=reporter,
            cancelled=cancelled,
        )
    raise_if(cancelled)
    values = _packed(proposals, shot.plate.extent, affected=request.role == "affected")
    quadmask = Quadmask.of(shot.work.start, shot.plate.extent, values)
    timecode = shot.plate.start_timecode
    write_quadmask(
        request.out,
        quadmask,
        rate=shot.plate.rate,
        start_timecode=timecode.at(shot.work.start) if timecode else None,
    )
    scores = {proposal.frame: proposal.score for proposal in proposals}
    return {
        "out": str(request.out),
        "shot": request.shot,
        "segmenter": request.segmenter,
        "frames": len(quadmask.range),
        "first": quadmask.range.start + shot.numbering_offset,
        "least_score": round(min(scores.values()), 3),
        "scores": [round(scores[frame], 3) for frame in shot.work],
    }


def follow_clicks(
    plate: PlateRef,
    clicks: Sequence[Click],
    frames: FrameRange,
    segmenter: Segmenter,
    *,
    reporter: Reporter,
    cancelled: Callable[[], bool],
) -> list[Proposal]:
    """Proposals for every frame, in frame order, from clicks in plate pixels and numbering."""
    extent = proxy_extent(plate.extent)
    scale = (extent.width / plate.extent.width, extent.height / plate.extent.height)
    with closing(reopen_plate(plate)) as reader:
        session = segmenter.open(ProxySource(reader, extent), frames)
        with closing(session):
            for frame in sorted({click.frame for click in clicks}):
                session.prompt([_scaled(click, scale) for click in clicks if click.frame == frame])
            answers = session.propagate(frames, Direction.BOTH, cancelled=cancelled)
            found = list(_counted(answers, len(frames), reporter))
    return sorted(found, key=lambda proposal: proposal.frame)


def _counted(answers: Iterable[Proposal], total: int, reporter: Reporter) -> Iterator[Proposal]:
    for done, answer in enumerate(answers, 1):
        reporter.progress("propagate", done, total, None)
        yield answer


def _scaled(click: Click, scale: tuple[float, float]) -> Click:
    return Click(click.frame, click.x * scale[0], click.y * scale[1], click.positive)


def parse_click(text: str, shot: ShotPlate) -> Click:
    """Read X,Y@FRAME in plate pixels and the timeline's numbering of the media.

    Raises UsageError for another form, a point off the plate or a frame out of the work range.
    """
    match = _CLICK.fullmatch(text.strip())
    if not match:
        raise UsageError(f"click {text!r}", hint="write X,Y@FRAME, such as 960,540@86424")
    frame = int(match[4]) - shot.numbering_offset
    x, y = float(match[2]), float(match[3])
    if frame not in shot.work:
        work = shot.work.shifted(shot.numbering_offset)
        raise UsageError(f"click {text} is outside of the shot's work range {work}")
    if x >= shot.plate.extent.width or y >= shot.plate.extent.height:
        raise UsageError(f"click {text} is outside of the plate, {shot.plate.extent}")
    return Click(frame, x, y, positive=not match[1])


def _packed(
    proposals: Iterable[Proposal], extent: Extent, *, affected: bool
) -> Iterator[npt.NDArray[np.uint8]]:
    nothing = np.zeros(extent.shape, np.bool_)
    for proposal in proposals:
        matte = matte_of(proposal, extent)
        yield pack(nothing, matte) if affected else pack(matte, nothing)
