"""How much of a frame each role covers, counted in the background."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from psygnal import Signal

from void_studio.app.session.shot import OpenShot
from void_studio.app.session.tasks import Tasks
from void_studio.quadmask import QuadmaskSnapshot, affected_of, remove_of

__all__ = ["FrameShares", "ShareCounter"]


@dataclass(frozen=True, slots=True)
class FrameShares:
    """Shares of a frame, 0..1: of remove, of affected, and of both at once."""

    frame: int
    remove: float
    affected: float
    overlap: float


class ShareCounter:
    """Counts one frame at a time; of the session's thread. `counted` carries FrameShares."""

    counted = Signal(FrameShares)

    def __init__(self, tasks: Tasks) -> None:
        self._tasks = tasks
        self._running = False
        self._next: tuple[OpenShot, int] | None = None

    def count(self, shot: OpenShot, frame: int) -> None:
        """Count a frame as it is now; while one is being counted only the newest call waits."""
        self._next = (shot, frame)
        if not self._running:
            self._begin()

    def _begin(self) -> None:
        if self._next is None:
            return
        (shot, frame), self._next = self._next, None
        if frame not in shot.document.range:
            return
        self._running = True
        snapshot = shot.document.snapshot()
        self._tasks.start(
            "count the quadmask", lambda _: _shares(snapshot, frame), done=self._counted
        )

    def _counted(self, shares: FrameShares) -> None:
        self._running = False
        self.counted.emit(shares)
        self._begin()


def _shares(snapshot: QuadmaskSnapshot, frame: int) -> FrameShares:
    values = snapshot.values(frame)
    remove, affected = remove_of(values), affected_of(values)
    counts = (np.count_nonzero(each) for each in (remove, affected, remove & affected))
    return FrameShares(frame, *(int(count) / values.size for count in counts))
