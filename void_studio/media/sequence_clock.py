"""Rate and timecode that EXR and DPX headers carry."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from OpenImageIO import ImageSpec

from void_studio.core import BadInput, Timecode, format_timecode, parse_timecode, snap_rate

__all__ = ["rate_in", "timecode_in", "write_clock"]

_RATES = ("dpx:FrameRate", "dpx:TemporalFrameRate", "FramesPerSecond")
_TIMECODE = "smpte:TimeCode"
_DROP_FRAME = 1 << 6
_FIELDS = ((24, 2), (16, 3), (8, 3), (0, 2))


def rate_in(spec: ImageSpec) -> Fraction | None:
    """The rate that the header states, None when it states none that can be one."""
    rational = spec.getattribute("FramesPerSecond")
    if isinstance(rational, tuple | list) and len(rational) == 2 and min(rational) > 0:
        return Fraction(int(rational[0]), int(rational[1]))
    for name in _RATES:
        value = spec.getattribute(name)
        if isinstance(value, float | int) and 1 <= value <= 1000:
            return snap_rate(float(value))
    return None


def timecode_in(spec: ImageSpec, rate: Fraction) -> tuple[Timecode | None, str | None]:
    """The file's timecode, and a note where it states one that is none.

    The words are packed as in SMPTE ST 12-1 for 60-field television, as EXR and DPX have them:
    pairs of decimal digits and flags between them.
    """
    words = spec.getattribute(_TIMECODE)
    if not (isinstance(words, tuple | list) and len(words) == 2):
        return None, None
    word = int(words[0])
    fields = [_decimal(word >> shift & 0xFF, tens) for shift, tens in _FIELDS]
    separator = ";" if word & _DROP_FRAME else ":"
    hours, minutes, seconds, frames = fields
    text = f"{hours:02d}:{minutes:02d}:{seconds:02d}{separator}{frames:02d}"
    try:
        return parse_timecode(text, rate), None
    except BadInput as error:
        return None, f"a timecode in the header was ignored: {error.what}"


def write_clock(spec: ImageSpec, kind: str, rate: Fraction, timecode: Timecode | None) -> None:
    """State rate and timecode in a header of this kind (`.exr`); PNG and TIFF have no place."""
    if kind == ".exr":
        spec.attribute("FramesPerSecond", "rational", (rate.numerator, rate.denominator))
    elif kind == ".dpx":
        spec.attribute("dpx:FrameRate", float(rate))
    if timecode is not None and kind in (".exr", ".dpx"):
        words: Any = (_packed(timecode), 0)
        spec.attribute(_TIMECODE, "timecode", words)


def _packed(timecode: Timecode) -> int:
    text = format_timecode(timecode.frames, timecode.rate, drop_frame=timecode.drop_frame)
    digits = [int(text[at]) for at in (0, 1, 3, 4, 6, 7, 9, 10)]
    word = 0
    for tens, units in zip(digits[::2], digits[1::2], strict=True):
        word = word << 8 | tens << 4 | units
    return word | (_DROP_FRAME if timecode.drop_frame else 0)


def _decimal(byte: int, tens_bits: int) -> int:
    tens = byte >> 4 & ((1 << tens_bits) - 1)
    return tens * 10 + (byte & 0xF)
