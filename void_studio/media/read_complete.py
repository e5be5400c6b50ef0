"""Telling a truncated movie from a whole one."""

from __future__ import annotations

import re
from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from void_studio.core import BadInput
from void_studio.media.index import IndexedPacket

if TYPE_CHECKING:
    from av.container import InputContainer
    from av.video.stream import VideoStream

__all__ = ["check_complete"]

_HINT = "copy or export it again"
_EBML, _SEGMENT = b"\x1a\x45\xdf\xa3", b"\x18\x53\x80\x67"
_CLOCK = re.compile(r"(\d{1,4}):(\d\d):(\d\d(?:\.\d{1,9})?)")


def check_complete(
    path: Path, container: InputContainer, stream: VideoStream, packets: Sequence[IndexedPacket]
) -> None:
    """Raise BadInput when the file holds less than its own tables promise."""
    size_bytes = path.stat().st_size
    kind = container.format.name.split(",")[0]
    if kind in {"mov", "avi"}:
        entries = [entry for entry in stream.index_entries if entry.size]
        there = sum(entry.pos + entry.size <= size_bytes for entry in entries)
        _compare(path, min(there, len(packets)), len(entries))
    elif kind == "mxf":
        _compare(path, len(packets), stream.duration or 0)
    elif kind == "matroska" and (_matroska_end(path) > size_bytes or _ends_early(stream, packets)):
        raise BadInput("the movie is truncated or damaged", where=path, hint=_HINT)


def _compare(path: Path, there: int, promised: int) -> None:
    if there < promised:
        what = f"the movie is truncated or damaged: {there} of {promised} frames are there"
        raise BadInput(what, where=path, hint=_HINT)


def _ends_early(stream: VideoStream, packets: Sequence[IndexedPacket]) -> bool:
    """Whether the last frame ends well before the duration that the track is tagged with."""
    tagged = _CLOCK.fullmatch(stream.metadata.get("DURATION", ""))
    times = sorted(packet.pts for packet in packets if packet.pts is not None)
    if tagged is None or len(times) < 2:
        return False
    hours, minutes, seconds = (Fraction(part) for part in tagged.groups())
    promised = (hours * 60 + minutes) * 60 + seconds
    longest = max(later - earlier for earlier, later in pairwise(times))
    return promised > (times[-1] + 2 * longest) * (stream.time_base or 1)


def _matroska_end(path: Path) -> int:
    """Where the segment of a Matroska file ends by its header; 0 when it does not say.

    RFC 8794: an element is an id, a size and its content; a size of all ones is unknown.
    """
    with path.open("rb") as file:
        if file.read(4) != _EBML:
            return 0
        header_bytes = _element_size(file)
        if header_bytes is None:
            return 0
        file.seek(header_bytes, 1)
        if file.read(4) != _SEGMENT:
            return 0
        segment_bytes = _element_size(file)
        return 0 if segment_bytes is None else file.tell() + segment_bytes


def _element_size(file: BinaryIO) -> int | None:
    first = file.read(1)
    if not first or not first[0]:
        return None
    length = 9 - first[0].bit_length()
    value = int.from_bytes(first + file.read(length - 1), "big") & ((1 << 7 * length) - 1)
    return None if value == (1 << 7 * length) - 1 else value
