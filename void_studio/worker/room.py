"""Room in the blob store: a quota, and what goes first when it is reached."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable

from void_studio.jobs import JobState, JobStore
from void_studio.worker.blobs import BlobStore
from void_studio.worker.faults import QueueFull
from void_studio.worker.housekeeping import blobs_of, pinned_blobs, result_blobs

__all__ = ["BlobRoom"]

_LEASE_S = 600.0
_RECOUNT_S = 30.0
_UNTOLD_NS = 60 * 10**9


class BlobRoom:
    """Keeps the blobs that clients send within `quota_bytes`. Any thread may use it.

    Blobs that were used longest ago go first. What an unfinished job needs and what may still be
    fetched never goes, nor what a client was told to be here within ten minutes and has not
    submitted yet. Patches of a running job are counted, and never refused.
    """

    def __init__(self, blobs: BlobStore, jobs: JobStore, quota_bytes: int) -> None:
        self._blobs = blobs
        self._jobs = jobs
        self._quota_bytes = quota_bytes
        self._lock = threading.Lock()
        self._leases: dict[str, float] = {}
        self._used_bytes = 0
        self._counted_s: float | None = None

    def promise(self, digests: Iterable[str]) -> None:
        """A client counts on these: they stay for ten minutes, or until `settle`."""
        until_s = time.monotonic() + _LEASE_S
        with self._lock:
            self._leases.update((digest, until_s) for digest in digests)

    def settle(self, digests: Iterable[str]) -> None:
        """A job needs these from now on, so that they stay without a promise."""
        with self._lock:
            for digest in digests:
                self._leases.pop(digest, None)

    def admit(self, digest: str, size_bytes: int) -> None:
        """Make room for a blob that is coming, and promise it.

        Raises QueueFull when what must stay leaves too little.
        """
        with self._lock:
            now_s = time.monotonic()
            stale = self._counted_s is None or now_s - self._counted_s > _RECOUNT_S
            if stale or self._used_bytes + size_bytes > self._quota_bytes:
                self._make_room(size_bytes, now_s)
            self._used_bytes += size_bytes
            self._leases[digest] = now_s + _LEASE_S

    def forget(self, job_id: str) -> None:
        """Delete a job that has ended, with the blobs that no other job needs.

        Raises Refused when it has not ended, NotPresent when there is none.
        """
        with self._lock:
            job = self._jobs.job(job_id)
            own = blobs_of(job, self._jobs, self._blobs)
            self._jobs.delete(job_id)
            kept = self._kept(time.monotonic())
            for other in self._jobs.jobs():
                if other.state is JobState.SUCCEEDED:
                    kept |= result_blobs(other, self._jobs)
            for digest in own - kept:
                self._blobs.drop(digest)
            self._counted_s = None

    def _make_room(self, size_bytes: int, now_s: float) -> None:
        files = self._blobs.files()
        used = sum(file.size_bytes for file in files)
        if used + size_bytes > self._quota_bytes:
            kept = self._kept(now_s)
            for file in files:
                if used + size_bytes <= self._quota_bytes:
                    break
                if file.digest not in kept:
                    self._blobs.drop(file.digest)
                    used -= file.size_bytes
        self._used_bytes, self._counted_s = used, now_s
        if used + size_bytes > self._quota_bytes:
            raise QueueFull(
                f"the worker's blob store is full: {used} of {self._quota_bytes} bytes are needed",
                hint="fetch or delete finished jobs, or have its owner raise --quota-gb",
            )

    def _kept(self, now_s: float) -> set[str]:
        """What must not go now."""
        self._leases = {
            digest: until_s for digest, until_s in self._leases.items() if until_s > now_s
        }
        return pinned_blobs(self._jobs, self._blobs) | set(self._leases) | self._unrecorded()

    def _unrecorded(self) -> set[str]:
        """What a running child may have stored, or found stored, and not told the front yet."""
        if not self._jobs.counts()[1]:
            return set()
        since_ns = time.time_ns() - _UNTOLD_NS
        return {file.digest for file in self._blobs.files() if file.used_at_ns > since_ns}
