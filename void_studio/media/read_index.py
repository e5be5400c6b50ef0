"""Building the index of a movie: from its tables, its packets or, where those lie, by decoding."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from void_studio.core import BadInput
from void_studio.media.index import (
    MAX_PACKETS,
    FrameIndex,
    IndexedPacket,
    Key,
    index_of,
    keys_of,
    packets_of,
)
from void_studio.media.read_complete import check_complete
from void_studio.media.read_container import codec_name, open_container, video_stream

if TYPE_CHECKING:
    from av.container import InputContainer
    from av.video.frame import VideoFrame
    from av.video.stream import VideoStream

__all__ = ["build_index"]

_INTRA = frozenset(
    {"prores", "dnxhd", "v210", "v410", "r210", "mjpeg", "jpeg2000", "cfhd", "hap", "png"}
    | {"rawvideo", "qtrle", "ffvhuff", "huffyuv"}
)
_TIMED = frozenset({"mov", "matroska", "mxf", "nut"})
_ONE_PACKET_PER_FRAME = _INTRA | {"h264", "hevc", "av1", "vp9", "ffv1", "mpeg2video", "utvideo"}


def build_index(path: Path) -> FrameIndex:
    """The index of a movie's picture stream.

    Raises NotPresent and BadInput as `open_container` does, and BadInput for a truncated movie and
    for one without frames.
    """
    with open_container(path) as container:
        stream = video_stream(container, path)
        packets = _packets(container, stream, path)
        check_complete(path, container, stream, packets)
        time_base = stream.time_base or Fraction(1)
        index = index_of(packets, time_base) if _is_trusted(container, stream) else None
    if index is not None:
        index = _without_undecodable(index, path)
    else:
        index = _counted(packets, time_base, path)
    if not len(index):
        raise BadInput("the movie has no frames", where=path, hint="export it again")
    return index


def _kind(container: InputContainer) -> str:
    return container.format.name.split(",")[0]


def _is_trusted(container: InputContainer, stream: VideoStream) -> bool:
    """Whether packets are frames and their times those at which the frames are shown.

    AVI has no presentation times, so only what is stored in presentation order is trusted there.
    """
    kind, codec = _kind(container), codec_name(stream)
    return codec in (_ONE_PACKET_PER_FRAME if kind in _TIMED else _INTRA)


def _packets(container: InputContainer, stream: VideoStream, path: Path) -> list[IndexedPacket]:
    """From the sample table where that says it all, else by reading the file through."""
    entries = stream.index_entries
    if len(entries) > MAX_PACKETS:
        raise BadInput(f"more than {MAX_PACKETS} frames", where=path, hint="cut it in parts")
    is_table = _kind(container) == "mov" and codec_name(stream) in _INTRA
    if is_table and all(entry.is_keyframe for entry in entries):
        return [
            IndexedPacket(entry.timestamp, entry.timestamp, is_key=True, hidden=entry.is_discard)
            for entry in entries
            if entry.size
        ]
    return packets_of(container.demux(stream), path)


def _without_undecodable(index: FrameIndex, path: Path) -> FrameIndex:
    """Leave out frames before the first key that need what was cut off, as any decoder does."""
    first = index.keys[0]
    leading = int(np.searchsorted(index.pts, first.pts))
    if not leading:
        return index
    shown = set[int | None]()
    for frame in _decoded(path):
        if frame.pts is not None and frame.pts >= first.pts:
            break
        shown.add(frame.pts)
    keep = np.array([pts >= first.pts or pts in shown for pts in index.pts.tolist()], np.bool_)
    return replace(index, pts=index.pts[keep], positions=index.positions[keep])


def _counted(packets: list[IndexedPacket], time_base: Fraction, path: Path) -> FrameIndex:
    """The index of a movie whose packets do not tell its frames: by decoding it once."""
    times = [frame.pts for frame in _decoded(path)]
    place = {packet.pts: at for at, packet in enumerate(packets) if packet.pts is not None}
    known = [pts for pts in times if pts is not None and pts in place]
    keys = keys_of(packets)
    rising = all(earlier < later for earlier, later in pairwise(known))
    count = len(times)
    if len(known) == count and rising and keys and keys[0].pts <= min(known, default=0):
        positions = np.array([place[pts] for pts in known], np.int64)
        pts = np.array(known, np.int64)
        return FrameIndex(pts, positions, keys, time_base, len(packets), seekable=True)
    order = np.arange(count, dtype=np.int64)
    beginning = (Key(0, None, 0),)
    return FrameIndex(order, order, beginning, time_base, len(packets), seekable=False)


def _decoded(path: Path) -> Iterator[VideoFrame]:
    """Every frame that decodes, from the beginning; packets that do not decode are passed over."""
    import av

    with open_container(path) as container:
        stream = video_stream(container, path)
        for packet in container.demux(stream):
            try:
                yield from stream.codec_context.decode(packet if packet.size else None)
            except av.FFmpegError:
                continue
