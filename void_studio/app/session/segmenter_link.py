"""One segmenter session on a worker, opened when it is first needed; used by tasks."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

from void_studio.core import Cancelled, FrameRange
from void_studio.media import PlateRef

if TYPE_CHECKING:
    from void_studio.app.assisting import ShotSession
    from void_studio.app.wiring import GrpcRunner

__all__ = ["SegmenterLink"]


class SegmenterLink:
    """Holds a connection and a session over `frames` of a plate. Any thread.

    `worker` is a name or address, `wanted` a segmenter's id or "auto".
    """

    def __init__(self, plate: PlateRef, frames: FrameRange, *, worker: str, wanted: str) -> None:
        self._plate, self._frames = plate, frames
        self._worker, self._wanted = worker, wanted
        self._lock = threading.Lock()
        self._closed = False
        self._runner: GrpcRunner | None = None
        self._session: ShotSession | None = None
        self.segmenter = ""

    @property
    def worker(self) -> str:
        """The worker that it runs on."""
        return self._worker

    def session(self, say: Callable[[str], None]) -> ShotSession:
        """The open session; the first call connects and opens it. Blocks; for tasks.

        Raises Cancelled once it is closed, and what stands in the way of connecting.
        """
        with self._lock:
            if self._closed:
                raise Cancelled("the shot was left", where=self._worker)
            if self._session is None:
                self._session = self._opened(say)
            return self._session

    def stop(self) -> None:
        """End the propagation that is under way."""
        session = self._session
        if session is not None:
            session.stop()

    def close(self) -> None:
        """Let go of session and connection, on a thread of its own. Idempotent."""
        self._closed = True
        self.stop()
        threading.Thread(target=self._let_go, name="close the segmenter", daemon=True).start()

    def _opened(self, say: Callable[[str], None]) -> ShotSession:
        from void_studio.app.assisting import ShotSession
        from void_studio.app.segmenting import segmenter_id
        from void_studio.app.wiring import RemoteSegmenter
        from void_studio.app.workers import connect_named

        if self._runner is None:
            self._runner = connect_named(self._worker)
        self.segmenter = segmenter_id(self._wanted, self._runner)
        segmenter = RemoteSegmenter(self._runner, self.segmenter)
        return ShotSession(segmenter, self._plate, self._frames, say=say)

    def _let_go(self) -> None:
        with self._lock:
            session, self._session = self._session, None
            runner, self._runner = self._runner, None
        if session is not None:
            session.close()
        if runner is not None:
            runner.close()
