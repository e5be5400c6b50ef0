"""One exact frame of a plate as a picture file."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

from void_studio.core import UsageError, parse_timecode
from void_studio.media import PlateRef, open_plate, write_png

__all__ = ["extract_frame"]


def extract_frame(
    media: Path,
    out: Path,
    *,
    index: int | None,
    timecode: str | None,
    rate: Fraction | None = None,
) -> int:
    """Write a frame as a 16-bit RGB PNG; returns its number in the plate's numbering.

    Exactly one of `index` (0-based, presentation order) and `timecode` must be given. `rate` is
    that of an image sequence which does not tell its own.
    """
    reader = open_plate(media, rate=rate)
    try:
        number = _number(reader.ref, index, timecode)
        write_png(out, reader.read(number).rgb())
    finally:
        reader.close()
    return number


def _number(ref: PlateRef, index: int | None, timecode: str | None) -> int:
    if index is not None and timecode is None:
        number = ref.available_range.start + index
    elif timecode is not None and index is None:
        number = _number_at(ref, timecode)
    else:
        raise UsageError("name one frame", hint="give --index N or --timecode TC")
    if number not in ref.available_range:
        last = ref.available_range.duration - 1
        raise UsageError(
            f"there is no such frame: {timecode or index}",
            where=ref.location,
            hint=f"its frames are 0-{last} by index, {ref.available_range} by number",
        )
    return number


def _number_at(ref: PlateRef, timecode: str) -> int:
    if ref.start_timecode is None:
        raise UsageError("the plate has no timecode", where=ref.location, hint="give --index N")
    later = parse_timecode(timecode, ref.rate).frames - ref.start_timecode.frames
    return ref.available_range.start + later
