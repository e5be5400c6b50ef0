"""The facts of a movie, all read from the file."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

from void_studio.core import BadInput, Extent, FrameRange
from void_studio.media.index import FrameIndex
from void_studio.media.layout import layout_of
from void_studio.media.plate import PlateRef
from void_studio.media.read_clock import clock_of
from void_studio.media.read_container import codec_name, open_container, video_stream
from void_studio.media.read_index import build_index
from void_studio.media.tags import (
    colour_tags_of,
    is_interlaced,
    pixel_aspect_of,
    rotation_of,
    timecode_of,
)

if TYPE_CHECKING:
    from av.container import InputContainer
    from av.video.frame import VideoFrame
    from av.video.stream import VideoStream

__all__ = ["MAX_SIDE", "survey"]

MAX_SIDE = 16_384
_PACKETS_TO_FIRST_FRAME = 600


def survey(path: Path, *, rate: Fraction | None = None) -> tuple[PlateRef, FrameIndex]:
    """The facts of a movie and the index of its frames.

    `rate` is used instead of the one that the file states. Raises NotPresent when there is no such
    file, BadInput when it is not a movie, is truncated, has no frames, or has a pixel format that
    can not be worked on sample by sample.
    """
    index = build_index(path)
    with open_container(path) as container:
        stream = video_stream(container, path)
        _check_size(stream, path)
        return _facts(path, container, stream, index, rate), index


def _facts(
    path: Path,
    container: InputContainer,
    stream: VideoStream,
    index: FrameIndex,
    rate: Fraction | None,
) -> PlateRef:
    first = _first_frame(container, stream, path)
    own_rate, variable = clock_of(stream, index)
    timecode, notes = timecode_of(container, stream, rate or own_rate)
    try:
        layout = layout_of(first.format.name)
    except BadInput as error:
        raise BadInput(error.what, where=path, hint=error.hint) from error
    return PlateRef(
        location=path,
        available_range=FrameRange(timecode.frames if timecode else 0, len(index)),
        rate=rate or own_rate,
        extent=Extent(first.width, first.height),
        pixel_aspect=pixel_aspect_of(stream),
        layout=layout,
        colour=colour_tags_of(stream),
        start_timecode=timecode,
        codec=codec_name(stream),
        container=container.format.name.split(",")[0],
        variable_rate=variable,
        interlaced=is_interlaced(stream, first),
        rotation=rotation_of(first),
        keyframes=len(index.keys),
        notes=notes,
        time_base=index.time_base if index.seekable else None,
    )


def _check_size(stream: VideoStream, path: Path) -> None:
    width, height = stream.codec_context.width, stream.codec_context.height
    if not (0 < width <= MAX_SIDE and 0 < height <= MAX_SIDE):
        raise BadInput(f"pictures of {width}x{height} are not supported", where=path)


def _first_frame(container: InputContainer, stream: VideoStream, path: Path) -> VideoFrame:
    """Any frame near the beginning: what decoding alone tells is the same for all of them."""
    import av

    for count, packet in enumerate(container.demux(stream)):
        try:
            for frame in stream.codec_context.decode(packet if packet.size else None):
                return frame
        except av.FFmpegError:
            continue
        if count > _PACKETS_TO_FIRST_FRAME:
            break
    raise BadInput("no frame of it can be decoded", where=path, hint="copy or export it again")
