"""Slow work off the session's thread, with progress and cancel."""

from __future__ import annotations

import logging
import threading
import traceback
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from enum import Enum
from functools import partial
from typing import Any, Generic, TypeVar

from psygnal import Signal

from void_studio.app.session.posting import Post
from void_studio.core import Cancelled, StudioError, new_id

__all__ = ["Task", "TaskContext", "TaskState", "TaskView", "Tasks"]

_LOG = logging.getLogger(__name__)
_LOOK_S = 0.05

T = TypeVar("T")
Done = Callable[[T], None]
Failed = Callable[[StudioError], None]


class TaskState(Enum):
    """Where a task stands; the last three are ends."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def is_end(self) -> bool:
        """Whether nothing comes after it."""
        return self in {TaskState.DONE, TaskState.FAILED, TaskState.CANCELLED}


@dataclass(frozen=True, slots=True)
class TaskView:
    """A task as it is shown: `done` of `total` units of `stage`, seconds left when known."""

    id: str
    name: str
    state: TaskState = TaskState.WAITING
    stage: str = ""
    done: int = 0
    total: int | None = None
    eta_s: float | None = None


class TaskContext:
    """What work is given: a Reporter, and whether to stop. Any thread may use it."""

    def __init__(self, task: Task[T], tasks: Tasks) -> None:
        self._task = task
        self._tasks = tasks

    def progress(self, stage: str, done: int, total: int, eta_s: float | None = None) -> None:
        """Say how far the work is."""
        self._task.advance(stage, done, total, eta_s)

    def note(self, text: str) -> None:
        """A line that a person should read."""
        self._tasks.note(text)

    def cancelled(self) -> bool:
        """Whether a person asked to stop."""
        return self._task.stopping.is_set()

    def wait_for(self, others: Iterable[Task[Any]]) -> None:
        """Wait until other tasks have ended. Raises Cancelled when a person asked to stop."""
        for other in others:
            while not other.ended.wait(_LOOK_S):
                self.check()

    def check(self) -> None:
        """Raise Cancelled when a person asked to stop."""
        if self.cancelled():
            raise Cancelled("cancelled", where=self._task.name)


class Task(Generic[T]):
    """One piece of slow work. `view` and `result` belong to the session's thread.

    `ended` is set after `done` or `failed` was called; any thread may wait for it.
    """

    def __init__(
        self, name: str, post: Post, told: Callable[[TaskView], None], *, finishes: bool
    ) -> None:
        self.name = name
        self.finishes = finishes
        self.view = TaskView(new_id("task"), name)
        self.stopping = threading.Event()
        self.ended = threading.Event()
        self.error: StudioError | None = None
        self._result: list[T] = []
        self._post = post
        self._told = told
        self._lock = threading.Lock()
        self._latest: TaskView | None = None

    @property
    def result(self) -> T:
        """What the work returned. Raises its error when it failed, LookupError before the end."""
        if self.error is not None:
            raise self.error
        if not self._result:
            raise LookupError(f"{self.name} has no result yet")
        return self._result[0]

    def cancel(self) -> None:
        """Ask the work to stop; it ends when it next looks. Any thread."""
        self.stopping.set()

    def advance(self, stage: str, done: int, total: int | None, eta_s: float | None) -> None:
        """Post a step; steps that come faster than they are shown are left out. Any thread."""
        step = replace(
            self.view, state=TaskState.RUNNING, stage=stage, done=done, total=total, eta_s=eta_s
        )
        with self._lock:
            is_first, self._latest = self._latest is None, step
        if is_first:
            self._post(self._show_latest)

    def settle(self, state: TaskState, result: list[T], error: StudioError | None) -> None:
        """Take the end in; the session's thread."""
        self._result, self.error = result, error
        self._show(replace(self.view, state=state, eta_s=None))
        self.ended.set()

    def _show_latest(self) -> None:
        with self._lock:
            step, self._latest = self._latest, None
        if step is not None and not self.view.state.is_end:
            self._show(step)

    def _show(self, view: TaskView) -> None:
        self.view = view
        self._told(view)


