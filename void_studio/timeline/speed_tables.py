"""Speed ramps as hosts write them into metadata: Resolve's key frames, Hiero's lookup tables."""

from __future__ import annotations

import json
from fractions import Fraction
from itertools import pairwise
from typing import Any

from void_studio.timeline.json_view import JsonObject
from void_studio.timeline.speed_curve import Piece, SpeedCurve, chain
from void_studio.timeline.times import Stretch

__all__ = ["UnreadableTable", "ramp_of"]

_KEYS, _LOOKUP, _RESOLVE = "Key Frames", "lookup", "Resolve_OTIO"
_LONGEST = 1 << 24
_LARGEST = 10**7
_NANO = 10**9
_ROW = 7
_FRAMES_OFF = 2
_HALF = Fraction(1, 2)


class UnreadableTable(ValueError):
    """A ramp whose meaning the file does not settle; the text continues "its speed ramp"."""


def ramp_of(effect: JsonObject, written: Stretch) -> SpeedCurve:
    """The ramp of a TimeEffect on an item of this source range, from its start on.

    Raises UnreadableTable where there is no table known here, or where it and the item's range
    contradict each other.
    """
    metadata = effect.object("metadata")
    resolve = metadata.object(_RESOLVE) if metadata is not None else None
    if resolve is not None and resolve.member(_KEYS) is not None:
        return _keyed(_parsed(resolve, _KEYS), written)
    if metadata is not None and metadata.member(_LOOKUP) is not None:
        return _looked_up(_parsed(metadata, _LOOKUP), written)
    raise UnreadableTable("has no table in the file that says which frame plays when")


def _parsed(owner: JsonObject, key: str) -> list[Any]:
    token = owner.raw(key) or b""
    try:
        rows = json.loads(token) if len(token) <= _LONGEST else None
    except (ValueError, RecursionError):
        rows = None
    if not isinstance(rows, list) or len(rows) < 2:
        raise UnreadableTable("has a table that can not be read")
    return rows


def _number(value: object) -> Fraction:
    """A number of the table, exact to a billionth."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise UnreadableTable("has a table with something else than numbers in it")
    if not abs(value) <= _LARGEST:
        raise UnreadableTable("has a table with numbers out of all bounds")
    return Fraction(round(value * _NANO), _NANO)


def _keyed(rows: list[Any], written: Stretch) -> SpeedCurve:
    """Rows of record second, media second, smooth, and the two Bezier handles (seconds, relative).

    Seconds count from the start of the item and of its source range; a table that counts them
    from the start of the media can not be told a version, which starts elsewhere.
    """
    keys = [_key(row) for row in rows]
    if any(later[0] <= one[0] for one, later in pairwise(keys)):
        raise UnreadableTable("has keys that are not in the order of time")
    frame = 1 / written.rate
    if abs(keys[0][0]) > frame * _HALF or abs(keys[0][1]) > frame * _HALF:
        raise UnreadableTable("is not counted from where the clip starts")
    if abs(keys[-1][0] - written.duration) > _FRAMES_OFF * frame:
        raise UnreadableTable("has keys for another length than the clip's")
    return SpeedCurve(tuple(_piece(one, other) for one, other in pairwise(keys)))


def _key(row: object) -> tuple[Fraction, Fraction, Fraction, Fraction]:
    """Record second, media second, and how far the handles before and after it rise."""
    if not isinstance(row, list) or len(row) < _ROW:
        raise UnreadableTable("has a table with rows that are not known")
    return _number(row[0]), _number(row[1]), _number(row[4]), _number(row[6])


def _piece(
    one: tuple[Fraction, Fraction, Fraction, Fraction],
    other: tuple[Fraction, Fraction, Fraction, Fraction],
) -> Piece:
    bounds = (one[1] + one[3], other[1] + other[2])
    straight = bounds == (one[1], other[1])
    return Piece(one[0], one[1], other[0], other[1], () if straight else bounds)


def _looked_up(rows: list[Any], written: Stretch) -> SpeedCurve:
    """For each frame of the item, how many frames later in the media than at 100 % it plays."""
    if abs(len(rows) - written.duration * written.rate) > _FRAMES_OFF:
        raise UnreadableTable("has a table for another length than the clip's")
    frames = ((index, index + _number(value)) for index, value in enumerate(rows))
    return chain([(at / written.rate, media / written.rate) for at, media in frames])
