"""First-channel samples of a movie or a folder of PNGs, one frame at a time."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import numpy as np
import numpy.typing as npt

from void_studio.core import BadInput, Extent, Timecode
from void_studio.media import (
    MAX_CLIP_FRAMES,
    PlateReader,
    component_planes,
    is_sequence,
    open_plate,
)
from void_studio.quadmask.folder import PngFolder
from void_studio.quadmask.sidecar import read_sidecar

__all__ = ["SampleSource", "open_samples"]

Samples = npt.NDArray[np.uint8] | npt.NDArray[np.uint16]


@dataclass(frozen=True, slots=True)
class SampleSource:
    """Frames of grey, or the first of several channels, (height, width), in order.

    `bits` is the depth of a sample. `has_levels` tells that black and white may be stored as
    16 and 235 (video levels) rather than 0 and 255. `start` is the number of the first frame when
    the sidecar or the timecode tells it.
    """

    extent: Extent
    rate: Fraction
    start: int | None
    start_timecode: Timecode | None
    bits: int
    has_levels: bool
    frames: Iterator[Samples]


def open_samples(path: Path) -> AbstractContextManager[SampleSource]:
    """The samples of the movie, PNG folder or image sequence at `path`.

    Raises NotPresent when nothing is there, BadInput when it is neither, is damaged or has no
    frames; damage further in is raised while the frames are read.
    """
    return _of_folder(path) if path.is_dir() else _of_movie(path)


@contextmanager
def _of_movie(path: Path) -> Iterator[SampleSource]:
    sidecar = read_sidecar(path)
    rate = sidecar.rate if is_sequence(path) else None
    with open_plate(path, sequential=True, rate=rate) as reader:
        ref = reader.ref
        if ref.layout.is_float:
            raise BadInput("it has float samples", where=path, hint="write it with 8 or 16 bits")
        count = len(ref.available_range)
        if not 0 < count <= MAX_CLIP_FRAMES:
            raise BadInput(f"it has {count} frames", where=path, hint=f"use 1-{MAX_CLIP_FRAMES}")
        timecode = ref.start_timecode
        start = sidecar.start
        if start is None and timecode is not None:
            start = timecode.frames
        yield SampleSource(
            extent=ref.extent,
            rate=ref.rate,
            start=start,
            start_timecode=timecode,
            bits=ref.layout.bits,
            has_levels=not ref.layout.is_rgb,
            frames=_movie_frames(reader),
        )


def _movie_frames(reader: PlateReader) -> Iterator[Samples]:
    for number in reader.ref.available_range:
        samples = component_planes(reader.read(number))[0]
        yield samples.astype(reader.ref.layout.dtype, copy=False)


@contextmanager
def _of_folder(path: Path) -> Iterator[SampleSource]:
    folder = PngFolder(path)
    sidecar = read_sidecar(path)
    yield SampleSource(
        extent=folder.extent,
        rate=sidecar.rate,
        start=sidecar.start,
        start_timecode=None,
        bits=folder.bits,
        has_levels=False,
        frames=iter(folder),
    )
