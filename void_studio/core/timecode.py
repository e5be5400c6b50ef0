"""SMPTE timecode: a label on a frame count, never a duration in seconds (SMPTE ST 12-1)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction

from void_studio.core.errors import BadInput
from void_studio.core.rates import nominal_rate

__all__ = ["Timecode", "format_timecode", "parse_timecode"]

_TEXT = re.compile(r"(\d{2,3}):(\d{2}):(\d{2})([:;.,])(\d{2,3})")


@dataclass(frozen=True, slots=True)
class Timecode:
    """A frame count since 00:00:00:00, its rate and whether labels drop numbers.

    Drop-frame skips labels, not frames: `frames` always counts real frames.
    """

    frames: int
    rate: Fraction
    drop_frame: bool = False

    def __str__(self) -> str:
        return format_timecode(self.frames, self.rate, drop_frame=self.drop_frame)

    def at(self, frames: int) -> Timecode:
        """The timecode of another frame count in the same system."""
        return Timecode(frames, self.rate, self.drop_frame)


def _dropped_per_minute(base: int) -> int:
    return base // 15


def _can_drop(rate: Fraction) -> bool:
    return rate.denominator == 1001 and nominal_rate(rate) % 30 == 0


def format_timecode(frames: int, rate: Fraction, *, drop_frame: bool = False) -> str:
    """`HH:MM:SS:FF`, or `HH:MM:SS;FF` in drop-frame. Negative counts get a leading minus."""
    if frames < 0:
        return "-" + format_timecode(-frames, rate, drop_frame=drop_frame)
    base = nominal_rate(rate)
    if drop_frame and _can_drop(rate):
        drop = _dropped_per_minute(base)
        per_minute = base * 60 - drop
        tens, rest = divmod(frames, per_minute * 10 + drop)
        minutes = max(0, (rest - drop) // per_minute)
        frames += drop * (9 * tens + minutes)
    seconds, frame = divmod(frames, base)
    minutes, second = divmod(seconds, 60)
    hour, minute = divmod(minutes, 60)
    width = len(str(base - 1))
    separator = ";" if drop_frame else ":"
    return f"{hour:02d}:{minute:02d}:{second:02d}{separator}{frame:0{max(2, width)}d}"


def parse_timecode(text: str, rate: Fraction) -> Timecode:
    """Read `HH:MM:SS:FF` or, drop-frame, `HH:MM:SS;FF`.

    Raises BadInput for text of another form, for a field that is out of range, and for a label
    that drop-frame skips.
    """
    match = _TEXT.fullmatch(text.strip())
    if not match:
        raise BadInput(f"{text!r} is not a timecode", hint="write HH:MM:SS:FF or HH:MM:SS;FF")
    hour, minute, second, frame = (int(match[group]) for group in (1, 2, 3, 5))
    drop_frame = match[4] in ";.,"
    base = nominal_rate(rate)
    if minute > 59 or second > 59 or frame >= base:
        raise BadInput(f"timecode {text} has a field out of range at {rate} frames per second")
    frames = ((hour * 60 + minute) * 60 + second) * base + frame
    if not drop_frame:
        return Timecode(frames, rate)
    if not _can_drop(rate):
        raise BadInput(f"timecode {text} is drop-frame, which {rate} frames per second has not")
    drop = _dropped_per_minute(base)
    if minute % 10 and second == 0 and frame < drop:
        raise BadInput(f"timecode {text} is a number that drop-frame skips")
    minutes = hour * 60 + minute
    return Timecode(frames - drop * (minutes - minutes // 10), rate, drop_frame=True)
