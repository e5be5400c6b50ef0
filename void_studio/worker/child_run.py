"""One run of an engine in the render child: clip in, patches and events out."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from void_studio.api import Kind, Registry
from void_studio.core import Cancelled, JobFailed
from void_studio.engine import (
    CHECKPOINT_LIMIT_BYTES,
    Checkpoint,
    EngineEvent,
    Exactness,
    Log,
    ParamValue,
    Patch,
    Preview,
    Progress,
    Ran,
    Stage,
    is_partial,
    speed_variant,
    workload_of,
)
from void_studio.media import CanvasClip, CanvasManifest, pack_array
from void_studio.quadmask import fill_of
from void_studio.worker.pacing import Pace, UnitClock
from void_studio.worker.pipes import Message
from void_studio.worker.preview import encode_preview
from void_studio.worker.run_clock import RunClock
from void_studio.worker.weights_of import check_weights

__all__ = ["Blobs", "Front", "Order", "Run"]

_log = logging.getLogger(__name__)
_PROGRESS_S, _PREVIEW_S = 0.1, 0.5
_PROGRESS_SLOTS, _PREVIEW_SLOTS = 1000, 200
_LOG_CHARS = 4000


class Front(Protocol):
    """The front, as a child sees it."""

    def send(self, name: str, data: bytes = b"", **fields: Any) -> None:
        """Tell the front something. Any thread may."""
        ...


class Blobs(Protocol):
    """The worker's blobs, as a child sees them."""

    def get(self, digest: str) -> bytes:
        """The verified bytes of a blob. Raises NotPresent."""
        ...

    def put(self, data: bytes) -> str:
        """Store a blob; returns its digest."""
        ...


@dataclass(frozen=True, slots=True)
class Order:
    """What the front orders.

    `weights` is the content of the engine's weights as the probe found it, "" for none. `params`
    is complete; `allow` is the value of an Exactness; `resume` is the digest of a checkpoint's
    state, after which `patches` patches are there already; `log` is a path.
    """

    job: str
    engine: str
    weights: str
    params: dict[str, ParamValue]
    prompt: str
    clip: str
    allow: str
    resume: str | None
    patches: int
    log: str

    @classmethod
    def of(cls, message: Message) -> Order:
        """The order in a message."""
        return cls(**message.fields)


class Run:
    """Runs an order. Everything that it finds out goes to the front through `link`."""

    def __init__(
        self, link: Front, blobs: Blobs, order: Order, cancelled: Callable[[], bool]
    ) -> None:
        self._link = link
        self._blobs = blobs
        self._order = order
        self._cancelled = cancelled
        self._patches = order.patches
        self._frame = -1
        self._clock = UnitClock()
        self._run_clock = RunClock(time.monotonic())
        self._progress = Pace(_PROGRESS_S, _PROGRESS_SLOTS)
        self._preview = Pace(_PREVIEW_S, _PREVIEW_SLOTS)

    def finish(self, registry: Registry) -> None:
        """Render to the end. Raises what the engine raises, and JobFailed for a bad patch."""
        order = self._order
        _log.info("job %s: engine %s, clip %s", order.job, order.engine, order.clip)
        check_weights(order.engine, order.weights)
        engine = registry.load(Kind.ENGINE, order.engine)
        manifest = CanvasManifest.decode(self._blobs.get(order.clip))
        clip = CanvasClip(manifest, self._blobs.get)
        patches = engine.run(
            clip,
            order.prompt,
            order.params,
            allow=Exactness(order.allow),
            resume=None if order.resume is None else self._blobs.get(order.resume),
            on_event=self._on_event,
            cancelled=self._cancelled,
        )
        for patch in patches:
            self._keep(patch, clip)
            if self._cancelled():
                raise Cancelled("the job was cancelled")
        if order.resume is None and not is_partial(order.params):
            self._tell_rate(clip)

    def _tell_rate(self, clip: CanvasClip) -> None:
        """What the whole run took, for estimates of later ones."""
        order = self._order
        masked = [bool(fill_of(clip.quadmask(index)).any()) for index in range(len(clip))]
        work = workload_of(order.engine, masked, clip.extent, order.params)
        self._link.send(
            "rate",
            variant=speed_variant(order.params),
            canvas=(clip.extent.width, clip.extent.height),
            frames=work.frames,
            amount=work.amount,
            seconds=self._run_clock.seconds(time.monotonic()),
            step_s=self._run_clock.unit_s / work.windows if work.windows else 0.0,
        )

    def _keep(self, patch: Patch, clip: CanvasClip) -> None:
        fault = _fault_of(patch, clip) or ("out of order" if patch.frame < self._frame else "")
        if fault:
            raise JobFailed(f"engine {self._order.engine} gave a bad patch {patch.frame}: {fault}")
        rect, confidence = patch.rect, patch.confidence
        self._link.send(
            "patch",
            position=self._patches,
            frame=patch.frame,
            rect=(rect.x, rect.y, rect.width, rect.height),
            pixels=self._blobs.put(pack_array(patch.pixels)),
            confidence=None if confidence is None else self._blobs.put(pack_array(confidence)),
        )
        self._frame = patch.frame
        self._patches += 1

    def _on_event(self, event: EngineEvent) -> None:
        match event:
            case Stage(name):
                self._run_clock.stage(name, time.monotonic())
                self._link.send("stage", text=name)
            case Progress(done, total):
                self._on_progress(done, total)
            case Preview(frame, pixels):
                self._on_preview(frame, pixels)
            case Checkpoint(state, patches):
                self._on_checkpoint(state, patches)
            case Log(message):
                _log.info("%s", message)
                self._link.send("log", text=message[:_LOG_CHARS])
            case Ran(facts):
                _log.info("ran: %s", ", ".join(f"{name} {value}" for name, value in facts))
                self._link.send("ran", facts=dict(facts))

    def _on_progress(self, done: int, total: int) -> None:
        now_s = time.monotonic()
        self._run_clock.progress(done, now_s)
        eta_s = self._clock.eta_s(done, total, now_s)
        if self._progress.due(now_s) or done == total:
            self._link.send("progress", done=done, total=total, eta_s=eta_s)

    def _on_preview(self, frame: int, pixels: npt.NDArray[np.uint8]) -> None:
        if self._preview.due(time.monotonic()):
            self._link.send("preview", encode_preview(pixels), frame=frame)

    def _on_checkpoint(self, state: bytes, patches: int) -> None:
        if len(state) > CHECKPOINT_LIMIT_BYTES or patches > self._patches:
            raise JobFailed(
                f"engine {self._order.engine} gave a checkpoint of {len(state)} bytes after"
                f" {patches} patches, of which {self._patches} were there"
            )
        self._link.send("checkpoint", state=self._blobs.put(state), patches=patches)


def _fault_of(patch: Patch, clip: CanvasClip) -> str:
    shape: tuple[Any, ...] = (*patch.rect.extent.shape, 3)
    confidence = patch.confidence
    if not 0 <= patch.frame < len(clip):
        return f"the clip has {len(clip)} frames"
    if patch.rect.intersect(clip.extent.rect) != patch.rect:
        return f"{patch.rect} is not on the canvas of {clip.extent}"
    if patch.pixels.shape != shape or patch.pixels.dtype not in (np.uint16, np.float16):
        return f"pixels are {patch.pixels.shape} {patch.pixels.dtype}"
    if confidence is not None and not (
        confidence.shape == shape[:2] and confidence.dtype == np.uint8
    ):
        return f"confidence is {confidence.shape} {confidence.dtype}"
    return ""
