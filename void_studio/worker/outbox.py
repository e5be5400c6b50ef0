"""Numbered messages that are kept until the other end of a lossy link has them."""

from __future__ import annotations

import threading
from collections import deque
from typing import Generic, Protocol, TypeVar

__all__ = ["Outbox"]


class _Numbered(Protocol):
    seq: int

    def ByteSize(self) -> int: ...  # noqa: N802  named by protobuf


_MessageT = TypeVar("_MessageT", bound=_Numbered)


class Outbox(Generic[_MessageT]):
    """Any thread may use it. `put` waits while more than `limit_bytes` are not acknowledged."""

    def __init__(self, limit_bytes: int) -> None:
        self._limit_bytes = limit_bytes
        self._changed = threading.Condition()
        self._kept: deque[tuple[_MessageT, int]] = deque()
        self._kept_bytes = 0
        self._last = 0
        self._closed = False

    def put(self, message: _MessageT) -> bool:
        """Give the message the next number and keep it; False when the box is closed."""
        with self._changed:
            self._changed.wait_for(lambda: self._closed or self._kept_bytes < self._limit_bytes)
            if self._closed:
                return False
            self._last += 1
            message.seq = self._last
            size = message.ByteSize()
            self._kept.append((message, size))
            self._kept_bytes += size
            self._changed.notify_all()
            return True

    def acknowledge(self, seq: int) -> None:
        """The other end has everything up to number `seq`."""
        with self._changed:
            while self._kept and self._kept[0][0].seq <= seq:
                self._kept_bytes -= self._kept.popleft()[1]
            self._changed.notify_all()

    def after(self, seq: int, timeout_s: float) -> _MessageT | None:
        """The oldest message numbered above `seq`; None when none comes in time, or on `wake`."""
        with self._changed:
            if (found := self._first_after(seq)) is None and not self._closed:
                self._changed.wait(timeout_s)
                found = self._first_after(seq)
            return found

    def wake(self) -> None:
        """Let whoever waits look again."""
        with self._changed:
            self._changed.notify_all()

    def close(self) -> None:
        """Take no more messages; those that are there can still be had."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    def drained(self, seq: int) -> bool:
        """Whether the box is closed and nothing is left above `seq`."""
        with self._changed:
            return self._closed and self._first_after(seq) is None

    def _first_after(self, seq: int) -> _MessageT | None:
        for message, _ in self._kept:
            if message.seq > seq:
                return message
        return None
