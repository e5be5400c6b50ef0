"""Quadmasks of shots: from a file to the shot's work range, handles filled where it has none."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from void_studio.app.shots import ShotPlate
from void_studio.assist import Direction, MattePrompt, Segmenter, matte_of
from void_studio.core import Extent, FrameRange, Refused
from void_studio.media import PlateReader, reopen_plate, resize
from void_studio.quadmask import (
    Quadmask,
    QuadmaskFile,
    affected_of,
    pack,
    place_quadmask,
    remove_of,
    suspicious_frames,
)

__all__ = ["ProxySource", "ShotQuadmask", "placed_roughly", "proxy_extent", "quadmask_for"]

_PROXY_LONG_SIDE = 1024


@dataclass(frozen=True, slots=True)
class ShotQuadmask:
    """A quadmask over exactly the work range, and what a person should know of it.

    `covered` says which range the file gave; `propagated` are handle frames whose mattes were
    propagated from the edge of what it gave; `suspicious` are frames that are empty although a
    neighbour is not.
    """

    quadmask: Quadmask
    covered: str
    propagated: tuple[int, ...]
    suspicious: tuple[int, ...]
    off_values: int


def proxy_extent(extent: Extent, long_side: int = _PROXY_LONG_SIDE) -> Extent:
    """`extent` scaled so that its longer side is at most `long_side`, aspect kept."""
    scale = min(1.0, long_side / max(extent.width, extent.height))
    return Extent(max(1, round(extent.width * scale)), max(1, round(extent.height * scale)))


class ProxySource:
    """Proxy frames of a plate, RGB uint8: a FrameSource for segmenters. Keeps the last few."""

    def __init__(self, reader: PlateReader, extent: Extent) -> None:
        self._reader = reader
        self._extent = extent
        self._kept: dict[int, npt.NDArray[np.uint8]] = {}

    def __call__(self, frame: int) -> npt.NDArray[np.uint8]:
        """The proxy of a frame in plate numbering."""
        if frame not in self._kept:
            rgb = resize(self._reader.read(frame).rgb(), self._extent)
            while len(self._kept) >= 4:
                del self._kept[next(iter(self._kept))]
            self._kept[frame] = np.right_shift(rgb, 8).astype(np.uint8)
        return self._kept[frame]


def quadmask_for(
    file: QuadmaskFile, shot: ShotPlate, segmenter: Segmenter, *, cancelled: Callable[[], bool]
) -> ShotQuadmask:
    """Place a quadmask file over the shot's work range (contract of `render`).

    Handle frames that the file does not reach get the nearest given matte, propagated by
    `segmenter`. Raises Refused when the file misses frames of the source range.
    """
    inside, covers = _placed(file, shot)
    whole = _with_handles(inside, shot, segmenter, cancelled)
    return ShotQuadmask(
        whole,
        covers,
        tuple(frame for frame in shot.work if frame not in inside.range),
        suspicious_frames(whole),
        file.frames.off_values,
    )


def placed_roughly(file: QuadmaskFile, shot: ShotPlate) -> Quadmask:
    """The same without a segmenter: handle frames get the matte of the edge as it is."""
    given, _ = _placed(file, shot)
    head, tail = given.range.start - shot.work.start, shot.work.last - given.range.last
    frames = given.frames[:1] * head + given.frames + given.frames[-1:] * tail
    return Quadmask(shot.work, given.extent, frames, given.revision, given.off_values)


def _placed(file: QuadmaskFile, shot: ShotPlate) -> tuple[Quadmask, str]:
    """What the file gives of the work range, and what range it covers, in words."""
    placed = place_quadmask(
        file, work=shot.work, source=shot.source, plate=shot.plate.available_range
    )
    given = placed.quadmask.range.intersect(shot.work)
    if not given.covers(shot.source):
        raise Refused(
            f"the quadmask has frames {placed.quadmask.range}, the shot shows {shot.source}",
            where=shot.shot.id,
            hint="paint the whole source range, or name the first frame in frames.json",
        )
    return placed.quadmask.over(given), placed.covers


def _with_handles(
    given: Quadmask, shot: ShotPlate, segmenter: Segmenter, cancelled: Callable[[], bool]
) -> Quadmask:
    head = FrameRange.of(shot.work.start, given.range.start - 1)
    tail = FrameRange.of(given.range.last + 1, shot.work.last)
    if not head and not tail:
        return given
    reader = reopen_plate(shot.plate)
    try:
        source = ProxySource(reader, proxy_extent(shot.plate.extent))
        before = _propagated(given, given.range.start, head, source, segmenter, cancelled)
        after = _propagated(given, given.range.last, tail, source, segmenter, cancelled)
    finally:
        reader.close()
    frames = Quadmask.of(head.start, given.extent, before).frames
    frames += given.frames + Quadmask.of(tail.start, given.extent, after).frames
    return Quadmask(shot.work, given.extent, frames, given.revision, given.off_values)


def _propagated(
    given: Quadmask,
    edge: int,
    frames: FrameRange,
    source: ProxySource,
    segmenter: Segmenter,
    cancelled: Callable[[], bool],
) -> list[npt.NDArray[np.uint8]]:
    values = given.values(edge)
    layers = [
        propagate_matte(matte, edge, frames, source, segmenter, cancelled)
        for matte in (remove_of(values), affected_of(values))
    ]
    return [pack(remove, affected) for remove, affected in zip(*layers, strict=True)]


def propagate_matte(
    matte: npt.NDArray[np.bool_],
    edge: int,
    frames: FrameRange,
    source: ProxySource,
    segmenter: Segmenter,
    cancelled: Callable[[], bool],
) -> Sequence[npt.NDArray[np.bool_]]:
    """The matte of frame `edge` followed through `frames`, which lie before or after it."""
    if not frames:
        return []
    extent = Extent(matte.shape[1], matte.shape[0])
    if not matte.any():
        return [matte] * len(frames)
    proxy = source(edge)
    small = resize(matte.astype(np.uint8) * 255, Extent(proxy.shape[1], proxy.shape[0])) > 127
    span = frames.union(FrameRange(edge, 1))
    direction = Direction.FORWARD if edge < frames.start else Direction.BACKWARD
    session = segmenter.open(source, span)
    try:
        session.prompt([MattePrompt(edge, small)])
        answers = {
            answer.frame: matte_of(answer, extent)
            for answer in session.propagate(span, direction, cancelled=cancelled)
        }
    finally:
        session.close()
    return [answers[frame] for frame in frames]


def quadmask_path(given: Path, shot_ids: Iterable[str], shot_id: str) -> Path:
    """The file for one shot: `given` itself, or `<shot id>.*` in it when it is such a folder."""
    if not given.is_dir():
        return given
    named = sorted(path for path in given.iterdir() if path.stem == shot_id)
    if named:
        return named[0]
    if len(list(shot_ids)) == 1:
        return given
    raise Refused(
        f"the folder has no quadmask for shot {shot_id}",
        where=given,
        hint=f"name it {shot_id}.mkv",
    )
