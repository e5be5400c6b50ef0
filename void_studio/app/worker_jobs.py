"""Jobs of any worker: listed, watched, stopped, fetched."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np

from void_studio.app.progress import Reporter
from void_studio.app.workers import connected
from void_studio.core import JobFailed, Refused, appearing_whole, read_ahead, write_whole
from void_studio.engine import Log, Stage
from void_studio.jobs import (
    Failed,
    Job,
    JobEvent,
    JobState,
    PatchEntry,
    Result,
    ResultManifest,
    StateChanged,
    TimedProgress,
)
from void_studio.media import unpack_array
from void_studio.worker.client import GrpcRunner

__all__ = [
    "cancel_job",
    "delete_job",
    "fetch_job",
    "job_facts",
    "job_line",
    "list_jobs",
    "watch_job",
]

_MANIFEST = "result.json"
_AHEAD = 3


def list_jobs(worker: str) -> dict[str, Any]:
    """Every job that a worker knows, the newest first."""
    with connected(worker) as runner:
        return {"worker": worker, "jobs": [job_facts(job) for job in runner.jobs()]}


def watch_job(
    worker: str, job_id: str, reporter: Reporter, *, cancelled: Callable[[], bool]
) -> dict[str, Any]:
    """Tell the reporter of a job's steps until it has ended; the job goes on when we stop looking.

    Raises JobFailed with its reason when it failed.
    """
    stage = "job"
    with connected(worker) as runner:
        for event in runner.events(job_id):
            stage = _told(event, stage, reporter)
            if cancelled():
                break
        return job_facts(runner.job(job_id))


def cancel_job(worker: str, job_id: str) -> dict[str, Any]:
    """Ask a job to stop; asked again, its process is ended."""
    with connected(worker) as runner:
        runner.cancel(job_id)
        return job_facts(runner.job(job_id))


def delete_job(worker: str, job_id: str) -> dict[str, Any]:
    """Have a worker forget a job that has ended, and the blobs that only it needed."""
    with connected(worker) as runner:
        job = runner.job(job_id)
        runner.delete(job_id)
    return job_facts(job)


def fetch_job(
    worker: str, job_id: str, out: Path, *, step: Callable[[int, int], None]
) -> dict[str, Any]:
    """Write a finished job's patches to `out`, one NumPy file each, and `result.json` last.

    Patches are RGB of shape (height, width, 3), uint16 or float16, full range. Those that `out`
    has already are not fetched again. Raises Refused when the job has no result yet.
    """
    with connected(worker) as runner:
        data = runner.get(_result_of(runner, job_id))
        manifest = ResultManifest.decode(data)
        paths = [out / _name(index, entry) for index, entry in enumerate(manifest.patches)]
        lacking = [e.pixels for e, p in zip(manifest.patches, paths, strict=True) if not p.exists()]
        with closing(read_ahead(runner.get_many(lacking), _AHEAD)) as blobs:
            for number, path in enumerate(paths, 1):
                if not path.exists():
                    _save(next(blobs), path)
                step(number, len(paths))
        write_whole(out / _MANIFEST, data)
        runner.mark_fetched(job_id)
        return {
            "job": job_facts(runner.job(job_id)),
            "folder": str(out),
            "patches": [
                {"file": _name(index, entry), **_place(entry)}
                for index, entry in enumerate(manifest.patches)
            ],
        }


def job_facts(job: Job) -> dict[str, Any]:
    """What the commands print of a job."""
    fetched = job.fetched_at
    return {
        "id": job.id,
        "request": job.request_id,
        "state": job.state.value,
        "engine": job.spec.engine,
        "clip": job.spec.clip,
        "attempt": job.attempt,
        "build": job.build,
        "submitted_at": job.submitted_at.isoformat(timespec="seconds"),
        "fetched_at": fetched.isoformat(timespec="seconds") if fetched else None,
    }


def job_line(facts: Mapping[str, Any]) -> str:
    """A job in one line."""
    fetched = ", fetched" if facts["fetched_at"] else ""
    return (
        f"{facts['id']}  {facts['state']}{fetched}  {facts['engine']}"
        f"  attempt {facts['attempt']}  {facts['submitted_at']}"
    )


def _told(event: JobEvent, stage: str, reporter: Reporter) -> str:
    """Tell the reporter of an event; returns the stage that the job is in now."""
    match event.payload:
        case Stage(name):
            return name
        case TimedProgress(done, total, eta_s):
            reporter.progress(stage, done, total, eta_s)
        case Log(message):
            reporter.note(message)
        case StateChanged(state):
            reporter.note(f"{event.job_id} is {state.value}")
        case Failed(message, log):
            raise JobFailed(message, where=event.job_id, hint=f"its log is {log}")
    return stage


def _result_of(runner: GrpcRunner, job_id: str) -> str:
    state = runner.job(job_id).state
    if state is not JobState.SUCCEEDED:
        raise Refused(
            f"the job is {state.value} and has no result",
            where=job_id,
            hint="watch it until it is done" if not state.final else "render again",
        )
    for event in runner.events(job_id):
        if isinstance(event.payload, Result):
            return event.payload.manifest
    raise JobFailed("the job ended without a result", where=job_id)


def _save(blob: bytes, path: Path) -> None:
    pixels = unpack_array(blob)
    with appearing_whole(path) as temporary:
        np.save(temporary, pixels, allow_pickle=False)


def _name(index: int, entry: PatchEntry) -> str:
    return f"{index:06d}_{entry.pixels[:12]}.npy"


def _place(entry: PatchEntry) -> dict[str, Any]:
    rect = entry.rect
    return {"frame": entry.frame, "rect": [rect.x, rect.y, rect.width, rect.height]}
