"""CMX 3600 text made ready for OTIO's reader: decoded, its rate found, drop frame marked."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from void_studio.core import BadInput, UsageError, format_rate, nominal_rate

__all__ = ["SPEED_NOTE", "EventList", "event_list"]

SPEED_NOTE = "void_studio speed "

_NTSC = Fraction(30000, 1001)
_DROP_RATES = (_NTSC, 2 * _NTSC)
_BY_LAST_FRAME = ((23, 24), (24, 25), (29, 30), (47, 48), (49, 50), (59, 60), (99, 100))
_TIMECODE = re.compile(r"(?<![\d:;])(\d{1,2}:\d\d:\d\d)([:;])(\d\d)(?!\d)")
_EVENT = re.compile(r"\s*\d+\s+\S")
_SPEED = re.compile(r"\s*M2\s+(\S+)\s+(-?\d+(?:\.\d+)?)\s")
_FCM = re.compile(r"\s*FCM:?\s*(NON[- ]?)?DROP", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class EventList:
    """EDL text whose timecodes OTIO reads rightly at `rate`."""

    text: str
    rate: Fraction
    warnings: tuple[str, ...]


def event_list(data: bytes, path: Path, rate: Fraction | None) -> EventList:
    """The events of an EDL; `rate` is the person's word, None to go by the timecodes.

    Drop frame (`FCM: DROP FRAME` or `;`) means 29.97 or 59.94; otherwise the highest frame number
    tells the least rate that there can be, and a warning says so. Raises BadInput when there is no
    event, UsageError when `rate` can not be the one.
    """
    text = _decoded(data)
    lines = text.splitlines()
    if not any(_EVENT.match(line) and _TIMECODE.search(line) for line in lines):
        raise BadInput(
            "there is no event in it, so it is not a CMX 3600 EDL",
            where=path,
            hint="export it as CMX 3600, or as .otio",
        )
    marked, drop = _marked(lines)
    highest = max(int(code[3]) for line in marked for code in _TIMECODE.finditer(line))
    if rate is not None:
        _check(rate, highest, path, drop=drop)
        return EventList("\n".join(marked), rate, ())
    found = _rate(highest, drop=drop)
    warning = (
        f"the EDL does not say its rate: {format_rate(found)} frames per second were taken because"
        f" its timecodes count {'in drop frame' if drop else f'up to frame {highest}'};"
        " name the right rate with --rate"
    )
    return EventList("\n".join(marked), found, (warning,))


def _decoded(data: bytes) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("latin-1")


def _marked(lines: list[str]) -> tuple[list[str], bool]:
    """Every timecode of an event that counts in drop frame with `;`, and whether there is one.

    A speed (`M2`) is noted in a comment too, because OTIO's reader forgets some.
    """
    marked: list[str] = []
    mode = any_drop = False
    for line in lines:
        said = _FCM.match(line)
        if said:
            mode = said[1] is None
        elif _EVENT.match(line):
            dropping = mode or any(code[2] == ";" for code in _TIMECODE.finditer(line))
            any_drop |= dropping
            line = _TIMECODE.sub(r"\1;\3" if dropping else r"\1:\3", line)
        marked.append(line)
        speed = _SPEED.match(line)
        if speed:
            marked.append(f"* {SPEED_NOTE}{speed[2]} {speed[1]}")
    return marked, any_drop


def _rate(highest: int, *, drop: bool) -> Fraction:
    if drop:
        return _DROP_RATES[highest > 29]
    return Fraction(next(rate for last, rate in _BY_LAST_FRAME if highest <= last))


def _check(rate: Fraction, highest: int, path: Path, *, drop: bool) -> None:
    if drop and rate not in _DROP_RATES:
        raise UsageError(
            f"the EDL counts in drop frame, which {format_rate(rate)} frames per second has not",
            where=path,
            hint="use --rate 29.97 or 59.94",
        )
    if highest >= nominal_rate(rate):
        raise UsageError(
            f"the EDL has timecodes up to frame {highest}, too many for --rate {format_rate(rate)}",
            where=path,
            hint="name the rate that it was cut at",
        )
