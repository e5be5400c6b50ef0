"""Jobs, specs and events as protobuf messages, and back."""

from __future__ import annotations

import math
from datetime import UTC, datetime

from google.protobuf.timestamp_pb2 import Timestamp

from void_studio.core import BadInput, UsageError, is_digest
from void_studio.engine import Checkpoint, Exactness, Log, Stage
from void_studio.jobs import (
    EncodedPreview,
    Failed,
    Job,
    JobEvent,
    JobPayload,
    JobSpec,
    JobState,
    Result,
    StateChanged,
    TimedProgress,
)
from void_studio.worker.limits import NAME_CHARS, PARAMS, PROMPT_CHARS
from void_studio.worker.proto.void_studio.v1 import job_pb2
from void_studio.worker.wire_engines import param_value_message, param_value_of

__all__ = ["event_message", "event_of", "job_message", "job_of", "spec_message", "spec_of"]

_ALLOW = {
    Exactness.EXACT: job_pb2.EXACTNESS_EXACT,
    Exactness.NEAR: job_pb2.EXACTNESS_NEAR,
}
_ALLOW_BACK = {number: allow for allow, number in _ALLOW.items()}
_STATES = {
    JobState.QUEUED: job_pb2.JOB_STATE_QUEUED,
    JobState.RUNNING: job_pb2.JOB_STATE_RUNNING,
    JobState.SUCCEEDED: job_pb2.JOB_STATE_SUCCEEDED,
    JobState.FAILED: job_pb2.JOB_STATE_FAILED,
    JobState.CANCELLED: job_pb2.JOB_STATE_CANCELLED,
}
_STATES_BACK = {number: state for state, number in _STATES.items()}


def spec_message(spec: JobSpec) -> job_pb2.JobSpec:
    """A spec to send. Raises UsageError for a number that does not fit."""
    try:
        params = {name: param_value_message(value) for name, value in spec.params}
    except ValueError as error:
        raise UsageError(f"a parameter can not be sent ({error})") from error
    return job_pb2.JobSpec(
        engine=spec.engine,
        params=params,
        clip=spec.clip,
        prompt=spec.prompt,
        allow=_ALLOW[spec.allow],
    )


def spec_of(message: job_pb2.JobSpec) -> JobSpec:
    """The spec in a message. Raises BadInput when it is malformed or beyond the limits."""
    params = {name: param_value_of(value) for name, value in message.params.items()}
    numbers = [value for value in params.values() if isinstance(value, float)]
    good = (
        0 < len(message.engine) <= NAME_CHARS
        and is_digest(message.clip)
        and len(message.prompt) <= PROMPT_CHARS
        and len(params) <= PARAMS
        and all(map(math.isfinite, numbers))
        and message.allow in _ALLOW_BACK
    )
    if not good:
        raise BadInput("a job spec is malformed or beyond the limits")
    return JobSpec.of(
        message.engine,
        params,
        message.clip,
        prompt=message.prompt,
        allow=_ALLOW_BACK[message.allow],
    )


def job_message(job: Job) -> job_pb2.Job:
    """A job as it stands."""
    message = job_pb2.Job(
        id=job.id,
        request_id=job.request_id,
        spec=spec_message(job.spec),
        state=_STATES[job.state],
        attempt=job.attempt,
        build=job.build,
        submitted_at=_stamp(job.submitted_at),
    )
    if job.fetched_at is not None:
        message.fetched_at.CopyFrom(_stamp(job.fetched_at))
    return message


def job_of(message: job_pb2.Job) -> Job:
    """The job in a message; what only the worker knows is 0."""
    return Job(
        message.id,
        message.request_id,
        spec_of(message.spec),
        _state(message.state),
        message.attempt,
        message.build,
        0,
        0,
        message.submitted_at.ToDatetime(UTC),
        message.fetched_at.ToDatetime(UTC) if message.HasField("fetched_at") else None,
    )


def event_message(event: JobEvent) -> job_pb2.JobEvent:
    """An event of a job's log."""
    message = job_pb2.JobEvent(job_id=event.job_id, seq=event.seq, at=_stamp(event.at))
    match event.payload:
        case StateChanged(state, attempt):
            message.state.MergeFrom(job_pb2.StateChanged(state=_STATES[state], attempt=attempt))
        case Stage(name):
            message.stage.MergeFrom(job_pb2.Stage(name=name))
        case TimedProgress(done, total, eta_s):
            message.progress.MergeFrom(job_pb2.Progress(done=done, total=total, eta_s=eta_s))
        case EncodedPreview(frame, image):
            message.preview.MergeFrom(job_pb2.Preview(frame=frame, image=image))
        case Checkpoint(_, patches):
            message.checkpoint.MergeFrom(job_pb2.Checkpoint(patches=patches))
        case Log(text):
            message.log.MergeFrom(job_pb2.Log(message=text))
        case Result(manifest):
            message.result.MergeFrom(job_pb2.Result(manifest=manifest))
        case Failed(text, log):
            message.failure.MergeFrom(job_pb2.Failure(message=text, log=log))
    return message


def event_of(message: job_pb2.JobEvent) -> JobEvent:
    """The event in a message; a checkpoint's state stays on the worker and is empty here."""
    at = message.at.ToDatetime(UTC)
    return JobEvent(message.job_id, message.seq, at, _payload_of(message))


def _payload_of(message: job_pb2.JobEvent) -> JobPayload:
    match message.WhichOneof("payload"):
        case "state":
            return StateChanged(_state(message.state.state), message.state.attempt)
        case "stage":
            return Stage(message.stage.name)
        case "progress":
            progress = message.progress
            eta_s = progress.eta_s if progress.HasField("eta_s") else None
            return TimedProgress(progress.done, progress.total, eta_s)
        case "preview":
            return EncodedPreview(message.preview.frame, message.preview.image)
        case "checkpoint":
            return Checkpoint(b"", message.checkpoint.patches)
        case "log":
            return Log(message.log.message)
        case "result":
            return Result(message.result.manifest)
        case "failure":
            return Failed(message.failure.message, message.failure.log)
    return Log("an event that this release does not know")


def _state(number: job_pb2.JobState.ValueType) -> JobState:
    if number not in _STATES_BACK:
        raise BadInput("a job is in a state that this release does not know")
    return _STATES_BACK[number]


def _stamp(at: datetime) -> Timestamp:
    stamp = Timestamp()
    stamp.FromDatetime(at)
    return stamp
