"""Plays steps one after the other while the window's own event loop runs."""

from __future__ import annotations

import time
from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer, Signal

from void_studio.core import StudioError
from void_studio.gui.drive.script import Step

__all__ = ["Act", "Player"]

_TICK_MS = 10
_QUIET_TICKS = 5

Ready = Callable[[], str]
Act = Callable[[Step], Ready | None]
"""Does a step; what it returns says what is still missing, empty once the step is done."""


class Player(QObject):
    """Plays `steps` with `act`; `ended` carries None, or the error of the step that failed.

    A step begins only after the events of the one before were handled, so that a dialog that a
    step opens is there for the next.
    """

    ended = Signal(object)

    def __init__(self, steps: tuple[Step, ...], act: Act, parent: QObject) -> None:
        super().__init__(parent)
        self._steps = list(steps)
        self._act = act
        self._ready: Ready | None = None
        self._quiet = 0
        self._deadline = 0.0
        self._now: Step | None = None
        self.done: list[tuple[Step, float]] = []
        self._began = 0.0
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._tick)

    def start(self) -> None:
        """Begin, as soon as the event loop turns."""
        self._timer.start(_TICK_MS)

    def _tick(self) -> None:
        try:
            if self._now is None:
                self._begin()
            elif self._is_over(self._now):
                self.done.append((self._now, time.monotonic() - self._began))
                self._now = None
        except StudioError as error:
            self._end(error)

    def _begin(self) -> None:
        if not self._steps:
            self._end(None)
            return
        self._now = step = self._steps.pop(0)
        self._began = time.monotonic()
        self._deadline = self._began + step.timeout_s
        self._quiet = 0
        self._ready = self._act(step)

    def _is_over(self, step: Step) -> bool:
        missing = self._ready() if self._ready is not None else ""
        if missing:
            if time.monotonic() > self._deadline:
                raise StudioError(f"waited {step.timeout_s:g} s in vain", where=missing)
            return False
        self._quiet += 1
        return self._quiet >= _QUIET_TICKS

    def _end(self, error: StudioError | None) -> None:
        self._timer.stop()
        self.ended.emit(None if error is None else (self._now, error))
