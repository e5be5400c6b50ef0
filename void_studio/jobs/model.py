"""Jobs: what is asked of a worker, what it tells, and the handle that a client holds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from typing import Protocol

from void_studio.core import Extent, digest_json
from void_studio.engine import (
    Checkpoint,
    EngineInfo,
    Exactness,
    Log,
    ParamValue,
    Stage,
)

__all__ = [
    "Capabilities",
    "Device",
    "EncodedPreview",
    "Failed",
    "JobEvent",
    "JobPayload",
    "JobSpec",
    "JobState",
    "Rate",
    "Result",
    "Runner",
    "StateChanged",
    "TimedProgress",
]


class JobState(Enum):
    """Where a job stands; only forward."""

    QUEUED = "queued"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def final(self) -> bool:
        """Whether nothing can follow."""
        return self in (JobState.SUCCEEDED, JobState.FAILED, JobState.CANCELLED)


@dataclass(frozen=True, slots=True)
class JobSpec:
    """All that decides the pixels of a result. `clip` is the digest of the canvas manifest."""

    engine: str
    params: tuple[tuple[str, ParamValue], ...]
    clip: str
    prompt: str
    allow: Exactness

    @classmethod
    def of(
        cls,
        engine: str,
        params: Mapping[str, ParamValue],
        clip: str,
        *,
        prompt: str = "",
        allow: Exactness = Exactness.EXACT,
    ) -> JobSpec:
        """A spec with its parameters in canonical order."""
        return cls(engine, tuple(sorted(params.items())), clip, prompt, allow)

    @property
    def digest(self) -> str:
        """BLAKE3 of the canonical JSON of exactly the fields: equal jobs have equal digests."""
        return digest_json(
            {
                "engine": self.engine,
                "params": dict(self.params),
                "clip": self.clip,
                "prompt": self.prompt,
                "allow": self.allow.value,
            }
        )


@dataclass(frozen=True, slots=True)
class StateChanged:
    """The job reached `state`; `attempt` counts from 1."""

    state: JobState
    attempt: int


@dataclass(frozen=True, slots=True, eq=False)
class EncodedPreview:
    """A small JPEG or PNG of the current estimate of clip frame `frame`."""

    frame: int
    image: bytes


@dataclass(frozen=True, slots=True)
class TimedProgress:
    """`done` of `total` units, and the worker's estimate of the seconds left, if it has one."""

    done: int
    total: int
    eta_s: float | None


@dataclass(frozen=True, slots=True)
class Result:
    """The digest of the result manifest (`jobs.result`)."""

    manifest: str


@dataclass(frozen=True, slots=True)
class Failed:
    """Why a job failed, in one line, and the path of its log on the worker."""

    message: str
    log: str


JobPayload = (
    StateChanged | Stage | TimedProgress | EncodedPreview | Checkpoint | Log | Result | Failed
)


@dataclass(frozen=True, slots=True)
class JobEvent:
    """One line of a job's event log; `seq` counts from 1 without gaps, `at` is UTC."""

    job_id: str
    seq: int
    at: datetime
    payload: JobPayload


@dataclass(frozen=True, slots=True)
class Device:
    """A device of a worker; memory in bytes, 0 when unknown."""

    id: str
    name: str
    memory_bytes: int
    free_bytes: int


@dataclass(frozen=True, slots=True)
class Rate:
    """What an engine took for its latest job of a kind on a device.

    `variant` is its parameters that change the speed, as "name=value, ...". `amount` of work is
    FLOP where the engine's are counted, else samples; `seconds` are those for all of it, without
    the loading of models; `step_s` for one step and window, 0 where the engine has none.
    """

    engine: str
    device: str
    variant: str
    canvas: Extent
    frames: int
    amount: float
    seconds: float
    step_s: float


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a worker can do: its engines with their parameters, segmenters, devices and queue.

    `switched_off` says, by id, why the others can not be used; `rates` what jobs took here.
    """

    worker_id: str
    build: str
    engines: tuple[EngineInfo, ...]
    segmenters: tuple[str, ...]
    devices: tuple[Device, ...]
    queued: int
    running: int
    switched_off: Mapping[str, str] = field(default_factory=dict)
    rates: tuple[Rate, ...] = ()


class Runner(Protocol):
    """A client's handle on a worker. Every method raises WorkerLost when it can not be reached."""

    def capabilities(self) -> Capabilities:
        """What the worker offers now."""
        ...

    def missing(self, digests: Sequence[str]) -> frozenset[str]:
        """Those of `digests` that the worker does not hold."""
        ...

    def put(self, blob: bytes) -> str:
        """Store a blob; returns its digest. Idempotent."""
        ...

    def put_many(self, blobs: Mapping[str, bytes]) -> None:
        """Store those of the blobs, by their digests, that are not there."""
        ...

    def get(self, digest: str) -> bytes:
        """The blob with this digest, verified. Raises NotPresent when the worker has none."""
        ...

    def get_many(self, digests: Sequence[str]) -> Iterator[bytes]:
        """The blobs with these digests in their order, each as `get` gives it."""
        ...

    def submit(self, request_id: str, spec: JobSpec, *, again: bool = False) -> str:
        """Queue a job; returns its id. An equal spec gives the same job unless `again`."""
        ...

    def events(self, job_id: str, since: int = 0) -> Iterator[JobEvent]:
        """Events with `seq` > `since`, waiting for more until the job has ended."""
        ...

    def mark_fetched(self, job_id: str) -> None:
        """Tell the worker that the job's result is here, so that it may go there."""
        ...

    def cancel(self, job_id: str) -> None:
        """Ask the job to stop. Idempotent; a second call ends the child process."""
        ...

    def close(self) -> None:
        """Let go of the connection; jobs go on."""
        ...
