"""One thread that turns frames of one movie or sequence into pictures."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from void_studio.core import StudioError
from void_studio.media import Frame, PlateReader

__all__ = ["DecodeLane", "Failure", "Lane"]


@dataclass(frozen=True, slots=True)
class Failure:
    """A frame that can not be shown, and why, in one line."""

    frame: int
    text: str


@dataclass(frozen=True, slots=True)
class Lane:
    """What a lane works with, all called on its thread.

    `offset` is added to a frame to find the reader's; `deliver` is given the former.
    """

    open_reader: Callable[[], PlateReader]
    offset: int
    deliver: Callable[[int, Frame], None]
    fail: Callable[[Failure], None]


class DecodeLane:
    """Decodes the newest request first, then what was asked for ahead, in the order given.

    A request that was not begun is dropped when a newer one comes. The thread starts with the
    first request and ends some time after `close`; `join` waits for that. May be called from the
    session's thread only.
    """

    def __init__(self, lane: Lane, *, name: str) -> None:
        self._lane = lane
        self._wake = threading.Condition()
        self._urgent: int | None = None
        self._due = 0.0
        self._ahead: deque[int] = deque()
        self._closed = False
        self._busy = False
        self._thread = threading.Thread(target=self._run, name=name)

    @property
    def is_urgent(self) -> bool:
        """Whether a request waits or is worked on. Any thread."""
        return self._urgent is not None or self._busy

    def ask(self, frame: int, *, rest_s: float = 0.0) -> None:
        """Decode a frame once nothing newer was asked for during `rest_s`."""
        with self._wake:
            self._urgent, self._due = frame, time.monotonic() + rest_s
            self._start()

    def forget(self) -> None:
        """Drop the request that waits."""
        with self._wake:
            self._urgent = None

    def ahead(self, frames: Iterable[int]) -> None:
        """Decode these when there is nothing else to do; replaces what was asked for before."""
        with self._wake:
            self._ahead = deque(frames)
            if self._ahead:
                self._start()

    def close(self) -> None:
        """Stop after the frame that is being decoded. Idempotent."""
        with self._wake:
            self._closed = True
            self._wake.notify()

    def join(self, timeout_s: float | None = None) -> None:
        """Wait for the thread to end after `close`."""
        if self._thread.is_alive():
            self._thread.join(timeout_s)

    def _start(self) -> None:
        if not self._closed and not self._thread.is_alive() and self._thread.ident is None:
            self._thread.start()
        self._wake.notify()

    def _run(self) -> None:
        reader: PlateReader | None = None
        try:
            while (frame := self._next()) is not None:
                try:
                    reader = reader or self._lane.open_reader()
                    self._lane.deliver(frame, reader.read(frame + self._lane.offset))
                except (StudioError, OSError) as error:
                    self._lane.fail(Failure(frame, _line(error)))
                self._busy = False
        finally:
            if reader is not None:
                reader.close()

    def _next(self) -> int | None:
        """The frame to decode now; None once closed."""
        with self._wake:
            while not self._closed:
                now = time.monotonic()
                if self._urgent is not None and now >= self._due:
                    frame, self._urgent, self._busy = self._urgent, None, True
                    return frame
                if self._urgent is not None:
                    self._wake.wait(self._due - now)
                elif self._ahead:
                    return self._ahead.popleft()
                else:
                    self._wake.wait()
            return None


def _line(error: StudioError | OSError) -> str:
    return error.what if isinstance(error, StudioError) else str(error.strerror or error)
