"""The workers that a session can render on, and what each of them offers."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum
from typing import TYPE_CHECKING

from psygnal import Signal

from void_studio.app.session.tasks import Tasks
from void_studio.core import StudioError
from void_studio.engine import EngineInfo

if TYPE_CHECKING:
    from void_studio.jobs import Capabilities

__all__ = ["LOCAL", "WorkerDesk", "WorkerRow", "WorkerState"]

LOCAL = "local"


class WorkerState(Enum):
    """What is known of a worker."""

    UNASKED = "unasked"
    ASKING = "asking"
    READY = "ready"
    OFFLINE = "offline"


@dataclass(frozen=True, slots=True)
class WorkerRow:
    """A worker by name; `problem` says why it is offline."""

    name: str
    state: WorkerState = WorkerState.UNASKED
    offered: Capabilities | None = None
    problem: str = ""

    @property
    def title(self) -> str:
        """For people."""
        return "This computer" if self.name == LOCAL else self.name

    @property
    def devices(self) -> str:
        """Its devices in one line; empty while unknown."""
        found = self.offered.devices if self.offered else ()
        return ", ".join(device.name for device in found)

    def engine(self, engine_id: str) -> EngineInfo | None:
        """One of its engines."""
        offered = self.offered.engines if self.offered else ()
        return next((info for info in offered if info.id == engine_id), None)


class WorkerDesk:
    """Paired workers and this computer; of the session's thread. `changed` tells of any of them."""

    changed = Signal()

    def __init__(self, tasks: Tasks) -> None:
        self._tasks = tasks
        self._rows: dict[str, WorkerRow] = {LOCAL: WorkerRow(LOCAL)}

    @property
    def rows(self) -> tuple[WorkerRow, ...]:
        """This computer first, the others by name."""
        return tuple(self._rows.values())

    def row(self, name: str) -> WorkerRow:
        """A worker by name; one that is not known is offline."""
        missing = WorkerRow(name, WorkerState.OFFLINE, problem="it was not added to this studio")
        return self._rows.get(name or LOCAL, missing)

    def look(self) -> None:
        """Read the list of paired workers again."""
        self._tasks.start("list workers", lambda _: _paired(), done=self._listed)

    def ask(self, name: str) -> None:
        """Ask a worker what it offers; the local one is started when it does not run."""
        name = name or LOCAL
        row = self.row(name)
        if row.state is WorkerState.ASKING:
            return
        self._rows[name] = replace(row, state=WorkerState.ASKING)
        self.changed.emit()
        self._tasks.start(
            f"ask {row.title}",
            lambda _: _capabilities(name),
            done=lambda offered: self._answered(name, offered),
            failed=lambda error: self._silent(name, error),
        )

    def _listed(self, names: tuple[str, ...]) -> None:
        self._rows = {name: self._rows.get(name, WorkerRow(name)) for name in (LOCAL, *names)}
        self.changed.emit()

    def _answered(self, name: str, offered: Capabilities) -> None:
        self._rows[name] = WorkerRow(name, WorkerState.READY, offered)
        self.changed.emit()

    def _silent(self, name: str, error: StudioError) -> None:
        self._rows[name] = WorkerRow(name, WorkerState.OFFLINE, problem=error.line())
        self.changed.emit()


def _paired() -> tuple[str, ...]:
    from void_studio.app.workers import Workers

    return tuple(worker.name for worker in Workers().all())


def _capabilities(name: str) -> Capabilities:
    from void_studio.app.workers import connected

    with connected(name) as runner:
        return runner.capabilities()
