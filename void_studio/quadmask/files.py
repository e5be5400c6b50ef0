"""Quadmasks as files: lossless grey Matroska or folders of PNG; ours and foreign ones."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import numpy.typing as npt

from void_studio.core import BadInput, Extent, FrameRange, Timecode
from void_studio.media import (
    ColourTags,
    Frame,
    PlateRef,
    colour_of,
    layout_of,
    open_master,
)
from void_studio.quadmask.readings import Reading, ReadingTrial
from void_studio.quadmask.samples import open_samples
from void_studio.quadmask.sequence import Quadmask

__all__ = ["QuadmaskFile", "read_quadmask", "write_grey", "write_quadmask"]

_FULL_RANGE = ColourTags(range=2)


@dataclass(frozen=True, slots=True)
class QuadmaskFile:
    """A quadmask as read, numbered from 0.

    `start` is the plate's number of its first frame, None when neither sidecar nor timecode tells.
    `rate` is 24 for folders of PNG that do not say. `reading` tells how samples became the stored
    numbers; `frames.off_values` counts those that had to be snapped.
    """

    frames: Quadmask
    start: int | None
    rate: Fraction
    start_timecode: Timecode | None
    reading: Reading
    path: Path


def read_quadmask(path: Path, *, extent: Extent | None = None) -> QuadmaskFile:
    """Read a movie or a folder of PNGs, one frame in memory at a time.

    Of movies that may hold video levels, both readings are tried and the one is taken that leaves
    fewer samples off the four stored numbers. Only luma, or the first channel, counts. Raises
    NotPresent when there is nothing, BadInput when it is truncated, foreign, without frames or not
    of `extent`.
    """
    with open_samples(path) as source:
        if extent is not None and source.extent != extent:
            raise BadInput(
                f"the quadmask is {source.extent}, the plate is {extent}",
                where=path,
                hint="make it at the size of the plate",
            )
        readings = Reading if source.has_levels else (Reading.STORED,)
        trials = [ReadingTrial(reading, source.bits) for reading in readings]
        for samples in source.frames:
            for trial in trials:
                trial.add(samples)
    best = min(trials, key=lambda trial: trial.off_values)
    frames = tuple(best.frames)
    quadmask = Quadmask(
        FrameRange(0, len(frames)), source.extent, frames, off_values=best.off_values
    )
    return QuadmaskFile(
        quadmask, source.start, source.rate, source.start_timecode, best.reading, path
    )


def write_quadmask(
    path: Path,
    quadmask: Quadmask,
    *,
    rate: Fraction,
    start_timecode: Timecode | None,
    like: PlateRef | None = None,
) -> None:
    """Write FFV1 in Matroska, 8-bit grey, the samples being exactly the stored numbers.

    `start_timecode` is that of the quadmask's first frame; without one the file does not tell
    where it starts. `like` gives the pixel aspect. Raises BadInput for a quadmask without frames,
    Refused when the file can not be written.
    """
    if not quadmask.range:
        raise BadInput("a quadmask without frames can not be written", where=path)
    write_grey(
        path,
        (quadmask.values(frame) for frame in quadmask.range),
        extent=quadmask.extent,
        rate=rate,
        start_timecode=start_timecode,
        like=like,
    )


def write_grey(
    path: Path,
    frames: Iterable[npt.NDArray[np.uint8]],
    *,
    extent: Extent,
    rate: Fraction,
    start_timecode: Timecode | None,
    like: PlateRef | None = None,
) -> None:
    """Write uint8 (height, width) frames, at least one, as lossless full-range grey."""
    ref = _grey_ref(path, extent, rate, start_timecode, like)
    colour = colour_of(ref.colour, ref.layout, extent, rate)
    first = ref.available_range.start
    with open_master(path, ref, first_frame=first) as writer:
        for number, values in enumerate(frames, first):
            writer.write(Frame(number, extent, ref.layout, colour, (values,)))
        writer.finish()


def _grey_ref(
    path: Path,
    extent: Extent,
    rate: Fraction,
    start_timecode: Timecode | None,
    like: PlateRef | None,
) -> PlateRef:
    ref = PlateRef(
        location=path,
        available_range=FrameRange(start_timecode.frames if start_timecode else 0, 0),
        rate=rate,
        extent=extent,
        pixel_aspect=Fraction(1),
        layout=layout_of("gray"),
        colour=_FULL_RANGE,
        start_timecode=start_timecode,
        codec="ffv1",
        container="matroska",
        variable_rate=False,
        interlaced=False,
        rotation=0,
        keyframes=0,
    )
    return ref if like is None else replace(ref, pixel_aspect=like.pixel_aspect)
