"""What to look at in the quadmask that is being painted, worked out in the background."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from psygnal import Signal

from void_studio.app.session.shot import OpenShot
from void_studio.app.session.tasks import Task, TaskContext, Tasks
from void_studio.core import FrameRange
from void_studio.quadmask import QuadmaskSnapshot, Role

if TYPE_CHECKING:
    from void_studio.app.guards import Guard

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
    """Looks at one shot at a time; of the session's thread. `found` carries a tuple of Check.

    It comes twice: at once with what the layers tell, later with what each frame's pixels add.
    A newer look ends the reading of pixels.
    """

    found = Signal(tuple)

    def __init__(self, tasks: Tasks) -> None:
        self._tasks = tasks
        self._running = False
        self._next: OpenShot | None = None
        self._reading: Task[Any] | None = None

    def look(self, shot: OpenShot) -> None:
        """Look at a shot as it is now; while one is looked at only the newest call waits."""
        self._next = shot
        if self._reading is not None:
            self._reading.cancel()
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
            done=lambda checks: self._read_pixels(checks, snapshot, work, offset),
            failed=lambda _: self._done(()),
        )

    def _read_pixels(
        self,
        checks: tuple[Check, ...],
        snapshot: QuadmaskSnapshot,
        work: FrameRange,
        offset: int,
    ) -> None:
        self.found.emit(checks)
        if self._next is not None:
            self._done()
            return
        self._reading = self._tasks.start(
            "look at each matte",
            lambda context: _guarded(snapshot, work, offset, context),
            done=lambda more: self._done((*checks, *more)),
            failed=lambda _: self._done(),
        )

    def _done(self, checks: tuple[Check, ...] | None = None) -> None:
        self._running, self._reading = False, None
        if checks is not None:
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


def _guarded(
    snapshot: QuadmaskSnapshot, work: FrameRange, offset: int, context: TaskContext
) -> tuple[Check, ...]:
    """The guards that need pixels; the rule of the first frame is told without them."""
    from void_studio.app.guards import Guard, warnings_of

    struck: dict[Guard, list[int]] = {}
    for frame in work:
        context.check()
        for warned in warnings_of(snapshot.pack(FrameRange(frame, 1))):
            struck.setdefault(warned.guard, []).append(frame)
    struck.pop(Guard.FRAME_0, None)
    return tuple(
        Check(f"{_words(guard)} on {_span(gap, offset)}", gap[0])
        for guard, frames in struck.items()
        for gap in _gaps(frames)
    )


def _words(guard: Guard) -> str:
    from void_studio.app.guards import Guard

    return {
        Guard.TINY: "Too small for the model",
        Guard.OFF_CANVAS: "Nothing left on the model's canvas",
        Guard.LARGE: "Covers most of the frame",
    }.get(guard, guard.value)


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
