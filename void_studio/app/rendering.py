"""`render`: from a timeline, shots and quadmasks to published versions."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

from void_studio.app.asking import Asked
from void_studio.app.choosing import Fleet, fleet_of
from void_studio.app.progress import Reporter, Stages
from void_studio.app.project_links import keep_version, read_linked
from void_studio.app.render_shot import (
    PublishOrder,
    RenderedShot,
    ShotJob,
    publish_result,
    shot_order,
)
from void_studio.app.settings import RenderSettings
from void_studio.app.wanted import WantedShot, shot_jobs, wanted_shots
from void_studio.app.wiring import GrpcRunner
from void_studio.core import Cancelled, StudioError
from void_studio.timeline import Timeline, check_unchanged

__all__ = ["default_versions", "render_shots"]

_AHEAD = 8
_WHOLE = Asked()


@dataclass(frozen=True, slots=True)
class _SentShot:
    """A version to be, whose job is with a worker."""

    runner: GrpcRunner
    order: PublishOrder
    job_id: str
    stages: Stages


def default_versions(timeline: Path) -> Path:
    """Where versions go when nobody says: a folder beside the timeline."""
    return timeline.resolve().parent / "void_versions"


def render_shots(
    path: Path,
    shot_ids: Sequence[str],
    quadmask: Path,
    settings: RenderSettings,
    *,
    asked: Asked = _WHOLE,
    all_ready: bool,
    versions: Path | None,
    worker: str,
    media_root: Path | None,
    rate: Fraction | None,
    project: Path | None,
    reporter: Reporter,
    cancelled: Callable[[], bool],
) -> dict[str, Any]:
    """Render the shots and publish them in order; what was published stays when one fails.

    Of every shot there is a version for each seed that is `asked` for. Up to eight are with the
    workers at once: `worker` is one of them, or "best", which chooses for every version. When one
    can not be sent, those before it are published first. When a person stops, the jobs that were
    sent are stopped too; when one fails, the others go on, and the same command finds them later.
    """
    timeline = read_linked(path, project, media_root=media_root, rate=rate)
    wanted = wanted_shots(
        timeline, shot_ids, quadmask, settings, all_ready=all_ready, reporter=reporter
    )
    asked.check(len(wanted))
    root = versions or default_versions(path)
    with fleet_of(worker, reporter) as fleet:
        batch = _Batch(timeline, settings, asked, root, fleet, project, reporter, cancelled)
        done = batch.render(wanted)
    return {"timeline": str(path), "versions": [rendered.facts() for rendered in done]}


@dataclass(frozen=True, slots=True)
class _Batch:
    """What all shots of one command have in common."""

    timeline: Timeline
    settings: RenderSettings
    asked: Asked
    root: Path
    fleet: Fleet
    project: Path | None
    reporter: Reporter
    cancelled: Callable[[], bool]

    def render(self, wanted: Sequence[WantedShot]) -> list[RenderedShot]:
        """Send ahead and publish in order."""
        sent: deque[_SentShot] = deque()
        done: list[RenderedShot] = []
        sending = self._sending(wanted)
        try:
            while (item := self._next(sending, sent)) is not None:
                sent.append(item)
                if len(sent) == _AHEAD:
                    done.append(self._publish(sent.popleft()))
            while sent:
                done.append(self._publish(sent.popleft()))
        except Cancelled:
            _stop(sent)
            raise
        return done

    def _next(self, sending: Iterator[_SentShot], sent: deque[_SentShot]) -> _SentShot | None:
        """The next that was sent; when it can not be, those that were are published first."""
        try:
            return next(sending, None)
        except Cancelled:
            raise
        except StudioError:
            while sent:
                self._publish(sent.popleft())
            raise

    def _sending(self, wanted: Sequence[WantedShot]) -> Iterator[_SentShot]:
        """Every version's job; each is sent when it is asked for, to a worker chosen then."""
        for item in wanted:
            stages, runner = Stages(self.reporter), self.fleet.runner(self.settings.engine)
            jobs = shot_jobs(
                *(self.timeline, item, self.settings, self.asked, self.root, runner),
                stages=stages,
                cancelled=self.cancelled,
            )
            for index, job in enumerate(jobs):
                if index:
                    stages, runner = Stages(self.reporter), self.fleet.runner(job.settings.engine)
                yield self._send(runner, job, stages)

    def _send(self, runner: GrpcRunner, job: ShotJob, stages: Stages) -> _SentShot:
        check_unchanged(self.timeline)
        order = shot_order(runner, job, stages=stages, cancelled=self.cancelled)
        job_id = runner.submit(order.request.id, order.request.job, again=job.settings.again)
        return _SentShot(runner, order, job_id, stages)

    def _publish(self, sent: _SentShot) -> RenderedShot:
        rendered = publish_result(
            sent.runner,
            sent.order,
            again=False,
            job_id=sent.job_id,
            stages=sent.stages,
            cancelled=self.cancelled,
        )
        if self.project is not None:
            keep_version(self.project, rendered.version)
        return rendered


def _stop(sent: deque[_SentShot]) -> None:
    for shot in sent:
        with suppress(StudioError):
            shot.runner.cancel(shot.job_id)
