"""How a clip's file spells times, ranges and references, and new ones spelt the same way."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from void_studio.core import FrameRange, snap_rate
from void_studio.timeline.json_style import Value
from void_studio.timeline.json_view import JsonObject

__all__ = ["Spelling", "in_order_of", "number_token", "spelling_of"]

_TIME_KEYS = ("OTIO_SCHEMA", "rate", "value")
_RANGE_KEYS = ("OTIO_SCHEMA", "duration", "start_time")


@dataclass(frozen=True, slots=True)
class Spelling:
    """Key orders, schema tokens and number forms of the ranges that a file holds.

    `rates` maps an exact rate to the token that the file uses for it.
    """

    time_keys: tuple[str, ...]
    range_keys: tuple[str, ...]
    time_schema: bytes
    range_schema: bytes
    pointed: bool
    rates: Mapping[Fraction, bytes]

    def time(self, value: Fraction | int, rate: Fraction) -> Mapping[str, Value]:
        """A RationalTime of `value` units."""
        tokens: dict[str, Value] = {
            "OTIO_SCHEMA": self.time_schema,
            "rate": self.rate(rate),
            "value": number_token(value, pointed=self.pointed),
        }
        return {key: tokens[key] for key in self.time_keys}

    def range(self, frames: FrameRange, rate: Fraction) -> Mapping[str, Value]:
        """A TimeRange of whole frames."""
        return self.stretch(Fraction(frames.start), Fraction(frames.duration), rate)

    def stretch(self, start: Fraction, duration: Fraction, rate: Fraction) -> Mapping[str, Value]:
        """A TimeRange of `duration` units from `start` on."""
        tokens: dict[str, Value] = {
            "OTIO_SCHEMA": self.range_schema,
            "duration": self.time(duration, rate),
            "start_time": self.time(start, rate),
        }
        return {key: tokens[key] for key in self.range_keys}

    def rate(self, rate: Fraction) -> bytes:
        """The file's own token for `rate`, else the shortest exact float."""
        return self.rates.get(rate) or number_token(rate, pointed=self.pointed)


def spelling_of(views: Iterable[JsonObject | None]) -> Spelling:
    """The spelling used by the first of these TimeRanges that is there; rates from all of them."""
    ranges = [view for view in views if view is not None]
    times = [
        time
        for view in ranges
        for key in ("start_time", "duration")
        if (time := view.object(key)) is not None
    ]
    rates: dict[Fraction, bytes] = {}
    for time in times:
        token, rate = time.raw("rate"), time.number("rate")
        if token is not None and rate:
            rates.setdefault(snap_rate(float(rate)), token)
    values = [time.raw("value") or b"" for time in times]
    return Spelling(
        time_keys=in_order_of(times[0] if times else None, _TIME_KEYS),
        range_keys=in_order_of(ranges[0] if ranges else None, _RANGE_KEYS),
        time_schema=_schema(times, b'"RationalTime.1"'),
        range_schema=_schema(ranges, b'"TimeRange.1"'),
        pointed=not values or any(b"." in value for value in values),
        rates=rates,
    )


def in_order_of(model: JsonObject | None, keys: tuple[str, ...]) -> tuple[str, ...]:
    """`keys` in the order in which `model` has them, those that it lacks last."""
    written = [member.key for member in model.members] if model is not None else []
    return tuple(
        sorted(
            keys, key=lambda key: (key not in written, written.index(key) if key in written else 0)
        )
    )


def number_token(value: Fraction | int, *, pointed: bool) -> bytes:
    """A number as JSON, whole ones with or without a point."""
    exact = Fraction(value)
    if exact.denominator != 1:
        return repr(float(exact)).encode()
    return f"{exact.numerator}.0".encode() if pointed else str(exact.numerator).encode()


def _schema(views: list[JsonObject], default: bytes) -> bytes:
    return (views[0].raw("OTIO_SCHEMA") if views else None) or default
