"""Where the studio's parts are put together."""

from __future__ import annotations

from void_studio.app.workers import connected
from void_studio.assist import FrameSource, Say, SegmenterSession, silent
from void_studio.core import FrameRange
from void_studio.worker.client import GrpcRunner

__all__ = ["GrpcRunner", "RemoteSegmenter", "connected"]


class RemoteSegmenter:
    """A Segmenter whose sessions live in a worker."""

    def __init__(self, runner: GrpcRunner, segmenter_id: str) -> None:
        self._runner = runner
        self._id = segmenter_id

    @property
    def id(self) -> str:
        """The name that the worker knows it by."""
        return self._id

    def open(
        self, source: FrameSource, frames: FrameRange, *, say: Say = silent
    ) -> SegmenterSession:
        """Open a session on the worker; frames cross the wire as the worker asks for them."""
        return self._runner.open_segmenter(self._id, source, frames, say=say)
