"""How jobs and events are kept in rows: JSON in text, images as bytes."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime

from void_studio.core import canonical_json
from void_studio.engine import Checkpoint, Exactness, Log, Stage
from void_studio.jobs.model import (
    EncodedPreview,
    Failed,
    JobPayload,
    JobSpec,
    JobState,
    Result,
    StateChanged,
    TimedProgress,
)

__all__ = ["Job", "payload_of", "payload_row", "spec_of", "spec_text"]


@dataclass(frozen=True, slots=True)
class Job:
    """A job as it stands. `attempt` counts the jobs of an equal spec, from 1.

    `build` is that of the worker that took it; `cancels` counts requests to stop; `starts` counts
    how often it was begun, more than once after restarts of the worker; `fetched_at` is when a
    client first said that it holds the result.
    """

    id: str
    request_id: str
    spec: JobSpec
    state: JobState
    attempt: int
    build: str
    cancels: int
    starts: int
    submitted_at: datetime
    fetched_at: datetime | None = None


def spec_text(spec: JobSpec) -> str:
    """A spec as JSON."""
    return canonical_json(
        {
            "engine": spec.engine,
            "params": dict(spec.params),
            "clip": spec.clip,
            "prompt": spec.prompt,
            "allow": spec.allow.value,
        }
    ).decode()


def spec_of(text: str) -> JobSpec:
    """The spec in what `spec_text` wrote."""
    value = json.loads(text)
    return JobSpec.of(
        value["engine"],
        value["params"],
        value["clip"],
        prompt=value["prompt"],
        allow=Exactness(value["allow"]),
    )


def payload_row(payload: JobPayload) -> tuple[str, str, bytes | None]:
    """Kind, JSON and bytes of an event's payload; a checkpoint's state is not kept here."""
    image: bytes | None = None
    value: dict[str, object]
    match payload:
        case StateChanged(state, attempt):
            kind, value = "state", {"state": state.value, "attempt": attempt}
        case Stage(name):
            kind, value = "stage", {"name": name}
        case TimedProgress(done, total, eta_s):
            kind, value = "progress", {"done": done, "total": total, "eta_s": eta_s}
        case EncodedPreview(frame, image):
            kind, value = "preview", {"frame": frame}
        case Checkpoint(_, patches):
            kind, value = "checkpoint", {"patches": patches}
        case Log(message):
            kind, value = "log", {"message": message}
        case Result(manifest):
            kind, value = "result", {"manifest": manifest}
        case Failed(message, log):
            kind, value = "error", {"message": message, "log": log}
    return kind, json.dumps(value), image


def payload_of(kind: str, text: str, image: bytes | None) -> JobPayload:
    """The payload in what `payload_row` gave."""
    value = json.loads(text)
    match kind:
        case "state":
            return StateChanged(JobState(value["state"]), value["attempt"])
        case "stage":
            return Stage(value["name"])
        case "progress":
            return TimedProgress(value["done"], value["total"], value["eta_s"])
        case "preview":
            return EncodedPreview(value["frame"], image or b"")
        case "checkpoint":
            return Checkpoint(b"", value["patches"])
        case "log":
            return Log(value["message"])
        case "result":
            return Result(value["manifest"])
    return Failed(value["message"], value["log"])
