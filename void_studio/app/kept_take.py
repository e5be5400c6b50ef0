"""A version of which only some frames are rendered again: which one, and its other frames."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from void_studio.app.shots import ShotPlate
from void_studio.core import (
    BadInput,
    FrameRange,
    NotPresent,
    Refused,
    UsageError,
    digest_bytes,
)
from void_studio.media import (
    Frame,
    PlateReader,
    PlateRef,
    colour_of,
    component_planes,
    is_sequence,
    open_plate,
    repack,
)
from void_studio.quadmask import Quadmask, read_quadmask
from void_studio.versions import RenderRequest, Version, file_fact, fingerprint_of, read_version

__all__ = ["KeptFrames", "TakeRange", "kept_frames", "kept_quadmask", "recorded_take", "take_range"]

_RANGE = re.compile(r"(-?\d+)-(-?\d+)")
_NAME = re.compile(r"v\d{3,6}")


@dataclass(frozen=True, slots=True)
class TakeRange:
    """`frames`, in the plate's numbering, are rendered again; all others stay `version`'s."""

    version: Version
    frames: FrameRange


class KeptFrames:
    """Frames of a version as frames of its plate, any in any order. Used by one thread."""

    def __init__(
        self, master: PlateReader, support: PlateReader, work: FrameRange, plate: PlateRef
    ) -> None:
        self._master = master
        self._support = support
        self._work = work
        self._plate = plate
        self._colour = colour_of(plate.colour, plate.layout, plate.extent, plate.rate)

    def frame(self, number: int) -> Frame:
        """The version's samples of a frame, arranged as the plate's are."""
        stored = self._master.read(self._place(self._master, number))
        whole = repack(stored, self._plate.layout)
        return replace(whole, number=number, colour=self._colour)

    def touched(self, number: int) -> npt.NDArray[np.bool_]:
        """Which luma or RGB samples of a frame the version may have changed, (height, width)."""
        stored = self._support.read(self._place(self._support, number))
        return np.greater(component_planes(stored)[0], 0)

    def _place(self, reader: PlateReader, number: int) -> int:
        return reader.ref.available_range.start + number - self._work.start


def take_range(frames: str, name: str, shot: ShotPlate, root: Path) -> TakeRange:
    """What `--frames` and `--from` mean for a shot.

    `frames` is first-last as `shots` numbers them; `name` is a version's folder, or v001 of the
    shot's versions below `root`. Raises UsageError for what is no range, NotPresent for a version
    that is not there, Refused for one of another shot, plate or work range, and for a range that
    is not inside it.
    """
    match = _RANGE.fullmatch(frames)
    if not match or int(match[1]) > int(match[2]):
        raise UsageError(f"{frames!r} is no range of frames", hint="write first-last, as 1010-1024")
    shown = FrameRange.of(int(match[1]), int(match[2]))
    version = _version(name, shot, root)
    _check(version, shot)
    wanted = shown.shifted(-shot.numbering_offset)
    work = shot.work.shifted(shot.numbering_offset)
    if not shot.work.covers(wanted):
        raise Refused(
            f"frames {shown} are not all in the work range",
            where=shot.shot.id,
            hint=f"it is {work}",
        )
    return TakeRange(version, wanted)


def recorded_take(request: RenderRequest) -> TakeRange | None:
    """The version that a request copies frames from; None when it renders every frame.

    Raises NotPresent when it is gone, BadInput when it is not as it was.
    """
    part = request.range_of_take
    if part is None:
        return None
    version = read_version(Path(part.folder))
    if digest_bytes(version.recipe.encode()) != part.recipe:
        raise BadInput("this is not the version that frames were copied from", where=part.folder)
    return TakeRange(version, part.frames)


@contextmanager
def kept_frames(version: Version, plate: PlateRef) -> Iterator[KeptFrames]:
    """The frames of a version of `plate`. Raises BadInput when its files are not as published."""
    for path, fact in (
        (version.master, version.recipe.master),
        (version.support, version.recipe.support),
    ):
        if file_fact(path) != fact:
            raise BadInput(
                "this file is not the one that was published",
                where=path,
                hint="restore it, or render the whole shot again",
            )
    rate = plate.rate if is_sequence(version.master) else None
    with ExitStack() as stack:
        master = stack.enter_context(closing(open_plate(version.master, rate=rate)))
        support = stack.enter_context(closing(open_plate(version.support)))
        yield KeptFrames(master, support, version.recipe.request.work_range, plate)


def kept_quadmask(take: TakeRange, given: Quadmask) -> Quadmask:
    """The version's quadmask, and `given` in the frames that are rendered again."""
    request = take.version.recipe.request
    read = read_quadmask(take.version.quadmask, extent=request.plate.extent).frames
    first = take.frames.start - request.work_range.start
    frames = list(read.frames)
    frames[first : first + len(take.frames)] = given.over(take.frames).frames
    return Quadmask(
        request.work_range, given.extent, tuple(frames), given.revision, given.off_values
    )


def _version(name: str, shot: ShotPlate, root: Path) -> Version:
    if not _NAME.fullmatch(name) or Path(name).is_dir():
        return read_version(Path(name))
    folders = root.iterdir() if root.is_dir() else ()
    found = [folder / name for folder in sorted(folders) if (folder / name).is_dir()]
    versions = [read_version(folder) for folder in found]
    for version in versions:
        if version.recipe.request.shot.id == shot.shot.id:
            return version
    raise NotPresent(
        f"shot {shot.shot.id} has no version {name}",
        where=root,
        hint="name its folder, or that of all versions with --versions",
    )


def _check(version: Version, shot: ShotPlate) -> None:
    request, plate = version.recipe.request, shot.plate
    wrong = ""
    if request.shot.id != shot.shot.id:
        wrong = f"this is a version of shot {request.shot.id}, not of {shot.shot.id}"
    elif request.plate.extent != plate.extent or not fingerprint_of(plate.location).same_content(
        request.plate.fingerprint
    ):
        wrong = "this version was made from another plate"
    elif request.work_range != shot.work:
        head = request.source_range.start - request.work_range.start
        wrong = (
            f"this version has the work range {request.work_range}, the shot {shot.work}:"
            f" it was made with --handles {head}"
        )
    if wrong:
        raise Refused(wrong, where=version.folder, hint="render the whole shot again")
