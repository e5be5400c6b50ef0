"""How panels write times, spans and counts."""

from __future__ import annotations

from datetime import datetime
from fractions import Fraction

__all__ = ["clock", "day_and_clock", "left", "per_second", "plural", "took"]

_UNKNOWN = "\N{EN DASH}"


def left(seconds: float | None) -> str:
    """Time left: `0:18`, `1:02:03`; a dash while unknown."""
    if seconds is None:
        return _UNKNOWN
    minutes, rest = divmod(max(0, round(seconds)), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{rest:02d}" if hours else f"{minutes}:{rest:02d}"


def took(seconds: float) -> str:
    """Time spent: `38 s`, `3 min 12 s`, `1 h 4 min`."""
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // 3600} h {whole % 3600 // 60} min"


def clock(moment: datetime | None) -> str:
    """`14:05:09` of this computer's clock; a dash when there is none."""
    return moment.astimezone().strftime("%H:%M:%S") if moment else _UNKNOWN


def day_and_clock(moment: datetime, now: datetime) -> str:
    """`today 14:05`, `yesterday 18:51`, `2026-11-19 10:20`."""
    here, today = moment.astimezone(), now.astimezone().date()
    days = (today - here.date()).days
    named = {0: "today", 1: "yesterday"}.get(days, here.date().isoformat())
    return f"{named} {here:%H:%M}"


def plural(count: int, noun: str) -> str:
    """`1 frame`, `2 frames`."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def per_second(rate: Fraction) -> str:
    """`24 fps`, `23.976 fps`."""
    return f"{float(rate):.3f}".rstrip("0").rstrip(".") + " fps"
