"""One order, from what a person wants to a take, on a thread of its own."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Protocol

import numpy as np
import numpy.typing as npt

from void_studio.app.progress import Stages
from void_studio.app.render_shot import PublishOrder, publish_result
from void_studio.app.requesting import FillTerms, engine_of, make_request
from void_studio.app.session.observed import ObservedRunner
from void_studio.app.session.orders import KeptOrder, KeptOrders, RenderOrder
from void_studio.app.session.queue import JobLink, QueueState
from void_studio.app.session.tasks import TaskContext
from void_studio.app.upload import upload_clip
from void_studio.app.wiring import GrpcRunner, connected
from void_studio.core import Cancelled, Refused, StudioError
from void_studio.jobs import EncodedPreview, JobEvent, JobState, Result, StateChanged
from void_studio.media import PlateRef, decode_picture, reopen_plate
from void_studio.quadmask import Quadmask
from void_studio.versions import Version

__all__ = ["Teller", "carry_out"]

_STATES = {JobState.QUEUED: QueueState.WAITING, JobState.RUNNING: QueueState.RENDERING}


class Teller(Protocol):
    """Told what happens to an order, on the order's thread."""

    def state(self, state: QueueState) -> None:
        """It reached a state."""
        ...

    def line(self, text: str) -> None:
        """A line for its log."""
        ...

    def kept(self, order: KeptOrder, link: JobLink) -> None:
        """It is on disk, and `link` reaches its job."""
        ...

    def previewed(self, frame: int, pixels: npt.NDArray[np.uint8]) -> None:
        """The estimate of a frame in the plate's numbering, uint8 (height, width, 4), B G R 255."""
        ...


class _Reporter:
    """Progress to the task, notes to the order's log and to the task."""

    def __init__(self, context: TaskContext, teller: Teller) -> None:
        self._context = context
        self._teller = teller

    def progress(self, stage: str, done: int, total: int, eta_s: float | None) -> None:
        self._context.progress(stage, done, total, eta_s)

    def note(self, message: str) -> None:
        self._teller.line(message)
        self._context.note(message)


def carry_out(
    what: RenderOrder | KeptOrder,
    orders: KeptOrders,
    takes: Path,
    teller: Teller,
    context: TaskContext,
    *,
    leaving: Callable[[], bool],
) -> Version:
    """Render an order and keep the take under `takes`.

    An order that was kept goes on with its job where the worker still has it. When the studio is
    left, `leaving()` turns true: what runs here ends, the job goes on and the order stays kept.
    """
    stages = Stages(_Reporter(context, teller))
    worker = what.worker
    with connected(worker) as runner:
        is_new = isinstance(what, RenderOrder)
        if isinstance(what, RenderOrder):
            kept = _placed(what, runner, orders, stages, context)
        else:
            kept = what
        return _Rendering(
            kept, runner, takes, teller, stages, context, leaving, is_sent=is_new
        ).version()


def _placed(
    order: RenderOrder,
    runner: GrpcRunner,
    orders: KeptOrders,
    stages: Stages,
    context: TaskContext,
) -> KeptOrder:
    """Send the clip and keep the order."""
    with stages.stage("quadmask"):
        quadmask = order.packed()
    terms = FillTerms(
        order.timeline, order.shot, order.plate, order.source, quadmask, order.settings, ()
    )
    engine = engine_of(runner, order.settings.engine)
    request = make_request(runner, terms, engine, stages=stages, cancelled=context.cancelled)
    return orders.keep(request, quadmask, order.worker, order.origins)


class _Rendering:
    """A kept order with its connection, until there is a take."""

    def __init__(
        self,
        kept: KeptOrder,
        runner: GrpcRunner,
        takes: Path,
        teller: Teller,
        stages: Stages,
        context: TaskContext,
        leaving: Callable[[], bool],
        *,
        is_sent: bool,
    ) -> None:
        self._observed = ObservedRunner(runner, kept, self._told)
        self._kept = kept
        self._takes = takes
        self._teller = teller
        self._stages = stages
        self._context = context
        self._leaving = leaving
        self._is_sent = is_sent
        teller.kept(kept, JobLink(self._observed.stop, self._observed.close))

    def version(self) -> Version:
        """The take. The order is forgotten then, and when a person stopped it."""
        try:
            version = self._rendered()
        except StudioError as error:
            if self._leaving():
                raise Cancelled("the studio was left", where=self._kept.worker) from error
            if isinstance(error, Cancelled):
                self._observed.order.forget()
            else:
                self._observed.order.without_hope(error.line())
            raise
        self._observed.order.forget()
        return version

    def _rendered(self) -> Version:
        kept, observed = self._kept, self._observed
        quadmask, plate = kept.quadmask(), kept.plate()
        if not self._is_sent and not observed.is_alive():
            self._send_again(plate, quadmask)
        engine = engine_of(observed, kept.request.job.engine)
        order = PublishOrder(kept.request, engine, plate, quadmask, kept.origins, self._takes)
        return publish_result(
            observed, order, again=False, stages=self._stages, cancelled=self._context.cancelled
        ).version

    def _send_again(self, plate: PlateRef, quadmask: Quadmask) -> None:
        """Send what the worker lacks of the clip; Refused when the plate is another by now."""
        request, cancelled = self._kept.request, self._context.cancelled
        with (
            closing(reopen_plate(plate, sequential=True)) as reader,
            self._stages.stage("upload") as step,
        ):
            manifest = upload_clip(
                self._observed, reader, request.framing, quadmask, step=step, cancelled=cancelled
            )
        if manifest.digest != request.job.clip:
            raise Refused(
                "the plate was changed since this render was ordered",
                where=plate.location,
                hint="render the shot again",
            )

    def _told(self, event: JobEvent) -> None:
        if self._leaving():
            raise Cancelled("the studio was left", where=event.job_id)
        payload = event.payload
        if isinstance(payload, StateChanged) and payload.state in _STATES:
            self._teller.state(_STATES[payload.state])
        elif isinstance(payload, Result):
            self._teller.state(QueueState.FINISHING)
        elif isinstance(payload, EncodedPreview):
            frame = self._kept.request.work_range.start + payload.frame
            self._teller.previewed(frame, decode_picture(payload.image))
