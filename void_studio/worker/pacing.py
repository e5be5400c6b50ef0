"""How often a job speaks, and how long it will still take."""

from __future__ import annotations

from collections import deque
from statistics import median

__all__ = ["Pace", "UnitClock"]


class Pace:
    """Lets through at most one message per `interval_s`, and per 1/`slots` of the elapsed time.

    So a job of days does not fill its log: the count grows with the logarithm of the time.
    """

    def __init__(self, interval_s: float, slots: int) -> None:
        self._interval_s = interval_s
        self._slots = slots
        self._first_s: float | None = None
        self._last_s = 0.0

    def due(self, now_s: float) -> bool:
        """Whether a message may go now; when so, it counts as gone."""
        if self._first_s is None:
            self._first_s = self._last_s = now_s
            return True
        pause_s = max(self._interval_s, (now_s - self._first_s) / self._slots)
        if now_s - self._last_s < pause_s:
            return False
        self._last_s = now_s
        return True


class UnitClock:
    """Seconds per unit of work: the median over the last steps."""

    def __init__(self, steps: int = 15) -> None:
        self._unit_s: deque[float] = deque(maxlen=steps)
        self._last: tuple[int, float] | None = None

    def eta_s(self, done: int, total: int, now_s: float) -> float | None:
        """Seconds left after `done` of `total` units, None before a step was measured."""
        if self._last is None or done < self._last[0]:
            self._last = (done, now_s)
        elif done > self._last[0]:
            units = done - self._last[0]
            self._unit_s.append((now_s - self._last[1]) / units)
            self._last = (done, now_s)
        return median(self._unit_s) * (total - done) if self._unit_s else None
