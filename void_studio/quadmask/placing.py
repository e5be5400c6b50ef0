"""Which frame of the plate a quadmask file begins with."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from void_studio.core import BadInput, FrameRange
from void_studio.quadmask.files import QuadmaskFile
from void_studio.quadmask.sequence import Quadmask

__all__ = ["Covers", "PlacedQuadmask", "place_quadmask"]


class Covers(StrEnum):
    """What decided the place: the file's own start, or the range that is as long as the file."""

    START = "start"
    WORK = "work"
    SOURCE = "source"
    PLATE = "plate"


@dataclass(frozen=True, slots=True)
class PlacedQuadmask:
    """A quadmask in plate numbering; may cover more or less than the work range."""

    quadmask: Quadmask
    covers: Covers


def place_quadmask(
    file: QuadmaskFile, *, work: FrameRange, source: FrameRange, plate: FrameRange
) -> PlacedQuadmask:
    """Place a file by its start, else by its length; of equal lengths the first in order counts.

    All ranges are in plate numbering. Raises BadInput when the start lies off the plate, or when
    the length is none of the three.
    """
    if file.start is not None:
        placed = file.frames.renumbered(file.start)
        if not placed.range.intersect(plate):
            raise BadInput(
                f"its frames are {placed.range}, those of the plate {plate}",
                where=file.path,
                hint='name its first frame in frames.json: {"start": N}',
            )
        return PlacedQuadmask(placed, Covers.START)
    for frames, covers in ((work, Covers.WORK), (source, Covers.SOURCE), (plate, Covers.PLATE)):
        if len(file.frames.range) == len(frames):
            return PlacedQuadmask(file.frames.renumbered(frames.start), covers)
    raise BadInput(
        f"it has {len(file.frames.range)} frames; the work range has {len(work)}, "
        f"the source range {len(source)}, the plate {len(plate)}",
        where=file.path,
        hint='use one of these lengths, or name its first frame in frames.json: {"start": N}',
    )
