"""When the frames of a movie are shown."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

from void_studio.media.read_index import build_index

__all__ = ["frame_times"]


def frame_times(path: Path) -> tuple[Fraction, ...]:
    """Seconds from the first frame to each, as stored; none where the file has no such times.

    Raises as `build_index`.
    """
    index = build_index(path)
    if not index.seekable:
        return ()
    return tuple((int(pts) - int(index.pts[0])) * index.time_base for pts in index.pts)
