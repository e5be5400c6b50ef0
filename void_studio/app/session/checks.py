"""What to look at in the quadmask that is being painted, worked out in the background."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from psygnal import Signal

from void_studio.app.session.shot import OpenShot
from void_studio.app.session.tasks import TaskContext, Tasks
from void_studio.core import FrameRange
from void_studio.quadmask import QuadmaskSnapshot, Role

__all__ = ["Check", "Checker"]


@dataclass(frozen=True, slots=True)
class Check:
    """One finding; `frame`, in the plate's numbering, is where to look, None when all is well."""

    text: str
    frame: int | None

    @property
    def ok(self) -> bool:
        """Whether there is nothing to do."""
        return self.frame is None


class Checker:
    """Looks at one shot at a time; of the session's thread. `found` carries a tuple of Check."""

    found = Signal(tuple)

    def __init__(self, tasks: Tasks) -> None:
        self._tasks = tasks
        self._running = False
        self._next: OpenShot | None = None

    def look(self, shot: OpenShot) -> None:
        """Look at a shot as it is now; while one is looked at only the newest call waits."""
        self._next = shot
        if not self._running:
            self._begin()

    def _begin(self) -> None:
        if self._next is None:
            return
        shot, self._next = self._next, None
        self._running = True
        snapshot, work, offset = shot.document.snapshot(), shot.work, shot.numbering_offset
        frame0_rule = shot.settings.frame0_rule
        self._tasks.start(
            "check the quadmask",
            lambda context: _checks(snapshot, work, offset, context, frame0_rule=frame0_rule),
            done=self._done,
            failed=lambda _: self._done(()),
        )

    def _done(self, checks: tuple[Check, ...]) -> None:
        self._running = False
        self.found.emit(checks)
        self._begin()


def _checks(
    snapshot: QuadmaskSnapshot,
    work: FrameRange,
    offset: int,
    context: TaskContext,
    *,
    frame0_rule: bool,
) -> tuple[Check, ...]:
    removed = {frame for frame in work if _has(snapshot, Role.REMOVE, frame)}
    context.check()
    touched = {frame for frame in work if _has(snapshot, Role.AFFECTED, frame)}
    found = [
        Check(f"No remove matte on {_span(gap, offset)}", gap[0])
        for gap in _gaps([frame for frame in work if frame not in removed])
        if removed
    ]
    if not removed:
        found.append(Check("No remove matte in this shot", work.start))
    first = work.start
    if first not in touched:
        found.append(Check(f"Frame {first + offset} holds no affected area", None))
    elif frame0_rule:
        text = f"Affected area on {first + offset} is cleared before the model sees it"
        found.append(Check(text, first))
    return tuple(found)


def _has(snapshot: QuadmaskSnapshot, role: Role, frame: int) -> bool:
    shown = (layer for layer in snapshot.layers if layer.head.visible)
    return any(layer.head.role is role and not layer.is_empty(frame) for layer in shown)


def _gaps(frames: Sequence[int]) -> list[list[int]]:
    """Runs of frames that follow each other."""
    runs: list[list[int]] = []
    for frame in frames:
        if runs and frame == runs[-1][-1] + 1:
            runs[-1].append(frame)
        else:
            runs.append([frame])
    return runs


def _span(frames: Sequence[int], offset: int) -> str:
    first, last = frames[0] + offset, frames[-1] + offset
    return str(first) if first == last else f"{first}\N{EN DASH}{last}"
