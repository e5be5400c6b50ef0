"""A runner that tells what passes through it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from void_studio.app.session.orders import KeptOrder
from void_studio.app.wiring import GrpcRunner
from void_studio.core import NotPresent
from void_studio.jobs import Capabilities, JobEvent, JobSpec, JobState

__all__ = ["ObservedRunner"]


class ObservedRunner:
    """A Runner for one order: its job is remembered, taken up again, and its events are told.

    `told` is called on the thread that follows the job.
    """

    def __init__(
        self, runner: GrpcRunner, order: KeptOrder, told: Callable[[JobEvent], None]
    ) -> None:
        self._runner = runner
        self._told = told
        self.order = order

    def submit(self, request_id: str, spec: JobSpec, *, again: bool = False) -> str:
        """The job of the order when the worker still has it, else a new one."""
        if self.is_alive():
            return self.order.job
        job = self._runner.submit(request_id, spec, again=again)
        self.order = self.order.submitted(job)
        return job

    def is_alive(self) -> bool:
        """Whether the worker has the order's job, and the job may still give a result."""
        if not self.order.job:
            return False
        try:
            state = self._runner.job(self.order.job).state
        except NotPresent:
            return False
        return state not in (JobState.FAILED, JobState.CANCELLED)

    def events(self, job_id: str, since: int = 0) -> Iterator[JobEvent]:
        """The events, each told before it is passed on."""
        for event in self._runner.events(job_id, since):
            self._told(event)
            yield event

    def stop(self) -> None:
        """Ask the job to stop; asked again, its process is ended."""
        if self.order.job:
            self._runner.cancel(self.order.job)

    def capabilities(self) -> Capabilities:
        """What the worker offers now."""
        return self._runner.capabilities()

    def missing(self, digests: Sequence[str]) -> frozenset[str]:
        """Those of `digests` that the worker does not hold."""
        return self._runner.missing(digests)

    def put(self, blob: bytes) -> str:
        """Store a blob; returns its digest."""
        return self._runner.put(blob)

    def get(self, digest: str) -> bytes:
        """The blob with this digest, verified."""
        return self._runner.get(digest)

    def put_many(self, blobs: Mapping[str, bytes]) -> None:
        """Store blobs by their digests."""
        self._runner.put_many(blobs)

    def get_many(self, digests: Sequence[str]) -> Iterator[bytes]:
        """The blobs with these digests, in order, each verified."""
        return self._runner.get_many(digests)

    def mark_fetched(self, job_id: str) -> None:
        """Tell the worker that the result is here."""
        self._runner.mark_fetched(job_id)

    def cancel(self, job_id: str) -> None:
        """Ask a job to stop."""
        self._runner.cancel(job_id)

    def close(self) -> None:
        """Let go of the connection; jobs go on."""
        self._runner.close()
