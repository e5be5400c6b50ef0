"""Versions that can be compared, and the movies to show."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import numpy as np
import numpy.typing as npt

from void_studio.app.progress import Reporter
from void_studio.core import BadInput, FrameRange, Refused, StudioError, UsageError
from void_studio.media import PlateReader, is_sequence, open_plate
from void_studio.versions import Version, fingerprint_of, read_version

__all__ = ["Picture", "Source", "comparable", "open_sources"]

Picture = npt.NDArray[np.uint16]


@dataclass(frozen=True, slots=True)
class Source:
    """A movie to show; `shift` is added to a frame of the plate to find its own."""

    label: str
    reader: PlateReader
    shift: int

    def rgb(self, number: int) -> Picture:
        """RGB uint16 of a frame in the plate's numbering."""
        return self.reader.read(number + self.shift).rgb()


def comparable(folders: Sequence[Path]) -> list[Version]:
    """The versions in these folders.

    Raises UsageError for fewer than two, Refused for versions of different plates or ranges.
    """
    if len({folder.resolve() for folder in folders}) < 2:
        raise UsageError("nothing to compare", hint="name two versions' folders or more")
    versions = [read_version(folder) for folder in folders]
    first = versions[0].recipe.request
    for version in versions[1:]:
        request = version.recipe.request
        if not request.plate.fingerprint.same_content(first.plate.fingerprint):
            raise Refused(
                f"it is of another plate than {versions[0].folder}",
                where=version.folder,
                hint="compare versions of one shot",
            )
        if request.work_range != first.work_range:
            raise Refused(
                f"it has frames {request.work_range}, {versions[0].folder} {first.work_range}",
                where=version.folder,
                hint="render both with the same handles",
            )
    return versions


def open_sources(
    versions: Sequence[Version], truth: Path | None, stack: ExitStack, reporter: Reporter
) -> list[Source]:
    """The plate, where it still is; the versions; the truth."""
    request = versions[0].recipe.request
    work, rate = request.work_range, request.plate.rate
    sources = [
        _opened(
            f"{at}: {version.folder.name} {version.recipe.request.job.engine}",
            version.master,
            work,
            rate,
            stack,
        )
        for at, version in enumerate(versions, 1)
    ]
    plate = Path(request.plate.path)
    if _is_still_there(plate, versions[0]):
        sources.insert(0, _opened("plate", plate, work, rate, stack))
    else:
        reporter.note(f"the plate is not shown: it is not at {plate}")
    if truth is not None:
        sources.append(_opened("truth", truth, work, rate, stack))
    extent = request.plate.extent
    for source in sources:
        if source.reader.ref.extent != extent:
            raise BadInput(
                f"it is {source.reader.ref.extent}, the plate {extent}",
                where=source.reader.ref.location,
                hint="give a movie of the plate's size",
            )
    return sources


def _opened(label: str, path: Path, work: FrameRange, rate: Fraction, stack: ExitStack) -> Source:
    own = rate if is_sequence(path) else None
    reader = stack.enter_context(closing(open_plate(path, sequential=True, rate=own)))
    there = reader.ref.available_range
    if there.covers(work):
        return Source(label, reader, 0)
    if len(there) == len(work):
        return Source(label, reader, there.start - work.start)
    raise BadInput(
        f"it has frames {there}, the versions {work}",
        where=path,
        hint="give a movie of the same frames or of as many",
    )


def _is_still_there(plate: Path, version: Version) -> bool:
    try:
        return fingerprint_of(plate).same_content(version.recipe.request.plate.fingerprint)
    except StudioError:
        return False
