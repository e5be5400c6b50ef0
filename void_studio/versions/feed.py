"""Frames of a plate or a copy in order, decoded ahead by a thread of its own."""

from __future__ import annotations

from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor
from fractions import Fraction
from pathlib import Path
from types import TracebackType
from typing import Self

from void_studio.media import Frame, PlateRef, is_sequence, open_plate

__all__ = ["Feed"]

_AHEAD = 2


class Feed:
    """A context; `frame` gives what was asked for by `start`, one after the other.

    `rate` is that of an image sequence; a movie states its own.
    """

    def __init__(self, path: Path, *, rate: Fraction) -> None:
        of_files = rate if is_sequence(path) else None
        self._reader = open_plate(path, sequential=True, rate=of_files)
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="feed")
        self._waiting: deque[Future[Frame]] = deque()
        self._next = self._stop = 0

    @property
    def ref(self) -> PlateRef:
        """The facts of the movie."""
        return self._reader.ref

    def start(self, skip: int, count: int) -> None:
        """Begin to decode `count` frames after the first `skip`, or as many as there are."""
        available = self.ref.available_range
        self._next = available.start + skip
        self._stop = min(self._next + count, available.stop)
        for _ in range(_AHEAD):
            self._submit()

    def frame(self) -> Frame | None:
        """The next frame, None after the last. Raises BadInput when it is damaged."""
        if not self._waiting:
            return None
        frame = self._waiting.popleft().result()
        self._submit()
        return frame

    def _submit(self) -> None:
        if self._next < self._stop:
            self._waiting.append(self._pool.submit(self._reader.read, self._next))
            self._next += 1

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._pool.shutdown(cancel_futures=True)
        self._reader.close()
