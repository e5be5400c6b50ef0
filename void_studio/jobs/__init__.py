"""Jobs: specs, events, the Runner protocol, results, and the store that the worker keeps."""

from void_studio.jobs.bundle import JobBundle
from void_studio.jobs.model import (
    Capabilities,
    Device,
    EncodedPreview,
    Failed,
    JobEvent,
    JobPayload,
    JobSpec,
    JobState,
    Rate,
    Result,
    Runner,
    StateChanged,
    TimedProgress,
)
from void_studio.jobs.result import PatchEntry, ResultManifest
from void_studio.jobs.rows import Job
from void_studio.jobs.store import JobStore

__all__ = [
    "JobSpec",
    "JobState",
    "JobEvent",
    "JobPayload",
    "StateChanged",
    "TimedProgress",
    "EncodedPreview",
    "Result",
    "Failed",
    "ResultManifest",
    "PatchEntry",
    "Runner",
    "Capabilities",
    "Device",
    "Rate",
    "Job",
    "JobStore",
    "JobBundle",
]
