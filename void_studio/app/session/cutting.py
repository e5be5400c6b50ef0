"""Versions into the cut: what a timeline for a host would be, and writing it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from psygnal import Signal

from void_studio.app.conforming import ConformOutcome, ConformPlan, plan_conform
from void_studio.app.session.tasks import Task, Tasks
from void_studio.core import StudioError, write_whole
from void_studio.timeline import Placement, Profile

__all__ = ["Cutting", "CuttingOrder"]

_ENDINGS = {
    Profile.CANONICAL: "void",
    Profile.RESOLVE: "void_resolve",
    Profile.PREMIERE: "void_premiere",
}


@dataclass(frozen=True, slots=True)
class CuttingOrder:
    """Which versions go where. `versions` are published folders by shot id."""

    versions: Mapping[str, Path]
    profile: Profile
    placement: Placement
    out: Path


class Cutting:
    """The conform dialog without a window; of the session's thread.

    `planned` tells that `outcome`, or `problem`, is that of the latest order; `written` carries
    what was written.
    """

    planned = Signal()
    written = Signal(object)

    def __init__(
        self, tasks: Tasks, timeline: Path, *, media_root: Path | None, rate: Fraction | None
    ) -> None:
        self._tasks = tasks
        self._timeline = timeline
        self._media_root = media_root
        self._rate = rate
        self._latest: CuttingOrder | None = None
        self._plan: ConformPlan | None = None
        self.problem: StudioError | None = None

    @property
    def timeline(self) -> Path:
        """The person's timeline, which is never written to."""
        return self._timeline

    @property
    def outcome(self) -> ConformOutcome | None:
        """What the latest order would write, None while it is worked out and when it can not."""
        return self._plan.outcome if self._plan else None

    def default_out(self, profile: Profile) -> Path:
        """A name beside the timeline that says who the file is for."""
        return self._timeline.with_name(f"{self._timeline.stem}_{_ENDINGS[profile]}.otio")

    def plan(self, order: CuttingOrder) -> None:
        """Work out what an order would write; an earlier one that is not done yet is dropped."""
        self._latest, self._plan, self.problem = order, None, None
        if not order.versions:
            self.planned.emit()
            return
        self._tasks.start(
            "plan the timeline",
            lambda _: self._planned(order),
            done=lambda plan: self._take(order, plan, None),
            failed=lambda error: self._take(order, None, error),
        )

    def write(self) -> Task[ConformOutcome] | None:
        """Write what was planned last; None when there is nothing that can be written."""
        plan = self._plan
        if plan is None:
            return None
        return self._tasks.start(
            "write the timeline", lambda _: _written(plan), done=self.written.emit
        )

    def save_report(self, path: Path) -> Task[None] | None:
        """Write what the file can not carry as text; None when nothing is planned."""
        outcome = self.outcome
        if outcome is None:
            return None
        lines = [f"{outcome.out}", *outcome.versions, "", *outcome.losses, ""]
        text = "\n".join(lines).encode()
        return self._tasks.start("save the report", lambda _: write_whole(path, text))

    def _planned(self, order: CuttingOrder) -> ConformPlan:
        return plan_conform(
            self._timeline,
            list(order.versions.values()),
            order.out,
            profile=order.profile,
            placement=order.placement,
            media_root=self._media_root,
            rate=self._rate,
        )

    def _take(
        self, order: CuttingOrder, plan: ConformPlan | None, problem: StudioError | None
    ) -> None:
        if order is self._latest:
            self._plan, self.problem = plan, problem
            self.planned.emit()


def _written(plan: ConformPlan) -> ConformOutcome:
    plan.write()
    return plan.outcome
