"""Movies that are not what they should be."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import av
from av.video.stream import VideoStream

__all__ = [
    "damaged_copy",
    "empty_movie",
    "foreign_movie",
    "trimmed_copy",
    "truncated_copy",
    "zero_frame_movie",
]


def empty_movie(path: Path) -> Path:
    """A file of no bytes."""
    path.write_bytes(b"")
    return path


def foreign_movie(path: Path) -> Path:
    """Text under the name of a movie."""
    path.write_text("TITLE: not a movie\n\n001  A  V  C  00:00:00:00 00:00:01:00\n" * 40)
    return path


def truncated_copy(source: Path, path: Path, *, keep: float = 0.6) -> Path:
    """The first part of a movie, as an interrupted copy leaves it."""
    data = source.read_bytes()
    path.write_bytes(data[: int(len(data) * keep)])
    return path


def zero_frame_movie(path: Path) -> Path:
    """A movie with a picture stream and no frame in it."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream("mpeg4", rate=Fraction(24))
        assert isinstance(stream, VideoStream)
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        container.start_encoding()
    return path


def damaged_copy(source: Path, path: Path, position: int, *, wipe: bool = False) -> Path:
    """A copy in which the packet at `position` in decode order has a few wrong bytes.

    `wipe` overwrites the whole packet with zeros, as a lost block of a disk does.
    """
    with av.open(str(source)) as container:
        packets = [packet for packet in container.demux(video=0) if packet.size]
        packet = packets[position]
        start, size = packet.pos, packet.size
    assert start is not None
    data = bytearray(source.read_bytes())
    if wipe:
        data[start : start + size] = bytes(size)
    else:
        middle = start + size // 2
        data[middle : middle + 4] = bytes(255 - value for value in data[middle : middle + 4])
    path.write_bytes(data)
    return path


def trimmed_copy(source: Path, path: Path, skip: int) -> Path:
    """The packets of a movie, shown only from frame `skip` on: MOV does it with an edit list."""
    with av.open(str(source)) as old, av.open(str(path), "w") as new:
        stream = old.streams.video[0]
        copy = new.add_stream_from_template(stream)
        packets = [packet for packet in old.demux(stream) if packet.size]
        times = sorted(packet.pts for packet in packets if packet.pts is not None)
        for packet in packets:
            assert packet.pts is not None
            assert packet.dts is not None
            packet.pts -= times[skip]
            packet.dts -= times[skip]
            packet.stream = copy
            new.mux(packet)
    return path
