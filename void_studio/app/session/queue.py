"""The render queue of a session: orders on their way to takes."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from enum import Enum
from pathlib import Path

import numpy as np
import numpy.typing as npt
from psygnal import Signal

from void_studio.app.session.orders import KeptOrder, KeptOrders, RenderOrder
from void_studio.app.session.posting import Post
from void_studio.app.session.tasks import Task, Tasks, TaskView
from void_studio.core import Cancelled, StudioError, new_id
from void_studio.versions import Version

__all__ = ["JobLink", "JobPreview", "QueueRow", "QueueState", "RenderQueue"]

_Found = tuple[tuple[KeptOrder, ...], tuple[str, ...]]


class QueueState(Enum):
    """Where an order stands; the last three are ends."""

    PREPARING = "preparing"
    WAITING = "waiting"
    RENDERING = "rendering"
    FINISHING = "finishing"
    STOPPING = "stopping"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def is_end(self) -> bool:
        """Whether nothing comes after it by itself."""
        return self in {QueueState.DONE, QueueState.FAILED, QueueState.CANCELLED}


@dataclass(frozen=True, slots=True)
class QueueRow:
    """An order as the queue shows it; `done` of `total` units of `stage`, 0 of 0 when unknown.

    `take` is the number of the take that it became. `text` is why it failed or stopped.
    """

    id: str
    shot_id: str
    shot_name: str
    engine: str
    worker: str
    state: QueueState
    stage: str = ""
    done: int = 0
    total: int = 0
    eta_s: float | None = None
    started_at: datetime | None = None
    take: int | None = None
    text: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class JobPreview:
    """The current estimate of `frame` (plate numbering): uint8 (height, width, 4), B G R 255."""

    id: str
    frame: int
    pixels: npt.NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class JobLink:
    """`stop` asks the worker to stop the job, `hang_up` lets go of it; both from any thread."""

    stop: Callable[[], None]
    hang_up: Callable[[], None]


@dataclass(slots=True)
class _Entry:
    """What the queue holds of a row; `link` is None while no worker has the job."""

    row: QueueRow
    order: RenderOrder | None = None
    kept: KeptOrder | None = None
    task: Task[Version] | None = None
    link: JobLink | None = None
    lines: list[str] = field(default_factory=list)
    preview: JobPreview | None = None

    def show(self, **changes: object) -> None:
        """Change fields of the row."""
        self.row = replace(self.row, **changes)  # type: ignore[arg-type]  # fields of QueueRow


class RenderQueue:
    """Orders and what became of them; of the session's thread.

    `changed` carries a row's id, `finished` the shot's id when a take has appeared. A job goes on
    when the studio closes; `resume` finds it again.
    """

    changed = Signal(str)
    previewed = Signal(JobPreview)
    finished = Signal(str)

    def __init__(self, tasks: Tasks, post: Post, takes: Path) -> None:
        self._tasks = tasks
        self._post = post
        self._takes = takes
        self._kept = KeptOrders(takes / ".orders")
        self._entries: dict[str, _Entry] = {}
        self._leaving = threading.Event()
        tasks.changed.connect(self._stepped)

    @property
    def rows(self) -> tuple[QueueRow, ...]:
        """Every order of this session and every one that was found on disk, the newest first."""
        return tuple(entry.row for entry in reversed(self._entries.values()))

    def row(self, row_id: str) -> QueueRow:
        """One order. Raises KeyError."""
        return self._entries[row_id].row

    def log(self, row_id: str) -> tuple[str, ...]:
        """What was told of an order, oldest first."""
        return tuple(self._entries[row_id].lines)

    def preview(self, row_id: str) -> JobPreview | None:
        """The latest preview of an order, if there was one."""
        return self._entries[row_id].preview

    def render(self, order: RenderOrder) -> str:
        """Send an order on its way; the id of its row."""
        row = QueueRow(
            new_id("order"),
            order.shot.id,
            order.shot.name,
            order.settings.engine,
            order.worker,
            QueueState.PREPARING,
            started_at=datetime.now(UTC),
        )
        self._entries[row.id] = _Entry(row, order=order)
        self._start(row.id)
        return row.id

    def resume(self) -> None:
        """Go on with the orders that an earlier studio left; failed ones are listed only."""
        self._tasks.start("look for renders", lambda _: self._look(), done=self._found)

    def _look(self) -> _Found:
        self._kept.tidy()
        return self._kept.all()

    def cancel(self, row_id: str) -> None:
        """Stop after the current step; called again, the worker ends the process."""
        entry = self._entries[row_id]
        if entry.row.state.is_end or entry.task is None:
            return
        entry.show(state=QueueState.STOPPING, eta_s=None)
        self.changed.emit(row_id)
        entry.task.cancel()
        if entry.link is not None:
            link = entry.link
            self._tasks.start("stop a render", lambda _: link.stop(), failed=lambda _: None)

    def retry(self, row_id: str) -> None:
        """Start an order that failed or was stopped anew."""
        entry = self._entries[row_id]
        if entry.row.state in (QueueState.FAILED, QueueState.CANCELLED):
            entry.show(state=QueueState.PREPARING, text="", done=0, total=0)
            self._start(row_id)

    def dismiss(self, row_id: str) -> None:
        """Take an order that has ended out of the list, and forget what was kept of it."""
        if not self._entries[row_id].row.state.is_end:
            return
        entry = self._entries.pop(row_id)
        if entry.kept is not None:
            kept = entry.kept
            self._tasks.start("forget a render", lambda _: kept.forget())
        self.changed.emit(row_id)

    def leave(self) -> None:
        """Let go of everything that is under way; jobs go on, and `resume` finds them."""
        self._leaving.set()
        links = [entry.link for entry in self._entries.values() if entry.link is not None]
        threading.Thread(target=_hang_up, args=(links,), daemon=True).start()

    def close(self) -> None:
        """The same as `leave`: a session closes what it owns."""
        self.leave()

    def _found(self, found: _Found) -> None:
        orders, problems = found
        for line in problems:
            self._tasks.note(line)
        for kept in orders:
            request = kept.request
            state = QueueState.FAILED if kept.failed else QueueState.WAITING
            row = QueueRow(
                request.id,
                request.shot.id,
                request.shot.name,
                request.job.engine,
                kept.worker,
                state,
                started_at=request.requested_at,
                text=kept.failed,
            )
            self._entries[row.id] = _Entry(row, kept=kept)
            self.changed.emit(row.id)
            if not kept.failed:
                self._start(row.id)

    def _start(self, row_id: str) -> None:
        from void_studio.app.session.rendering import carry_out

        entry = self._entries[row_id]
        what = entry.kept or entry.order
        if what is None:
            raise KeyError(row_id)
        teller = _Teller(self._post, entry, self._refresh, self.previewed.emit)
        entry.task = self._tasks.start(
            f"render {entry.row.shot_name}",
            lambda context: carry_out(
                what, self._kept, self._takes, teller, context, leaving=self._leaving.is_set
            ),
            done=lambda version: self._done(entry, version),
            failed=lambda error: self._failed(entry, error),
        )
        self.changed.emit(row_id)

    def _stepped(self, view: TaskView) -> None:
        for entry in self._entries.values():
            if entry.task is not None and entry.task.view.id == view.id and not view.state.is_end:
                entry.show(stage=view.stage, done=view.done, total=view.total or 0)
                stopping = entry.row.state is QueueState.STOPPING
                entry.show(eta_s=None if stopping else view.eta_s)
                self.changed.emit(entry.row.id)

    def _done(self, entry: _Entry, version: Version) -> None:
        entry.kept = None
        entry.show(state=QueueState.DONE, take=version.number, eta_s=None, stage="")
        self._refresh(entry)
        self.finished.emit(entry.row.shot_id)

    def _failed(self, entry: _Entry, error: StudioError) -> None:
        cancelled = isinstance(error, Cancelled)
        entry.lines.append(error.line())
        entry.show(
            state=QueueState.CANCELLED if cancelled else QueueState.FAILED,
            text="" if cancelled else error.line(),
            eta_s=None,
        )
        self._refresh(entry)

    def _refresh(self, entry: _Entry) -> None:
        if entry.row.id in self._entries:
            self.changed.emit(entry.row.id)


class _Teller:
    """Brings what happens on the order's own thread to its row, on the session's."""

    def __init__(
        self,
        post: Post,
        entry: _Entry,
        refresh: Callable[[_Entry], None],
        previewed: Callable[[JobPreview], None],
    ) -> None:
        self._post = post
        self._entry = entry
        self._refresh = refresh
        self._previewed = previewed

    def state(self, state: QueueState) -> None:
        """The order reached a state; one that is being stopped stays so."""
        self._post(lambda: self._reached(state))

    def line(self, text: str) -> None:
        """A line for the log."""
        self._post(lambda: self._entry.lines.append(text))

    def kept(self, order: KeptOrder, link: JobLink) -> None:
        """The order is on disk, and `link` reaches its job."""
        self._post(lambda: self._take(order, link))

    def previewed(self, frame: int, pixels: npt.NDArray[np.uint8]) -> None:
        """The current estimate of a frame in the plate's numbering."""
        self._post(lambda: self._show(JobPreview(self._entry.row.id, frame, pixels)))

    def _reached(self, state: QueueState) -> None:
        if self._entry.row.state is not QueueState.STOPPING:
            self._entry.show(state=state)
            self._refresh(self._entry)

    def _take(self, order: KeptOrder, link: JobLink) -> None:
        self._entry.kept, self._entry.link = order, link

    def _show(self, preview: JobPreview) -> None:
        self._entry.preview = preview
        self._previewed(preview)


def _hang_up(links: Sequence[JobLink]) -> None:
    for link in links:
        link.hang_up()
