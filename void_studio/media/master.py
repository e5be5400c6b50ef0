"""Masters: lossless, in the plate's own samples, every slice with a checksum (DESIGN a)."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from void_studio.core import Extent, Refused
from void_studio.media.frame import repack
from void_studio.media.layout import PixelLayout, layout_of
from void_studio.media.matroska import ROOM_FOR_ASPECT, set_pixel_aspect
from void_studio.media.pattern import is_pattern, parse_pattern
from void_studio.media.plate import SEQUENCE, PlateRef

if TYPE_CHECKING:
    from void_studio.media.sequence_writer import SequenceWriter
    from void_studio.media.sound import Sound
    from void_studio.media.writer import Encoding, MovieWriter

__all__ = ["master_layout", "master_suffix", "open_master"]

_EQUIVALENTS = {
    "rgb24": "bgr0",
    "bgr24": "bgr0",
    "rgb0": "bgr0",
    "gbrp": "bgr0",
    "rgba": "bgra",
    "argb": "bgra",
    "abgr": "bgra",
    "gbrap": "bgra",
    "rgb48le": "gbrp16le",
    "bgr48le": "gbrp16le",
    "rgba64le": "gbrap16le",
    "bgra64le": "gbrap16le",
}
_LARGE = 3000 * 1500
_SLICES = (24, 16, 4, 2, 1)


def master_layout(layout: PixelLayout) -> PixelLayout:
    """The layout that a master of such a plate is stored in: its own where FFV1 has it.

    Else one that keeps every sample: packed RGB in another order, full-range YUV under the name
    without a range (the range is then a tag).
    """
    name = layout.pixel_format.replace("yuvj", "yuv")
    return layout_of(_EQUIVALENTS.get(name, name))


def master_suffix(ref: PlateRef) -> str:
    """What a master's name ends in: `.mkv`, or `.####.exr` where the plate is such a sequence."""
    if ref.container != SEQUENCE:
        return ".mkv"
    return f".####{parse_pattern(ref.location).kind}"


def open_master(
    path: Path, ref: PlateRef, *, first_frame: int, sound: Sound | None = None
) -> MovieWriter | SequenceWriter:
    """A writer of a movie, or where `path` is a pattern (`a.####.exr`), of an image sequence.

    Takes frames of the plate's layout; `first_frame` is the number of the first one. A sequence is
    of the plate's own format, each file with all that the plate's file has beside colour; for a
    movie plate it is of any format that holds the plate's samples. Raises Refused when that is not
    so, and when the files can not be made.
    """
    if not is_pattern(path):
        return _movie_master(path, ref, first_frame=first_frame, sound=sound)
    from void_studio.media.sequence_writer import SequenceWriter

    if sound is not None:
        sound.close()
        raise Refused("an image sequence has no sound", where=path, hint="leave the sound out")
    return SequenceWriter(path, ref, first_frame=first_frame)


def _movie_master(
    path: Path, ref: PlateRef, *, first_frame: int, sound: Sound | None
) -> MovieWriter:
    """A writer of FFV1 version 3 in Matroska: intra only, slices with CRCs, tags as in the plate.

    Takes frames of the plate's layout; `first_frame` is the number of the first one and gives the
    timecode when the plate has one. `sound` is copied along. Times of a variable rate are rounded
    to Matroska's 1 ms. Raises Refused when the file can not be made.
    """
    from void_studio.media.writer import Encoding, MovieWriter

    if ref.layout.is_float:
        raise Refused(
            "a movie can not hold float samples",
            where=path,
            hint="name a sequence, as in master.####.exr",
        )
    layout = master_layout(ref.layout)
    options = {
        "level": "3",
        "slicecrc": "1",
        "slices": str(_slice_count(layout, ref.extent)),
        "coder": "range_def",
        "context": "0",
    }
    encoding = Encoding(
        container="matroska",
        codec="ffv1",
        layout=layout,
        colour=ref.colour,
        prepare=partial(repack, layout=layout),
        codec_options=options,
    )
    encoding = _with_aspect(encoding, ref)
    return MovieWriter(path, ref, encoding, first_frame=first_frame, sound=sound)


def _with_aspect(encoding: Encoding, ref: PlateRef) -> Encoding:
    if ref.pixel_aspect == 1:
        return encoding
    stated = partial(set_pixel_aspect, extent=ref.extent, aspect=ref.pixel_aspect)
    return replace(encoding, metadata={"title": ROOM_FOR_ASPECT}, seal=stated)


def _slice_count(layout: PixelLayout, extent: Extent) -> int:
    """As many slices as threads can use; FFV1 takes fewer, and only some, in small pictures."""
    first = 0 if extent.width * extent.height >= _LARGE else 1
    return next((n for n in _SLICES[first:] if _can_slice(layout, extent, n)), _SLICES[-1])


def _can_slice(layout: PixelLayout, extent: Extent, count: int) -> bool:
    import av

    context = av.VideoCodecContext.create("ffv1", "w")
    context.width, context.height = extent.width, extent.height
    context.pix_fmt, context.time_base = layout.pixel_format, Fraction(1, 25)
    context.options = {"level": "3", "slices": str(count)}
    try:
        context.open()
    except av.FFmpegError:
        return False
    return True
