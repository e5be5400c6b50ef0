"""Playing in motion: at the plate's rate, leaving out what is not there in time, and saying so."""

from __future__ import annotations

import time
from collections.abc import Callable

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from void_studio.app.session import Compare, Viewing
from void_studio.core import FrameRange

__all__ = ["Player"]

_FASTEST = 8.0
_FLICKER_MS = 250
_SHORTEST_MS = 4
_EARLY = 1e-6


class Player(QObject):
    """Moves `view.frame` by the clock, from in to out. Only frames in memory are shown.

    Whoever sets `view.playing` or `view.speed` plays, too.

    `dropped_changed` carries how many frames were due and not shown since playing began;
    `flickered` that the other side's turn came. `loops` begins anew at the end.
    """

    dropped_changed = Signal(int)
    flickered = Signal()

    def __init__(
        self,
        viewing: Viewing,
        parent: QObject | None = None,
        *,
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        super().__init__(parent)
        self._viewing = viewing
        self._view = viewing.session.view
        self._clock = clock
        self.loops = True
        self.dropped = 0
        self._began = 0.0
        self._from = 0
        self._last = 0
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self.tick)
        self._flicker = QTimer(self)
        self._flicker.setInterval(_FLICKER_MS)
        self._flicker.timeout.connect(self.flickered)
        self._view.changed.connect(self._follow_view)
        viewing.frames_changed.connect(self.stop)

    def release(self) -> None:
        """Stop for good."""
        self._timer.stop()
        self._flicker.stop()
        self._view.changed.disconnect(self._follow_view, missing_ok=True)
        self._viewing.frames_changed.disconnect(self.stop, missing_ok=True)

    def toggle(self) -> None:
        """Play forwards at speed, or stop."""
        if self._view.playing:
            self.stop()
        else:
            self.play(1.0)

    def shuttle(self, direction: int) -> None:
        """Play this way; again, twice as fast."""
        speed = self._view.speed
        same = self._view.playing and speed * direction > 0
        self.play(direction * min(_FASTEST, 2 * abs(speed) if same else 1.0))

    def play(self, speed: float) -> None:
        """Play from here; below 0 backwards."""
        if speed:
            self._view.speed = speed
            self._view.playing = True

    def stop(self) -> None:
        """Stop on the frame that is shown."""
        self._view.playing = False

    def _begin(self) -> None:
        shot = self._viewing.session.shot
        span, speed = self._viewing.in_out(), self._view.speed
        if shot is None or not span or not speed:
            self.stop()
            return
        if self._view.frame not in span or self._is_at_end(span, speed):
            self._view.frame = span.start if speed > 0 else span.last
        self.dropped = 0
        self._from, self._last, self._began = self._view.frame, 0, self._clock()
        self._timer.start(max(_SHORTEST_MS, int(500 / float(shot.plate.rate) / abs(speed))))
        self.dropped_changed.emit(0)

    def tick(self) -> None:
        """Show the frame that is due now, if it is another one and there."""
        shot, server = self._viewing.session.shot, self._viewing.frames
        span = self._viewing.in_out()
        if shot is None or server is None or not span:
            self.stop()
            return
        elapsed = self._clock() - self._began
        step = int(elapsed * float(shot.plate.rate) * abs(self._view.speed) + _EARLY)
        if step <= self._last:
            return
        frame = self._frame_at(step, span)
        if frame is None:
            self._view.frame = span.last if self._view.speed > 0 else span.start
            self.stop()
            return
        there = server.picture(frame) is not None
        left_out = step - self._last - (1 if there else 0)
        self._last = step
        if left_out:
            self.dropped += left_out
            self.dropped_changed.emit(self.dropped)
        if there:
            self._view.frame = frame
        else:
            server.request(frame)

    def _frame_at(self, step: int, span: FrameRange) -> int | None:
        """The frame after this many steps; None past the end without a loop."""
        forwards = self._view.speed > 0
        at = self._from - span.start + (step if forwards else -step)
        if not self.loops and not 0 <= at < len(span):
            return None
        return span.start + at % len(span)

    def _is_at_end(self, span: FrameRange, speed: float) -> bool:
        return self._view.frame == (span.last if speed > 0 else span.start)

    def _follow_view(self, field: str) -> None:
        if field == "playing" and not self._view.playing:
            self._timer.stop()
        elif field == "playing" or (field == "speed" and self._view.playing):
            self._begin()
        elif field == "compare":
            if self._view.compare is Compare.FLICKER:
                self._flicker.start()
            else:
                self._flicker.stop()
