"""RationalTime and TimeRange as exact seconds: rates snapped, no float arithmetic."""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

from void_studio.core import FrameRange, Timecode, nominal_rate, snap_rate
from void_studio.timeline.json_view import JsonObject

__all__ = ["Moment", "Stretch", "moment", "nearest_frame", "record_start", "stretch"]

_LARGEST = 10**13
_SLOWEST, _FASTEST = 0.001, 10**6
_HALF = Fraction(1, 2)
_TOLERANCE = Fraction(1, 1000)


@dataclass(frozen=True, slots=True)
class Moment:
    """`value` units at `rate` per second, as RationalTime has it."""

    value: Fraction
    rate: Fraction

    @property
    def seconds(self) -> Fraction:
        """The exact time."""
        return self.value / self.rate


@dataclass(frozen=True, slots=True)
class Stretch:
    """A start and a duration in exact seconds; `rate` is the finer of the two written ones."""

    start: Fraction
    duration: Fraction
    rate: Fraction

    @property
    def stop(self) -> Fraction:
        """Where it ends."""
        return self.start + self.duration

    def frames(self, rate: Fraction) -> FrameRange:
        """The frames at `rate` nearest to both ends, ties later."""
        first = nearest_frame(self.start, rate)
        return FrameRange(first, nearest_frame(self.stop, rate) - first)

    def frames_outward(self, rate: Fraction) -> FrameRange:
        """Every frame at `rate` that this touches."""
        first = math.floor(self.start * rate)
        return FrameRange(first, math.ceil(self.stop * rate) - first)

    def is_whole(self, rate: Fraction) -> bool:
        """Whether both ends fall on frames of `rate`, but for the last digits of a float."""
        places = (self.start * rate, self.stop * rate)
        return all(abs(place - round(place)) < _TOLERANCE for place in places)


def nearest_frame(seconds: Fraction, rate: Fraction) -> int:
    """The frame at `rate` nearest to a time, ties later."""
    return math.floor(seconds * rate + _HALF)


@lru_cache(maxsize=256)
def _snapped(rate: float) -> Fraction:
    return snap_rate(rate)


def moment(owner: JsonObject, key: str) -> Moment | None:
    """The RationalTime under `key`. Raises BadInput where it is none, or absurd."""
    view = owner.object(key)
    if view is None:
        return None
    value, rate = view.number("value"), view.number("rate")
    if value is None or rate is None or abs(value) > _LARGEST or not _SLOWEST < rate < _FASTEST:
        raise owner.wrong(key, "a time with a value and a rate")
    return Moment(Fraction(value), _snapped(float(rate)))


def stretch(owner: JsonObject, key: str) -> Stretch | None:
    """The TimeRange under `key`. Raises BadInput where it is none, or runs backwards."""
    view = owner.object(key)
    if view is None:
        return None
    start, duration = moment(view, "start_time"), moment(view, "duration")
    if duration is None or duration.value < 0:
        raise owner.wrong(key, "a range with a duration that is not negative")
    if start is None:
        return Stretch(Fraction(0), duration.seconds, duration.rate)
    return Stretch(start.seconds, duration.seconds, max(start.rate, duration.rate))


def record_start(timeline: JsonObject, start: Moment, rate: Fraction) -> Timecode:
    """The record timecode of the first frame.

    RationalTime has no word for drop-frame; files that came from FCP XML keep it in metadata.
    """
    view: JsonObject | None = timeline
    for key in ("metadata", "fcp_xml", "timecode"):
        view = view.object(key) if view is not None and view.member(key) is not None else None
    form = view.string("displayformat") if view is not None else None
    ntsc = rate.denominator == 1001 and nominal_rate(rate) % 30 == 0
    drop = ntsc and (form or "").strip().upper() == "DF"
    return Timecode(nearest_frame(start.seconds, rate), rate, drop_frame=drop)
