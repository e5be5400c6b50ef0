"""The one thread that has the project file open."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from psygnal import Signal

from void_studio.app.session.posting import Post
from void_studio.core import Refused, StudioError
from void_studio.quadmask import Change, QuadmaskSnapshot

if TYPE_CHECKING:
    from void_studio.project import Project

__all__ = ["ProjectWriter"]

_LOG = logging.getLogger(__name__)
_CHECKPOINT_S = 2.0
_CHANGES_PER_SNAPSHOT = 50

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class _Unwritten:
    shot_id: str
    change: Change
    base: QuadmaskSnapshot | None


class ProjectWriter:
    """Does everything with the project file, in the order in which it was asked.

    A change is a transaction of its own and in the file a few milliseconds after it was made.
    Signals are emitted on the session's thread: `arrived` with the number of changes that were
    stored, `failed` when they could not be and are kept to be tried again, `snapshot_wanted` with
    a shot's id when nothing happens and many changes were made since its last snapshot.
    """

    arrived = Signal(int)
    failed = Signal(StudioError)
    snapshot_wanted = Signal(str)

    def __init__(self, project: Future[Project], thread: ThreadPoolExecutor, post: Post) -> None:
        self._project = project
        self._thread = thread
        self._post = post
        self._lock = threading.Lock()
        self._unwritten: list[_Unwritten] = []
        self._since_snapshot: dict[str, int] = {}
        self._timer: threading.Timer | None = None
        self._refused: Refused | None = None
        self._last_change = 0.0
        self._closed = False

    @classmethod
    def open(cls, path: Path, *, writable: bool, post: Post) -> ProjectWriter:
        """Open a project that is there. Blocks: for tasks only. Raises as `Project.open`."""
        thread = ThreadPoolExecutor(1, thread_name_prefix="project")
        project = thread.submit(_open, path, writable)
        try:
            project.result()
        except BaseException:
            thread.shutdown()
            raise
        return cls(project, thread, post)

    @property
    def writable(self) -> bool:
        """Whether this studio may change the project."""
        return self._project.result().writable

    @property
    def journal_mode(self) -> str:
        """How SQLite keeps the file whole: "wal", or "delete" on a network volume."""
        return self._project.result().journal_mode

    def call(self, work: Callable[[Project], T]) -> Future[T]:
        """Do `work` after what was asked before. Any thread; wait for the answer on tasks only."""
        return self._thread.submit(lambda: work(self._project.result()))

    def append(self, shot_id: str, change: Change, *, base: QuadmaskSnapshot | None = None) -> None:
        """Store a change of a document; `base` is needed where the project does not have it yet.

        Returns at once. Changes of one shot must come in order.
        """
        with self._lock:
            self._unwritten.append(_Unwritten(shot_id, change, base))
            self._last_change = time.monotonic()
        if self._refused is None:
            self._thread.submit(self._flush)

    def keep_snapshot(self, snapshot: QuadmaskSnapshot) -> Future[None]:
        """Store a whole document, which makes the changes before it unnecessary."""

        def keep(project: Project) -> None:
            project.keep_snapshot(snapshot)
            self._since_snapshot[snapshot.shot_id] = 0

        return self.call(keep)

    def checkpoint(self) -> Future[None]:
        """Have everything that was asked so far on the disk; raises what stands in the way."""

        def save() -> None:
            self._flush()
            self._to_disk()
            if self._refused is not None:
                raise self._refused

        return self._thread.submit(save)

    def close(self) -> int:
        """Store what is left and let go of the file; how many changes it refused to the end.

        Blocks. Idempotent.
        """
        if self._closed:
            return 0
        self._closed = True
        with self._lock:
            timer, self._timer = self._timer, None
        if timer is not None:
            timer.cancel()
            timer.join()
        self._thread.submit(self._flush)
        self.call(lambda project: project.close())
        self._thread.shutdown()
        lost = len(self._unwritten)
        if lost:
            _LOG.error("%d changes could not be stored in the project", lost)
        return lost

    def _flush(self) -> None:
        """Store what waits; on the writer's thread. What is refused waits for the next look."""
        with self._lock:
            waiting, self._unwritten = self._unwritten, []
        written = 0
        try:
            for (shot_id, base), group in groupby(waiting, lambda one: (one.shot_id, one.base)):
                changes = [one.change for one in group]
                self._project.result().append_changes(shot_id, changes, base=base)
                written += len(changes)
                self._since_snapshot[shot_id] = self._since_snapshot.get(shot_id, 0) + len(changes)
            self._refused = None
        except Refused as error:
            refused = self._refused = error
            with self._lock:
                self._unwritten = waiting[written:] + self._unwritten
            self._post(lambda: self.failed.emit(refused))
        if written:
            self._post(lambda: self.arrived.emit(written))
        if waiting:
            self._checkpoint_later()

    def _checkpoint_later(self) -> None:
        with self._lock:
            if self._timer is None and not self._closed:
                self._timer = threading.Timer(_CHECKPOINT_S, self._timed)
                self._timer.daemon = True
                self._timer.start()

    def _timed(self) -> None:
        with self._lock:
            self._timer = None
            if not self._closed:
                self._thread.submit(self._look_after)

    def _look_after(self) -> None:
        self._flush()
        self._to_disk()
        quiet = time.monotonic() - self._last_change >= _CHECKPOINT_S
        wanting = [
            shot_id
            for shot_id, count in self._since_snapshot.items()
            if count >= _CHANGES_PER_SNAPSHOT
        ]
        if wanting and not quiet:
            self._checkpoint_later()
        for shot_id in wanting if quiet else []:
            self._want_snapshot(shot_id)

    def _want_snapshot(self, shot_id: str) -> None:
        self._post(lambda: self.snapshot_wanted.emit(shot_id))

    def _to_disk(self) -> None:
        self._project.result().checkpoint()


def _open(path: Path, writable: bool) -> Project:
    from void_studio.project import Project

    return Project.open(path, writable=writable)
