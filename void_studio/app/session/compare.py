"""The other side of a wipe, flicker or difference: a version, take or any movie of the shot."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from void_studio.core import BadInput, Extent, FrameRange
from void_studio.media import PlateRef, is_sequence, open_plate
from void_studio.versions import Version

__all__ = ["OtherSide", "open_other_side", "side_of_version"]


@dataclass(frozen=True, slots=True)
class OtherSide:
    """A movie that shows the shot another way.

    `shift` is added to a frame of the shot to find the movie's own. `note` is shown beside the
    label, "fill at 3.3x up" say.
    """

    label: str
    plate: PlateRef
    frames: FrameRange
    shift: int
    note: str = ""


def open_other_side(
    path: Path, *, label: str, work: FrameRange, rate: Fraction, extent: Extent, note: str = ""
) -> OtherSide:
    """The facts of a movie or sequence that has the frames `work` of the shot. Reads the file.

    A movie with other numbers is taken to begin where `work` does when it has as many frames.
    Raises NotPresent or BadInput, the latter also for another size or number of frames.
    """
    with closing(open_plate(path, rate=rate if is_sequence(path) else None)) as reader:
        plate = reader.ref
    if plate.extent != extent:
        raise BadInput(f"it is {plate.extent}, the plate {extent}", where=path)
    there = plate.available_range
    if there.covers(work):
        return OtherSide(label, plate, work, 0, note)
    if len(there) == len(work):
        return OtherSide(label, plate, work, there.start - work.start, note)
    raise BadInput(f"it has frames {there}, the shot {work}", where=path)


def side_of_version(version: Version, *, label: str) -> OtherSide:
    """A take or version as the other side. Reads its master; raises as `open_other_side`."""
    request = version.recipe.request
    return open_other_side(
        version.master,
        label=label,
        work=request.work_range,
        rate=request.plate.rate,
        extent=request.plate.extent,
    )
