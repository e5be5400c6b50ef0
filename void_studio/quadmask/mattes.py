"""Black-and-white mattes as files: what other programs make and take."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path

import numpy as np

from void_studio.core import Extent, Timecode
from void_studio.quadmask.bits import Matte, compress_bits, expand_bits
from void_studio.quadmask.files import write_grey
from void_studio.quadmask.samples import open_samples

__all__ = ["MatteFile", "read_matte", "write_matte"]


@dataclass(frozen=True, slots=True)
class MatteFile:
    """Frames of a matte file, kept compressed, counted from 0; `start` as in QuadmaskFile."""

    extent: Extent
    rate: Fraction
    start: int | None
    start_timecode: Timecode | None
    frames: tuple[bytes, ...] = field(repr=False)

    def __len__(self) -> int:
        return len(self.frames)

    def matte(self, index: int) -> Matte:
        """Boolean (height, width), owned by the caller."""
        return expand_bits(self.frames[index], self.extent)


def read_matte(path: Path) -> MatteFile:
    """Read a movie or folder of PNGs; samples from the middle of their scale on (128 of 255) count.

    Raises as `read_quadmask`.
    """
    with open_samples(path) as source:
        middle = 1 << (source.bits - 1)
        frames = tuple(compress_bits(samples >= middle) for samples in source.frames)
        return MatteFile(source.extent, source.rate, source.start, source.start_timecode, frames)


def write_matte(
    path: Path,
    mattes: Iterable[Matte],
    *,
    extent: Extent,
    rate: Fraction,
    start_timecode: Timecode | None,
) -> None:
    """Write boolean (height, width) frames, at least one, as lossless grey Matroska of 0 and 255.

    `start_timecode` is that of the first frame. Raises Refused when it can not be written.
    """
    frames = (np.multiply(matte, np.uint8(255), dtype=np.uint8) for matte in mattes)
    write_grey(path, frames, extent=extent, rate=rate, start_timecode=start_timecode)