class Tasks:
    """The tasks of a session, each on a thread of its own.

    `changed` tells of every step on the session's thread, `noted` of lines for people.
    `crashed` gets errors that no work should have: title and traceback.
    """

    changed = Signal(TaskView)
    noted = Signal(str)

    def __init__(
        self, post: Post, *, failed: Failed | None = None, crashed: Done[str] | None = None
    ) -> None:
        self._post = post
        self._failed = failed
        self._crashed = crashed
        self._running: dict[str, tuple[Task[Any], threading.Thread]] = {}
        self._ends: dict[str, Callable[[], None]] = {}
        self._closed = False

    def start(
        self,
        name: str,
        work: Callable[[TaskContext], T],
        *,
        done: Done[T] | None = None,
        failed: Failed | None = None,
        finishes: bool = False,
    ) -> Task[T]:
        """Run `work` on a thread; `done` or `failed` is called on the session's thread.

        A StudioError goes to `failed`, to the session's messages by default; Cancelled goes to
        `failed` only where it was given. A task that `finishes` is short, and part of what a person
        has done already: closing waits for it and its `done` in place of stopping it.
        """
        if self._closed:
            raise RuntimeError("the session is closed")
        task: Task[T] = Task(name, self._post, self.changed.emit, finishes=finishes)
        thread = threading.Thread(
            target=self._run, args=(task, work, done, failed), name=name, daemon=True
        )
        self._running[task.view.id] = (task, thread)
        thread.start()
        return task

    def running(self) -> tuple[TaskView, ...]:
        """Those that have not ended, oldest first."""
        return tuple(task.view for task, _ in self._running.values())

    def note(self, text: str) -> None:
        """Pass a line on to `noted`. Any thread."""
        self._post(lambda: self.noted.emit(text))

    def cancel(self, task_id: str) -> None:
        """Ask one of them to stop; one that has ended is ignored."""
        if task_id in self._running:
            self._running[task_id][0].cancel()

    def cancel_all(self) -> None:
        """Ask all of them to stop."""
        for task, _ in self._running.values():
            task.cancel()

    def close(self) -> None:
        """Stop them and wait for that; those that finish are finished. Idempotent.

        Of the others nothing is called afterwards.
        """
        for task, _ in self._running.values():
            if not task.finishes:
                task.cancel()
        while finishing := [pair for pair in self._running.values() if pair[0].finishes]:
            for task, thread in finishing:
                thread.join()
                self._end(task)
        self._closed = True
        for _, thread in list(self._running.values()):
            thread.join()
        self._running.clear()

    def _run(
        self,
        task: Task[T],
        work: Callable[[TaskContext], T],
        done: Done[T] | None,
        failed: Failed | None,
    ) -> None:
        task.advance("", 0, None, None)
        try:
            result = work(TaskContext(task, self))
        except StudioError as error:
            caught = error
            end = partial(self._end_badly, task, caught, failed)
        except Exception:  # noqa: BLE001  # a task is a border: told, logged, and the session lives
            end = partial(self._end_crashed, task, traceback.format_exc())
        else:
            end = partial(self._end_well, task, result, done, failed)
        self._ends[task.view.id] = end
        self._post(lambda: self._end(task))

    def _end(self, task: Task[Any]) -> None:
        end = self._ends.pop(task.view.id, None)
        was_running = self._running.pop(task.view.id, None) is not None
        if end is not None and was_running and not self._closed:
            end()

    def _end_well(
        self, task: Task[T], result: T, done: Done[T] | None, failed: Failed | None
    ) -> None:
        try:
            if done is not None:
                done(result)
        except StudioError as error:
            self._end_badly(task, error, failed)
        except BaseException:
            task.settle(TaskState.FAILED, [], StudioError("an internal error", where=task.name))
            raise
        else:
            task.settle(TaskState.DONE, [result], None)

    def _end_badly(self, task: Task[T], error: StudioError, failed: Failed | None) -> None:
        was_cancelled = isinstance(error, Cancelled)
        task.settle(TaskState.CANCELLED if was_cancelled else TaskState.FAILED, [], error)
        tell = failed or (None if was_cancelled else self._failed)
        if tell is not None:
            tell(error)

    def _end_crashed(self, task: Task[T], trace: str) -> None:
        _LOG.error("%s failed:\n%s", task.name, trace)
        task.settle(TaskState.FAILED, [], StudioError("an internal error", where=task.name))
        if self._crashed is not None:
            self._crashed(f"{task.name}\n{trace}")
