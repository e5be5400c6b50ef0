"""Frame rates as exact fractions.

Hosts write 24000/1001 as 23.976, 23.98, 23.976023976023978 or the float32 nearest to it; compared
as floats they drift by up to 14 frames an hour, so every rate is snapped once, when it is read.
"""

from __future__ import annotations

import math
import re
from fractions import Fraction

from void_studio.core.errors import BadInput

__all__ = ["format_rate", "nominal_rate", "parse_rate", "rescale", "snap_rate"]

_WHOLE = (1, 6, 8, 10, 12, 15, 16, 18, 20, 24, 25, 30, 48, 50, 60, 72, 90, 96, 100, 120, 144, 240)
_NTSC = tuple(Fraction(base * 1000, 1001) for base in (12, 15, 24, 30, 48, 60, 96, 120, 240))
_STANDARD = tuple(Fraction(base) for base in _WHOLE) + _NTSC
_TOLERANCE = 0.0003
_RATIO = re.compile(r"\s*(\d{1,9})\s*(?:[/:]\s*(\d{1,9})\s*)?")
_DECIMAL = re.compile(r"\s*\d{1,6}\.\d{1,20}\s*")


def snap_rate(value: float) -> Fraction:
    """The standard rate meant by `value` frames per second, else its simplest close fraction.

    Raises BadInput when `value` is not a positive finite number.
    """
    if not math.isfinite(value) or not 1e-4 < value < 1e6:
        raise BadInput(f"{value!r} is not a frame rate", hint="use a number such as 24 or 23.976")
    nearest = min(_STANDARD, key=lambda rate: abs(float(rate) - value))
    if abs(float(nearest) - value) <= _TOLERANCE * value:
        return nearest
    return Fraction(value).limit_denominator(100_000)


def parse_rate(text: str) -> Fraction:
    """Read "24", "24000/1001" or "23.976". Raises BadInput otherwise."""
    if match := _RATIO.fullmatch(text):
        rate = Fraction(int(match[1]), int(match[2] or 1)) if match[2] != "0" else Fraction(0)
        if rate > 0:
            return rate
    elif _DECIMAL.fullmatch(text):
        return snap_rate(float(text))
    raise BadInput(f"{text!r} is not a frame rate", hint='write "25", "24000/1001" or "23.976"')


def format_rate(rate: Fraction) -> str:
    """`24000/1001`, or `25` when whole."""
    return str(rate)


def nominal_rate(rate: Fraction) -> int:
    """Frames counted per timecode second: 24 for 24000/1001."""
    return max(1, math.floor(rate + Fraction(1, 2)))


def rescale(frames: int, source: Fraction, target: Fraction) -> int:
    """Frame count at `target` rate for the time of `frames` at `source` rate, nearest, ties up."""
    return math.floor(frames * target / source + Fraction(1, 2))
