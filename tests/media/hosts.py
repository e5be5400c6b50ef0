"""A reader as strict as an editorial host: what it can not open, a timeline must not name."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import av
from av.container import InputContainer

__all__ = ["HOST_CODECS", "host_frames", "open_in_host"]

HOST_CODECS = frozenset({"v210", "prores", "dnxhd", "h264"})


@contextmanager
def open_in_host(path: Path) -> Iterator[InputContainer]:
    """Open a MOV or MP4 with one picture stream in a codec that hosts read; else AssertionError."""
    assert path.suffix.lower() in {".mov", ".mp4"}, path
    with av.open(str(path), options={"format_whitelist": "mov,mp4,m4a,3gp,3g2,mj2"}) as container:
        (stream,) = container.streams.video
        assert stream.codec.name in HOST_CODECS, stream.codec.name
        yield container


def host_frames(path: Path) -> list[av.VideoFrame]:
    """Every picture of a movie, decoded as a host would."""
    with open_in_host(path) as container:
        return list(container.decode(container.streams.video[0]))
