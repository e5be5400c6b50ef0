"""The shape of a pixel in a finished Matroska file.

WORKAROUND https://github.com/PyAV-Org/PyAV: it can not set AVStream.sample_aspect_ratio, the only
place where FFmpeg's Matroska muxer looks for it. So the track is written with a long name, and the
name's bytes are then given to DisplayWidth, DisplayHeight and DisplayUnit (RFC 9559, 5.1.4.1.28);
no other byte moves.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

from void_studio.core import BadInput, Extent

__all__ = ["ROOM_FOR_ASPECT", "set_pixel_aspect"]

ROOM_FOR_ASPECT = "-" * 80
_HEAD_BYTES = 1 << 16
_SEGMENT, _TRACKS = b"\x18\x53\x80\x67", b"\x16\x54\xae\x6b"
_TRACK, _VIDEO, _NAME = b"\xae", b"\xe0", b"\x53\x6e"
_CRC, _VOID = b"\xbf", b"\xec"
_DISPLAY_WIDTH, _DISPLAY_HEIGHT, _DISPLAY_UNIT = b"\x54\xb0", b"\x54\xba", b"\x54\xb2"
_UNIT_IS_ASPECT_RATIO = 3
_LONG = 8

Element = tuple[bytes, int, int]


def set_pixel_aspect(path: Path, extent: Extent, aspect: Fraction) -> None:
    """State `aspect`, width over height of a pixel, in a file whose track has ROOM_FOR_ASPECT.

    Raises BadInput when the file is not of that form.
    """
    with path.open("r+b") as file:
        head = file.read(_HEAD_BYTES)
        _, start, _ = _find(head, 0, len(head), _SEGMENT)
        _, first, last = _find(head, start, len(head), _TRACKS)
        file.seek(first)
        file.write(_rewritten(head[first:last], extent, aspect))


def _rewritten(tracks: bytes, extent: Extent, aspect: Fraction) -> bytes:
    """The payload of Tracks, as long as before: the first with its aspect, a checksum before it."""
    _, first, last = _find(tracks, 0, len(tracks), _TRACK)
    others = tracks[last:]
    kept = [
        _element(name, tracks[start:stop] + _display(extent, aspect))
        if name == _VIDEO
        else _element(name, tracks[start:stop])
        for name, start, stop in _elements(tracks, first, last)
        if name != _NAME
    ]
    track = _element(_TRACK, b"".join(kept))
    checksum_bytes = len(_element(_CRC, bytes(4)))
    room = len(tracks) - checksum_bytes - len(track) - len(others) - len(_element(_VOID, b""))
    if room < 0:
        raise BadInput("a master has no room for its pixel aspect")
    content = track + others + _element(_VOID, bytes(room))
    return _element(_CRC, zlib.crc32(content).to_bytes(4, "little")) + content


def _display(extent: Extent, aspect: Fraction) -> bytes:
    shape = Fraction(extent.width, extent.height) * aspect
    return b"".join(
        _element(name, value.to_bytes(_LONG, "big"))
        for name, value in (
            (_DISPLAY_WIDTH, shape.numerator),
            (_DISPLAY_HEIGHT, shape.denominator),
            (_DISPLAY_UNIT, _UNIT_IS_ASPECT_RATIO),
        )
    )


def _element(name: bytes, content: bytes) -> bytes:
    size = len(content)
    if size < 0x7F:
        return name + bytes([0x80 | size]) + content
    return name + bytes([0x01]) + size.to_bytes(_LONG - 1, "big") + content


def _find(data: bytes, start: int, stop: int, name: bytes) -> Element:
    for element in _elements(data, start, stop):
        if element[0] == name:
            return element
    raise BadInput("a master is not the Matroska file that it should be")


def _elements(data: bytes, start: int, stop: int) -> Iterator[Element]:
    """(id, first byte, end) of the contents of each element in data[start:stop]."""
    while start < stop:
        id_length = 9 - data[start].bit_length()
        name, start = data[start : start + id_length], start + id_length
        size_length = 9 - data[start].bit_length()
        size = int.from_bytes(data[start : start + size_length], "big")
        start += size_length
        end = start + (size & ((1 << (7 * size_length)) - 1))
        yield name, start, end
        start = end
