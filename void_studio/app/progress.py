"""Progress of long work: what is told, and to whom."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Protocol

from void_studio.core import Cancelled

__all__ = ["Reporter", "SilentReporter", "Stages", "raise_if"]


class Reporter(Protocol):
    """Told what is going on; shows it or does not."""

    def progress(self, stage: str, done: int, total: int, eta_s: float | None) -> None:
        """`done` of `total` units of `stage`; seconds left when known."""

    def note(self, message: str) -> None:
        """A line that a person should read."""


class SilentReporter:
    """Tells nobody."""

    def progress(self, stage: str, done: int, total: int, eta_s: float | None) -> None:
        """Do nothing."""

    def note(self, message: str) -> None:
        """Do nothing."""


def raise_if(cancelled: Callable[[], bool]) -> None:
    """Raise Cancelled once `cancelled()` is true."""
    if cancelled():
        raise Cancelled("cancelled")


@dataclass(slots=True)
class Stages:
    """Seconds that each named stage took, and a reporter that learns of each step."""

    reporter: Reporter
    seconds: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def stage(self, name: str) -> Iterator[Callable[[int, int], None]]:
        """Time a stage; the yielded function reports `done` of `total` with a linear estimate."""
        began = time.monotonic()

        def step(done: int, total: int) -> None:
            spent = time.monotonic() - began
            eta_s = spent / done * (total - done) if done else None
            self.reporter.progress(name, done, total, eta_s)

        try:
            yield step
        finally:
            spent = time.monotonic() - began
            self.seconds[name] = round(self.seconds.get(name, 0.0) + spent, 3)
