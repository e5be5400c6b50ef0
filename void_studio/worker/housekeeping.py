"""Blobs that nobody asked for in a long time go when the worker starts."""

from __future__ import annotations

from void_studio.core import StudioError
from void_studio.jobs import Job, JobStore
from void_studio.media import CanvasManifest
from void_studio.worker.blobs import BlobStore

__all__ = ["sweep_blobs"]

_UNUSED_S = 14 * 24 * 3600.0


def sweep_blobs(jobs: JobStore, blobs: BlobStore) -> int:
    """Remove blobs unused for 14 days that no unfinished job needs; returns how many went."""
    keep: set[str] = set()
    for job in jobs.jobs():
        if not job.state.final:
            keep |= _needed(job, jobs, blobs)
    return blobs.sweep(keep, _UNUSED_S)


def _needed(job: Job, jobs: JobStore, blobs: BlobStore) -> set[str]:
    needed = {job.spec.clip}
    checkpoint = jobs.checkpoint(job.id)
    if checkpoint is not None:
        needed.add(checkpoint[0])
    for entry in jobs.patches(job.id):
        needed |= {entry.pixels} if entry.confidence is None else {entry.pixels, entry.confidence}
    try:
        return needed | CanvasManifest.decode(blobs.get(job.spec.clip)).digests
    except StudioError:
        return needed
