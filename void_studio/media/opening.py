"""Plates of either kind, opened by what their name says: a movie, or an image sequence."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

from void_studio.media.movie import MoviePlateReader
from void_studio.media.pattern import is_sequence
from void_studio.media.plate import SEQUENCE, PlateRef
from void_studio.media.probe import survey

if TYPE_CHECKING:
    from void_studio.media.sequence import SequencePlateReader

__all__ = ["open_plate", "probe_plate", "reopen_plate"]


def open_plate(
    path: Path, *, sequential: bool = False, rate: Fraction | None = None
) -> MoviePlateReader | SequencePlateReader:
    """A reader of the movie or image sequence at `path` (see `parse_pattern`).

    `sequential` is for reading straight through with all threads, at the price of a slower start
    after every jump. Raises as `probe_plate`.
    """
    if is_sequence(path):
        from void_studio.media.sequence import SequencePlateReader
        from void_studio.media.sequence_probe import survey_sequence

        return SequencePlateReader(*survey_sequence(path, rate=rate))
    ref, index = survey(path, rate=rate)
    return MoviePlateReader(ref, index, sequential=sequential)


def reopen_plate(
    ref: PlateRef, *, sequential: bool = False
) -> MoviePlateReader | SequencePlateReader:
    """A reader of a plate whose facts are known, a sequence at the rate that it was opened with.

    Raises as `probe_plate`.
    """
    rate = ref.rate if ref.container == SEQUENCE else None
    return open_plate(ref.location, sequential=sequential, rate=rate)


def probe_plate(path: Path, *, rate: Fraction | None = None) -> PlateRef:
    """The facts of the plate at `path`; `rate` is used instead of the one that its files state.

    Raises NotPresent when there is no such file, BadInput when it is not a movie or a sequence, is
    truncated, has no frames, or has a pixel format that can not be worked on sample by sample; and
    for a sequence without a rate.
    """
    if is_sequence(path):
        from void_studio.media.sequence_probe import survey_sequence

        return survey_sequence(path, rate=rate)[0]
    return survey(path, rate=rate)[0]
