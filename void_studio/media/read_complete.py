"""Telling a truncated movie from a whole one."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from void_studio.core import BadInput

if TYPE_CHECKING:
    from av.container import InputContainer
    from av.video.stream import VideoStream

__all__ = ["check_complete"]

_HINT = "copy or export it again"
_EBML, _SEGMENT = b"\x1a\x45\xdf\xa3", b"\x18\x53\x80\x67"


def check_complete(
    path: Path, container: InputContainer, stream: VideoStream, packets: int
) -> None:
    """Raise BadInput when the file ends before what its own tables promise."""
    size_bytes = path.stat().st_size
    kind = container.format.name.split(",")[0]
    if kind in {"mov", "avi"}:
        _check_table(path, stream, packets, size_bytes)
    if kind == "matroska" and _matroska_end(path) > size_bytes:
        raise BadInput("the movie is truncated", where=path, hint=_HINT)


def _check_table(path: Path, stream: VideoStream, packets: int, size_bytes: int) -> None:
    promised = len(stream.index_entries)
    there = sum(entry.pos + entry.size <= size_bytes for entry in stream.index_entries)
    if there < promised or packets < promised:
        found = min(there, packets)
        raise BadInput(
            f"the movie is truncated: {found} of {promised} frames are there",
            where=path,
            hint=_HINT,
        )


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
