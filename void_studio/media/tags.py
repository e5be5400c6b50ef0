"""What a movie says about itself beside its pixels: timecode, colour, shape of a pixel."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import TYPE_CHECKING

from void_studio.core import BadInput, Timecode, parse_timecode
from void_studio.media.colour import UNTAGGED, ColourTags

if TYPE_CHECKING:
    from av.container import InputContainer
    from av.video.frame import VideoFrame
    from av.video.stream import VideoStream

__all__ = ["colour_tags_of", "is_interlaced", "pixel_aspect_of", "rotation_of", "timecode_of"]

_FIELD_ORDERS_INTERLACED = range(2, 6)


def timecode_of(
    container: InputContainer, stream: VideoStream, rate: Fraction
) -> tuple[Timecode | None, tuple[str, ...]]:
    """The timecode of the first frame, and a note on each timecode tag that is none.

    The picture stream's own tag counts most, then a timecode track, then the container's.
    """
    notes: list[str] = []
    for text in _timecode_texts(container, stream):
        try:
            return parse_timecode(text, rate), tuple(notes)
        except BadInput as error:
            notes.append(f"a timecode tag was ignored: {error.what}")
    return None, tuple(dict.fromkeys(notes))


def _timecode_texts(container: InputContainer, stream: VideoStream) -> Iterator[str]:
    tagged = [stream.metadata, *(data.metadata for data in container.streams.data)]
    for metadata in [*tagged, container.metadata]:
        for name, text in metadata.items():
            if name.lower() == "timecode":
                yield text


def colour_tags_of(stream: VideoStream) -> ColourTags:
    """The tags as stored; unknown stays unknown."""
    context = stream.codec_context
    return ColourTags(
        _known(context.color_primaries, UNTAGGED.primaries),
        _known(context.color_trc, UNTAGGED.transfer),
        _known(context.colorspace, UNTAGGED.matrix),
        _known(context.color_range, UNTAGGED.range),
    )


def _known(value: int, unspecified: int) -> int:
    return value if 0 <= value < 256 else unspecified


def pixel_aspect_of(stream: VideoStream) -> Fraction:
    """Width over height of one pixel; square when the file does not say."""
    aspect = stream.sample_aspect_ratio
    return aspect if aspect else Fraction(1)


def rotation_of(first: VideoFrame) -> int:
    """Degrees clockwise by which a player turns the picture: 0 to 359."""
    return -first.rotation % 360


def is_interlaced(stream: VideoStream, first: VideoFrame) -> bool:
    """Whether the container or the first frame says that the picture consists of two fields."""
    return first.interlaced_frame or stream.codec_context.field_order in _FIELD_ORDERS_INTERLACED
