"""How the remove layer changes from frame to frame, watched in the background."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from psygnal import Signal

from void_studio.app.session.shot import OpenShot
from void_studio.app.session.tasks import Tasks

if TYPE_CHECKING:
    from void_studio.assist import DriftLimits, FrameDrift

__all__ = ["LIMIT", "DriftFound", "DriftWatch"]

LIMIT = 0.5
_TO_LIMIT = 0.5


@dataclass(frozen=True, slots=True)
class DriftFound:
    """How suspicious each frame is, 0..1: above `LIMIT` it is a suspect, and `reasons` says why.

    Frames are in the plate's numbering.
    """

    values: Mapping[int, float] = field(default_factory=dict)
    reasons: Mapping[int, str] = field(default_factory=dict)


class DriftWatch:
    """Measures one shot at a time; of the session's thread. `found` carries a DriftFound."""

    found = Signal(DriftFound)

    def __init__(self, tasks: Tasks) -> None:
        self._tasks = tasks
        self._running = False
        self._next: tuple[OpenShot, Mapping[int, float]] | None = None

    def look(self, shot: OpenShot, scores: Mapping[int, float]) -> None:
        """Measure a shot as it is now; `scores` are a segmenter's own, by frame."""
        self._next = (shot, dict(scores))
        if not self._running:
            self._begin()

    def _begin(self) -> None:
        if self._next is None:
            return
        (shot, scores), self._next = self._next, None
        self._running = True
        snapshot, work = shot.document.snapshot(), shot.work

        def measure(_: object) -> DriftFound:
            from void_studio.app.guards import drift

            return _found(drift(snapshot.pack(work), scores=scores))

        self._tasks.start(
            "measure drift", measure, done=self._show, failed=lambda _: self._show(DriftFound())
        )

    def _show(self, found: DriftFound) -> None:
        self._running = False
        self.found.emit(found)
        self._begin()


def _found(drifts: tuple[FrameDrift, ...]) -> DriftFound:
    from void_studio.assist import DriftLimits, suspects

    limits = DriftLimits()
    reasons = {
        item.frame: ", ".join(reason.value for reason in item.reasons)
        for item in suspects(drifts, limits)
    }
    values = {item.frame: _value(item, limits) for item in drifts}
    shown = {frame: _placed(value, over=frame in reasons) for frame, value in values.items()}
    return DriftFound(shown, reasons)


def _placed(value: float, *, over: bool) -> float:
    """A suspect stands above the limit, every other frame at it at most."""
    return max(value, LIMIT + 0.01) if over else min(value, LIMIT)


def _value(drift: FrameDrift, limits: DriftLimits) -> float:
    """The largest of its measures, each scaled so that its limit becomes `LIMIT`."""
    shares = [0.0]
    if drift.area_change is not None:
        shares.append(drift.area_change / limits.area_change)
    if drift.iou is not None:
        shares.append((1 - drift.iou) / (1 - limits.iou))
    if drift.score is not None:
        shares.append((1 - drift.score) / (1 - limits.score))
    return min(1.0, _TO_LIMIT * max(shares))
