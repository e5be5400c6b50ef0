"""The facts of an image sequence, read from its first and last file."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

from OpenImageIO import ImageSpec

from void_studio.core import BadInput, FrameRange, Timecode
from void_studio.media.colour import RANGE_FULL, ColourTags
from void_studio.media.pattern import SequencePattern, parse_pattern, sequence_frames
from void_studio.media.plate import SEQUENCE, PlateRef
from void_studio.media.sequence_clock import rate_in, timecode_in
from void_studio.media.sequence_file import ImageHeader, lossy_compression, open_image

__all__ = ["survey_sequence"]

_TURNED = {3: 180, 6: 90, 8: 270}
_FINEST_ASPECT = 10_000


def survey_sequence(
    path: Path, *, rate: Fraction | None = None
) -> tuple[PlateRef, SequencePattern]:
    """The facts of the sequence that `path` names, and its pattern.

    Frames are numbered as the files are. `rate` is used instead of the one in the headers. Raises
    NotPresent when nothing is there; BadInput when files are missing in between, when no rate is
    known, and for images that can not be a plate.
    """
    pattern = parse_pattern(path)
    frames = sequence_frames(pattern)
    first, last = (_header(pattern.file(number)) for number in (frames.start, frames.last))
    own_rate = rate or rate_in(first.spec)
    if own_rate is None:
        raise BadInput(
            "nothing in the sequence says at which rate it runs",
            where=pattern.path,
            hint="give the rate, as in --rate 24 or --rate 24000/1001",
        )
    timecode, notes = _timecode(first, last, own_rate, frames)
    ref = PlateRef(
        location=pattern.path,
        available_range=frames,
        rate=own_rate,
        extent=first.extent,
        pixel_aspect=_pixel_aspect(first.spec),
        layout=first.layout,
        colour=ColourTags(range=RANGE_FULL),
        start_timecode=timecode,
        codec=pattern.kind[1:],
        container=SEQUENCE,
        variable_rate=False,
        interlaced=False,
        rotation=_TURNED.get(first.spec.get_int_attribute("Orientation", 1), 0),
        keyframes=len(frames),
        notes=(*notes, *_notes(first)),
    )
    return ref, pattern


def _header(path: Path) -> ImageHeader:
    with open_image(path) as image:
        return image.header


def _timecode(
    first: ImageHeader, last: ImageHeader, rate: Fraction, frames: FrameRange
) -> tuple[Timecode | None, tuple[str, ...]]:
    """The first file's timecode, when that of the last one is as many frames later."""
    start, note = timecode_in(first.spec, rate)
    if start is None:
        return None, (note,) if note else ()
    end, _ = timecode_in(last.spec, rate)
    if end != start.at(start.frames + len(frames) - 1):
        return None, ("the timecodes in the headers do not count on: ignored",)
    return start, ()


def _pixel_aspect(spec: ImageSpec) -> Fraction:
    aspect = spec.get_float_attribute("PixelAspectRatio", 1.0)
    if not 0.01 < aspect < 100:
        return Fraction(1)
    return Fraction(aspect).limit_denominator(_FINEST_ASPECT)


def _notes(first: ImageHeader) -> tuple[str, ...]:
    notes = []
    if lossy := lossy_compression(first):
        notes.append(f"its compression, {lossy}, is lossy: masters are compressed with zip")
    if first.has_more_channels:
        extra = len(first.spec.channelnames) - first.storage.count
        notes.append(f"{extra} more channels are kept as they are")
    return tuple(notes)
