"""Plates that exist only as values: facts and frames of random samples to write with."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from void_studio.core import Extent, FrameRange, Timecode
from void_studio.media import (
    UNTAGGED,
    Frame,
    FrameWriter,
    PlateRef,
    colour_of,
    layout_of,
)

__all__ = ["OpenWriter", "plate_ref", "random_frame", "random_frames", "write_all"]

SMALL = Extent(64, 48)


class OpenWriter(Protocol):
    """`open_master`, or `open_delivery` of one kind."""

    def __call__(self, path: Path, ref: PlateRef, *, first_frame: int) -> FrameWriter:
        """Open a writer."""
        ...


def plate_ref(
    pixel_format: str,
    extent: Extent = SMALL,
    *,
    rate: Fraction = Fraction(25),
    start_timecode: Timecode | None = None,
) -> PlateRef:
    """Facts of a square-pixel, progressive, untagged plate of 100 frames."""
    return PlateRef(
        location=Path("plate.mov"),
        available_range=FrameRange(start_timecode.frames if start_timecode else 0, 100),
        rate=rate,
        extent=extent,
        pixel_aspect=Fraction(1),
        layout=layout_of(pixel_format),
        colour=UNTAGGED,
        start_timecode=start_timecode,
        codec="prores",
        container="mov",
        variable_rate=False,
        interlaced=False,
        rotation=0,
        keyframes=100,
    )


def random_frame(ref: PlateRef, number: int, *, low: int = 0, high: int | None = None) -> Frame:
    """Frame `number` with samples from `low` up to `high` (excluded), different in every frame."""
    rng = np.random.default_rng(number + 1)
    top = 1 << ref.layout.bits if high is None else high
    planes: list[np.ndarray[Any, Any]] = [
        rng.integers(low, top, plane.shape(ref.extent)).astype(ref.layout.dtype)
        for plane in ref.layout.planes
    ]
    colour = colour_of(ref.colour, ref.layout, ref.extent, ref.rate)
    return Frame(number, ref.extent, ref.layout, colour, tuple(planes))


def random_frames(ref: PlateRef, count: int) -> list[Frame]:
    """Frames 0 to `count` - 1."""
    return [random_frame(ref, number) for number in range(count)]


def write_all(writer: FrameWriter, frames: Iterable[Frame]) -> None:
    """Write every frame and finish."""
    for frame in frames:
        writer.write(frame)
    writer.finish()
