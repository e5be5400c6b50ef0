"""Which blobs are needed, and which may go."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from void_studio.core import StudioError
from void_studio.jobs import Job, JobState, JobStore
from void_studio.media import CanvasManifest
from void_studio.worker.blobs import BlobStore

__all__ = ["blobs_of", "pinned_blobs", "result_blobs", "sweep_blobs"]

_UNUSED_S = 14 * 24 * 3600.0
_AFTER_FETCH = timedelta(days=1)
_UNFETCHED = timedelta(days=30)


def sweep_blobs(jobs: JobStore, blobs: BlobStore) -> int:
    """Remove blobs unused for 14 days that no job needs; returns how many went."""
    return blobs.sweep(pinned_blobs(jobs, blobs), _UNUSED_S)


def pinned_blobs(jobs: JobStore, blobs: BlobStore) -> set[str]:
    """What must stay: all that unfinished jobs need, and results that may still be fetched.

    A result stays for a day after a client said that it holds it, and for 30 days after its job
    was submitted when nobody did.
    """
    needed: set[str] = set()
    for job in jobs.jobs():
        if not job.state.final:
            needed |= blobs_of(job, jobs, blobs)
        elif _is_kept(job, datetime.now(UTC)):
            needed |= result_blobs(job, jobs)
    return needed


def blobs_of(job: Job, jobs: JobStore, blobs: BlobStore) -> set[str]:
    """A job's clip, checkpoint, patches and result."""
    needed = result_blobs(job, jobs) | {job.spec.clip}
    checkpoint = jobs.checkpoint(job.id)
    if checkpoint is not None:
        needed.add(checkpoint[0])
    try:
        return needed | CanvasManifest.decode(blobs.get(job.spec.clip)).digests
    except StudioError:
        return needed


def result_blobs(job: Job, jobs: JobStore) -> set[str]:
    """A job's finished patches, and the manifest of its result."""
    entries = jobs.patches(job.id)
    return set(
        _present(
            [
                jobs.result(job.id),
                *(entry.pixels for entry in entries),
                *(entry.confidence for entry in entries),
            ]
        )
    )


def _present(digests: Iterable[str | None]) -> Iterable[str]:
    return (digest for digest in digests if digest is not None)


def _is_kept(job: Job, now: datetime) -> bool:
    if job.state is not JobState.SUCCEEDED:
        return False
    if job.fetched_at is not None:
        return now - job.fetched_at < _AFTER_FETCH
    return now - job.submitted_at < _UNFETCHED
