"""Splices: the only way in which a person's text is changed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

__all__ = ["Splice", "bytes_changed", "common_prefix", "spliced"]

_STRIDE = 1 << 16


@dataclass(frozen=True, slots=True, order=True)
class Splice:
    """Put `text` in place of the bytes from `start` up to `stop` of the input."""

    start: int
    stop: int
    text: bytes


def spliced(text: bytes, splices: Iterable[Splice], start: int = 0, stop: int = -1) -> bytes:
    """`text[start:stop]` with every splice made; they must not overlap.

    Splices at one place keep their order.
    """
    end = len(text) if stop < 0 else stop
    view = memoryview(text)
    pieces: list[memoryview | bytes] = []
    position = start
    for splice in sorted(splices, key=lambda each: (each.start, each.stop)):
        if not position <= splice.start <= splice.stop <= end:
            raise ValueError(f"splice at {splice.start} overlaps the one before it")
        pieces += (view[position : splice.start], splice.text)
        position = splice.stop
    pieces.append(view[position:end])
    return b"".join(pieces)


def bytes_changed(splices: Iterable[Splice]) -> int:
    """Bytes taken out plus bytes put in."""
    return sum(splice.stop - splice.start + len(splice.text) for splice in splices)


def common_prefix(one: memoryview, other: memoryview) -> int:
    """How many leading bytes are equal."""
    limit = min(len(one), len(other))
    done = 0
    stride = _STRIDE
    while done < limit:
        step = min(stride, limit - done)
        if one[done : done + step] == other[done : done + step]:
            done += step
        elif step == 1:
            break
        else:
            stride = max(1, step // 2)
    return done
