"""Media time over record time as a chain of pieces, and the media that a part of it needs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

__all__ = ["Piece", "SpeedCurve", "chain"]


@dataclass(frozen=True, slots=True)
class Piece:
    """From record time `begin` at media time `first` to `end` at `last`, in seconds of the item.

    `bounds` are the media times of the inner control points of a Bezier piece: such a piece never
    leaves the hull of its four control points. Empty for a straight piece.
    """

    begin: Fraction
    first: Fraction
    end: Fraction
    last: Fraction
    bounds: tuple[Fraction, ...] = ()

    @property
    def speed(self) -> Fraction:
        """Mean media time per record time."""
        return (self.last - self.first) / (self.end - self.begin)

    def values(self, begin: Fraction, end: Fraction) -> tuple[Fraction, ...]:
        """Media times whose hull holds what is played from `begin` to `end`; empty outside."""
        begin, end = max(begin, self.begin), min(end, self.end)
        if end < begin:
            return ()
        if self.bounds:
            return (self.first, self.last, *self.bounds)
        return tuple(self.first + (at - self.begin) * self.speed for at in (begin, end))


@dataclass(frozen=True, slots=True)
class SpeedCurve:
    """Pieces one after the other; beyond its ends a host may hold, go on, or play at 100 %."""

    pieces: tuple[Piece, ...]

    @property
    def speeds(self) -> tuple[Fraction, Fraction]:
        """The slowest and the fastest mean speed of a piece."""
        speeds = [piece.speed for piece in self.pieces]
        return min(speeds), max(speeds)

    def needs(self, begin: Fraction, end: Fraction) -> tuple[Fraction, Fraction]:
        """The lowest and highest media time that may be played from `begin` to `end`."""
        values = [value for piece in self.pieces for value in piece.values(begin, end)]
        values += self._beyond(begin, end)
        return min(values), max(values)

    def _beyond(self, begin: Fraction, end: Fraction) -> Iterator[Fraction]:
        head, tail = self.pieces[0], self.pieces[-1]
        for at in (begin, end):
            if at < head.begin:
                yield from _carried_on(head.first, at - head.begin, head.speed)
            if at > tail.end:
                yield from _carried_on(tail.last, at - tail.end, tail.speed)


def _carried_on(value: Fraction, by: Fraction, speed: Fraction) -> tuple[Fraction, ...]:
    return (value, value + by, value + by * speed)


def chain(points: Sequence[tuple[Fraction, Fraction]]) -> SpeedCurve:
    """Straight pieces through two or more points (record, media), record times rising."""
    return SpeedCurve(tuple(Piece(*one, *other) for one, other in pairwise(points)))
