"""`suggest-affected`: what the object touched, from a draft of the place around it."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from void_studio.app.drafting import SearchedShot, drafted_frames
from void_studio.app.mattes import quadmask_for
from void_studio.app.progress import Reporter, Stages, raise_if
from void_studio.app.shots import ShotPlate, plate_of
from void_studio.app.wiring import RemoteSegmenter, connected
from void_studio.assist import (
    AffectedCut,
    DraftedFrame,
    Suggestion,
    cast_matte,
    contact_ring,
    suggest_affected,
)
from void_studio.core import Extent, UsageError
from void_studio.quadmask import (
    Quadmask,
    affected_of,
    pack,
    read_quadmask,
    remove_of,
    write_quadmask,
)
from void_studio.timeline import read_timeline

__all__ = ["Around", "SuggestRequest", "enlarged_matte", "parse_cast", "suggest_for_shot"]

_HANDLE_SEGMENTER = "flow"

Matte = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Around:
    """What is added to a suggestion from the object's own shape, in plate pixels; 0 is nothing."""

    contact_px: float = 0.0
    cast_degrees: float = 0.0
    cast_px: float = 0.0


@dataclass(frozen=True, slots=True)
class SuggestRequest:
    """What `suggest-affected` was asked.

    `reach` is how far around the object is searched, in sizes of the object. `out` gets the
    suggestion alone, `into` the quadmask with the suggestion added.
    """

    timeline: Path
    shot: str
    quadmask: Path
    out: Path
    into: Path | None = None
    handles: int = 8
    reach: float = 1.5
    cut: AffectedCut = field(default_factory=AffectedCut)
    around: Around = field(default_factory=Around)


def parse_cast(text: str) -> tuple[float, float]:
    """DEGREES,PIXELS. Raises UsageError for anything else."""
    parts = text.split(",")
    try:
        degrees, pixels = (float(part) for part in parts)
    except ValueError:
        raise UsageError(f"--cast {text!r}", hint="write DEGREES,PIXELS; 90 is down") from None
    if not (math.isfinite(degrees) and 0 <= pixels <= 2000):
        raise UsageError(f"--cast {text!r}", hint="the length is 0 to 2000 pixels")
    return degrees, pixels


def suggest_for_shot(
    request: SuggestRequest,
    *,
    worker: str,
    media_root: Path | None,
    rate: Fraction | None,
    reporter: Reporter,
    cancelled: Callable[[], bool],
) -> dict[str, Any]:
    """Draft the surround of the remove layer in the worker, compare, and write the suggestion.

    Raises Refused when the quadmask has no remove layer.
    """
    timeline = read_timeline(request.timeline, media_root=media_root, rate=rate)
    shot = plate_of(timeline, timeline.shot(request.shot), handles=request.handles)
    file = read_quadmask(request.quadmask, extent=shot.plate.extent)
    stages = Stages(reporter)
    noted: list[_Noted] = []
    with connected(worker) as runner:
        segmenter = RemoteSegmenter(runner, _HANDLE_SEGMENTER)
        given = quadmask_for(file, shot, segmenter, cancelled=cancelled).quadmask
        searched = SearchedShot.of(timeline, shot, given, reach=request.reach)
        with closing(drafted_frames(runner, searched, stages=stages, cancelled=cancelled)) as seen:
            known: list[float] = []
            found = suggest_affected(_watched(seen, searched.wide, known), request.cut)
            values = _values(found, given, request.around, noted)
            suggested = Quadmask.of(given.range.start, given.extent, values)
    raise_if(cancelled)
    _write(request.out, suggested, shot)
    if request.into is not None:
        _write(request.into, _added(given, suggested), shot)
    facts = _facts(request, given, suggested, noted)
    share = float(np.mean(known)) if known else 0.0
    return facts | {"known_share": round(share, 4)}


@dataclass(frozen=True, slots=True)
class _Noted:
    """What is told of a frame's suggestion."""

    frame: int
    found: bool
    at_border: bool


def _watched(
    frames: Iterable[DraftedFrame], wide: Quadmask, known: list[float]
) -> Iterator[DraftedFrame]:
    """The frames; of each the share of what is searched that the draft knows goes to `known`."""
    for frame in frames:
        searched = float(affected_of(wide.values(frame.frame)).mean())
        if searched:
            known.append(min(1.0, float(frame.known.mean()) / searched))
        yield frame


def _values(
    suggestions: Iterator[Suggestion], given: Quadmask, around: Around, noted: list[_Noted]
) -> Iterator[npt.NDArray[np.uint8]]:
    """Stored numbers of the suggestions at the plate's size, one frame at a time."""
    nothing = np.zeros(given.extent.shape, np.bool_)
    for suggestion in suggestions:
        noted.append(_Noted(suggestion.frame, bool(suggestion.matte.any()), suggestion.at_border))
        remove = remove_of(given.values(suggestion.frame))
        matte = enlarged_matte(suggestion.matte, given.extent)
        matte |= contact_ring(remove, around.contact_px)
        matte |= cast_matte(remove, around.cast_degrees, around.cast_px)
        yield pack(nothing, matte & ~remove)


def enlarged_matte(matte: Matte, extent: Extent) -> Matte:
    """A matte of proxy size at the plate's."""
    import cv2

    size = (extent.width, extent.height)
    large = cv2.resize(matte.astype(np.uint8) * 255, size, interpolation=cv2.INTER_LINEAR)
    return np.greater(large, 127)


def _added(given: Quadmask, suggested: Quadmask) -> Quadmask:
    values = (
        pack(
            remove_of(given.values(frame)),
            affected_of(given.values(frame)) | affected_of(suggested.values(frame)),
        )
        for frame in given.range
    )
    return Quadmask.of(given.range.start, given.extent, values)


def _write(path: Path, quadmask: Quadmask, shot: ShotPlate) -> None:
    timecode = shot.plate.start_timecode
    start = timecode.at(quadmask.range.start) if timecode else None
    write_quadmask(path, quadmask, rate=shot.plate.rate, start_timecode=start)


def _facts(
    request: SuggestRequest, given: Quadmask, suggested: Quadmask, noted: list[_Noted]
) -> dict[str, Any]:
    total = missed = 0
    missing = []
    for frame in given.range:
        matte = affected_of(suggested.values(frame))
        outside = int(np.count_nonzero(matte & ~affected_of(given.values(frame))))
        total += int(np.count_nonzero(matte))
        missed += outside
        if outside:
            missing.append(frame)
    return {
        "shot": request.shot,
        "out": str(request.out),
        "into": str(request.into) if request.into else None,
        "frames": len(given.range),
        "frames_with_suggestion": sum(item.found for item in noted),
        "suggested_share": round(total / (len(given.range) * given.extent.rect.area), 6),
        "outside_affected_share": round(missed / total, 4) if total else 0.0,
        "frames_outside_affected": missing,
        "frames_at_border": [item.frame for item in noted if item.at_border],
        "threshold": request.cut.threshold,
    }
