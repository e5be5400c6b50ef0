"""What a person should know of a quadmask before it is rendered."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from void_studio.core import Extent
from void_studio.quadmask.files import QuadmaskFile
from void_studio.quadmask.packing import AFFECTED, STORED, fill_of
from void_studio.quadmask.sequence import Quadmask

__all__ = ["QuadmaskReport", "check_quadmask", "suspicious_frames"]


@dataclass(frozen=True, slots=True)
class QuadmaskReport:
    """Counts over all frames; frame numbers count from 0.

    `counts` has the samples of each stored number. `suspicious_frames` are empty although a
    neighbour is not. `affected_in_frame_0` tells that the first frame has "affected only", which
    VOID clears.
    """

    frames: int
    extent: Extent
    counts: Mapping[int, int]
    off_values: int
    empty_frames: tuple[int, ...]
    suspicious_frames: tuple[int, ...]
    affected_in_frame_0: bool


def check_quadmask(file: QuadmaskFile) -> QuadmaskReport:
    """Look at every frame of a file."""
    quadmask = file.frames
    by_frame = []
    for frame in quadmask.range:
        values = quadmask.values(frame)
        by_frame.append([int(np.count_nonzero(values == number)) for number in STORED])
    empty = [counts[-1] == quadmask.extent.rect.area for counts in by_frame]
    return QuadmaskReport(
        frames=len(by_frame),
        extent=quadmask.extent,
        counts=dict(zip(STORED, map(sum, zip(*by_frame, strict=True)), strict=True)),
        off_values=quadmask.off_values,
        empty_frames=tuple(index for index, is_empty in enumerate(empty) if is_empty),
        suspicious_frames=tuple(_forgotten(empty)),
        affected_in_frame_0=by_frame[0][STORED.index(AFFECTED)] > 0,
    )


def suspicious_frames(quadmask: Quadmask) -> tuple[int, ...]:
    """Frames with nothing to fill although a neighbour has something; numbered as the quadmask."""
    empty = [not fill_of(quadmask.values(frame)).any() for frame in quadmask.range]
    return tuple(quadmask.range.start + index for index in _forgotten(empty))


def _forgotten(empty: list[bool]) -> Iterable[int]:
    for index, is_empty in enumerate(empty):
        neighbours = empty[max(0, index - 1) : index] + empty[index + 1 : index + 2]
        if is_empty and not all(neighbours):
            yield index
