"""How work reaches the one thread that a session belongs to."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable

__all__ = ["Post", "Posted"]

Post = Callable[[Callable[[], None]], None]
"""Run this soon on the session's thread. May be called from any thread; returns at once."""


class Posted:
    """A Post without an event loop: what was posted waits until the session's thread drains it."""

    def __init__(self) -> None:
        self._waiting: deque[Callable[[], None]] = deque()
        self._arrived = threading.Condition()

    def __call__(self, work: Callable[[], None]) -> None:
        """Post `work`. Any thread."""
        with self._arrived:
            self._waiting.append(work)
            self._arrived.notify()

    def drain(self, until: Callable[[], bool] | None = None, timeout_s: float = 60.0) -> None:
        """Run what was posted, in order; with `until`, go on until it holds.

        Only the session's thread may call it. Raises TimeoutError when `until` does not come true
        within `timeout_s` seconds.
        """
        ends = time.monotonic() + timeout_s
        while True:
            self._run_waiting()
            if until is None or until():
                return
            with self._arrived:
                if not self._waiting and not self._arrived.wait(ends - time.monotonic()):
                    raise TimeoutError(f"waited {timeout_s} s for what was to be posted")

    def _run_waiting(self) -> None:
        while True:
            with self._arrived:
                if not self._waiting:
                    return
                work = self._waiting.popleft()
            work()
