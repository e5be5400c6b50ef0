"""A packed quadmask: one frame of stored numbers per plate frame, kept compressed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from void_studio.core import Extent, FrameRange, digest_chunks
from void_studio.media import pack_array, unpack_array

__all__ = ["Quadmask"]


@dataclass(frozen=True, slots=True)
class Quadmask:
    """Stored numbers for every frame of `range` (plate numbering), at plate size.

    `off_values` counts foreign samples that were snapped on reading, 0 for our own.
    """

    range: FrameRange
    extent: Extent
    frames: tuple[bytes, ...] = field(repr=False)
    revision: int = 0
    off_values: int = 0

    def __post_init__(self) -> None:
        if len(self.frames) != len(self.range):
            raise ValueError(f"{len(self.frames)} quadmask frames for range {self.range}")

    @classmethod
    def of(
        cls,
        start: int,
        extent: Extent,
        values: Iterable[npt.NDArray[np.uint8]],
        *,
        revision: int = 0,
        off_values: int = 0,
    ) -> Quadmask:
        """Pack frames of stored numbers, uint8 (height, width), the first being frame `start`."""
        frames = tuple(pack_array(frame) for frame in values)
        return cls(FrameRange(start, len(frames)), extent, frames, revision, off_values)

    def values(self, frame: int) -> npt.NDArray[np.uint8]:
        """Stored numbers of a frame in plate numbering, uint8 (height, width), read-only."""
        if frame not in self.range:
            raise IndexError(f"frame {frame} is not in {self.range}")
        return unpack_array(self.frames[frame - self.range.start])

    @property
    def digest(self) -> str:
        """BLAKE3 of the frames' blobs, in order; independent of numbering."""
        return digest_chunks(self.frames)

    def over(self, frames: FrameRange) -> Quadmask:
        """The part over `frames`, which must lie inside. Shares the blobs."""
        if not self.range.covers(frames):
            raise IndexError(f"{frames} is not inside {self.range}")
        first = frames.start - self.range.start
        part = self.frames[first : first + len(frames)]
        return Quadmask(frames, self.extent, part, self.revision, self.off_values)

    def renumbered(self, start: int) -> Quadmask:
        """The same frames, the first being `start`."""
        at = FrameRange(start, len(self.range))
        return Quadmask(at, self.extent, self.frames, self.revision, self.off_values)
