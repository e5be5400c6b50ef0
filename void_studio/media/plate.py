"""Plates: what is known about a movie or sequence, and the protocols that read and write one."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Protocol

from void_studio.core import Extent, FrameRange, Timecode
from void_studio.media.colour import ColourTags
from void_studio.media.frame import Frame
from void_studio.media.layout import PixelLayout

__all__ = ["SEQUENCE", "FrameWriter", "PlateReader", "PlateRef"]

SEQUENCE = "sequence"


@dataclass(frozen=True, slots=True)
class PlateRef:
    """The facts of a plate, all read from the file.

    `location` is a file, or the pattern of an image sequence, whose `container` is SEQUENCE.
    `available_range` is in the plate's own numbering: a movie starts at the frame count of
    `start_timecode` when there is one, else at 0; a sequence is numbered as its files are. `colour`
    holds the tags as stored, unknown left unknown. `pixel_aspect` is width over height of one
    pixel. `keyframes` is the number of random-access points; `rotation` is in degrees clockwise, as
    a player turns the picture.
    `notes` say what in the file was ignored, for people. `time_base` is the unit of `Frame.pts` in
    seconds, None where frames have no times of their own.
    """

    location: Path
    available_range: FrameRange
    rate: Fraction
    extent: Extent
    pixel_aspect: Fraction
    layout: PixelLayout
    colour: ColourTags
    start_timecode: Timecode | None
    codec: str
    container: str
    variable_rate: bool
    interlaced: bool
    rotation: int
    keyframes: int
    notes: tuple[str, ...] = ()
    time_base: Fraction | None = None

    def timecode_at(self, frame: int) -> Timecode | None:
        """The timecode of a frame in the plate's numbering; None when the plate has none."""
        start = self.start_timecode
        return start and start.at(start.frames + frame - self.available_range.start)


class PlateReader(Protocol):
    """Reads any frame of a plate in any order, always the exact one. Used by one thread."""

    @property
    def ref(self) -> PlateRef:
        """The facts of the plate."""
        ...

    def read(self, frame: int) -> Frame:
        """The frame with this number in the plate's numbering.

        Raises IndexError outside `ref.available_range`, BadInput when the data is damaged.
        """
        ...

    def close(self) -> None:
        """Release the file. Idempotent."""
        ...


class FrameWriter(Protocol):
    """Writes frames in order to a file that appears when `finish` returns."""

    def write(self, frame: Frame) -> None:
        """Append a frame; its layout must be the one that the writer was opened with."""
        ...

    def finish(self) -> None:
        """Flush, fsync and put the file in place."""
        ...

    def abort(self) -> None:
        """Leave nothing behind. Idempotent; does nothing after `finish`."""
        ...
