"""The job loops: they take jobs from the store and have resident children render them."""

from __future__ import annotations

import logging
import threading
from collections.abc import Sequence

from void_studio.core import JobFailed, StudioError
from void_studio.engine import complete_params
from void_studio.jobs import Job, JobState, JobStore
from void_studio.worker.attempt import Attempt
from void_studio.worker.blobs import BlobStore
from void_studio.worker.build import build_of
from void_studio.worker.executor import Executor, RenderChild
from void_studio.worker.folders import StateFolder
from void_studio.worker.probe import Facts
from void_studio.worker.rates import Rates

__all__ = ["RenderLoop", "RenderLoops"]

_log = logging.getLogger(__name__)
_MOST_STARTS = 5
_IDLE_S = 3600.0
_AFTER_TROUBLE_S = 1.0


class RenderLoop:
    """Renders one job at a time on a child of `executor`, on a thread of its own.

    A child that goes away fails its job, unless the executor allows another try from the job's
    last checkpoint; the next job gets a new child. `stop` leaves a running
    job as it is: the next worker on this state folder goes on with it.
    """

    def __init__(
        self,
        executor: Executor,
        build: str,
        facts: Facts,
        jobs: JobStore,
        blobs: BlobStore,
        rates: Rates,
        folder: StateFolder,
        child_idle_s: float,
    ) -> None:
        self._executor = executor
        self._build = build
        self._facts = facts
        self._jobs = jobs
        self._blobs = blobs
        self._rates = rates
        self._folder = folder
        self._child_idle_s = child_idle_s
        self._lock = threading.Lock()
        self._child: RenderChild | None = None
        self._active: str | None = None
        self._stopping = False
        self._thread = threading.Thread(target=self._serve, name=f"render {executor.device}")

    def start(self) -> None:
        """Begin to take jobs."""
        self._thread.start()

    def stop(self) -> None:
        """End the child; the thread ends soon after: `join` waits for it."""
        with self._lock:
            self._stopping = True
            if self._child is not None:
                self._child.kill()
        self._jobs.wake()

    def join(self) -> None:
        """Wait for the end of a loop that was stopped."""
        self._thread.join()

    def interrupt(self, job: Job) -> None:
        """If this loop renders a job that was asked to stop, have it stop.

        One that is being begun is not waited for: who begins it looks whether it was to stop.
        """
        if self._active != job.id:
            return
        with self._lock:
            if self._active == job.id and self._child is not None and not job.state.final:
                self._child.send("cancel", job=job.id)
                if job.cancels > 1:
                    self._child.kill()

    def _serve(self) -> None:
        while not self._stopping:
            version = self._jobs.version
            try:
                job = self._jobs.claim()
                if job is not None:
                    self._render(job)
                elif not self._stopping:
                    self._wait(version)
            except StudioError:
                _log.exception("the job store can not be used")
                self._jobs.wait(self._jobs.version, _AFTER_TROUBLE_S)
        self._drop_child()

    def _wait(self, version: int) -> None:
        """Wait for the store to change; a child that has had nothing to do for long is ended."""
        if self._child is None:
            self._jobs.wait(version, _IDLE_S)
            return
        self._jobs.wait(version, self._child_idle_s)
        if self._jobs.version == version and not self._stopping:
            _log.info("the render process had nothing to do and is ended")
            self._drop_child()

    def _render(self, job: Job) -> None:
        attempt = Attempt(job, self._jobs, self._blobs, self._folder)
        try:
            self._attempt(attempt)
        except Exception as error:  # noqa: BLE001  the worker's job loop: it must go on
            _log.exception("job %s failed in the front", job.id)
            self._drop_child()
            attempt.fail(error.line() if isinstance(error, StudioError) else repr(error))
        finally:
            with self._lock:
                self._active = None
            self._jobs.release(job.id)

    def _attempt(self, attempt: Attempt) -> None:
        job = attempt.job
        if job.cancels:
            attempt.cancel()
            return
        if job.starts > _MOST_STARTS:
            raise JobFailed(f"the worker went away {_MOST_STARTS} times during this job")
        for tries_left in range(self._executor.retries, -1, -1):
            child = self._begin(attempt)
            if self._heard_to_the_end(child, attempt):
                return
            ending = child.ending()
            self._drop_child()
            if not tries_left or self._stopping or self._jobs.job(job.id).cancels:
                self._end_without_child(attempt, ending)
                return
            attempt.begin_again(f"the render process {ending}; the job goes on on another")

    def _heard_to_the_end(self, child: RenderChild, attempt: Attempt) -> bool:
        """Record what a child says; False when it went away before the job had ended."""
        while (message := child.receive()) is not None:
            if message.name == "ended":
                if message.fields.get("device_lost"):
                    self._drop_child()
                self._end(attempt, JobState(message.fields["state"]), message.fields["message"])
                return True
            attempt.record(message)
        return False

    def _begin(self, attempt: Attempt) -> RenderChild:
        job, spec = attempt.job, attempt.job.spec
        engine = self._facts.engine(spec.engine)
        resume, patches = attempt.resume(build_of(self._build, engine))
        params = complete_params(engine.params, dict(spec.params))
        with self._lock:
            child = self._child or self._executor.child(self._folder.job_log)
            self._child, self._active = child, job.id
            child.send(
                "render",
                job=job.id,
                engine=spec.engine,
                weights=engine.weights,
                params=params,
                prompt=spec.prompt,
                clip=spec.clip,
                allow=spec.allow.value,
                resume=resume,
                patches=patches,
                log=str(attempt.log),
            )
            if self._stopping:
                child.kill()
        if self._jobs.job(job.id).cancels:
            child.send("cancel", job=job.id)
        return child

    def _end(self, attempt: Attempt, state: JobState, message: str) -> None:
        if state is JobState.SUCCEEDED:
            engine = self._facts.engine(attempt.job.spec.engine)
            device = self._executor.device
            rate = attempt.rate(device)
            if rate is not None:
                self._rates.keep(rate)
            attempt.succeed(build_of(self._build, engine), device)
        elif state is JobState.CANCELLED:
            attempt.cancel()
        else:
            attempt.fail(message)

    def _end_without_child(self, attempt: Attempt, ending: str) -> None:
        if self._stopping:
            return
        if self._jobs.job(attempt.job.id).cancels:
            attempt.cancel()
        else:
            attempt.fail(f"the render process {ending}")

    def _drop_child(self) -> None:
        with self._lock:
            child, self._child = self._child, None
        if child is not None:
            child.kill()
            child.close()


class RenderLoops:
    """As many job loops as the executor has slots, over one store."""

    def __init__(self, jobs: JobStore, loops: Sequence[RenderLoop]) -> None:
        self._jobs = jobs
        self._loops = loops

    def start(self) -> None:
        """Begin to take jobs."""
        for loop in self._loops:
            loop.start()

    def stop(self) -> None:
        """End the children and the threads."""
        for loop in self._loops:
            loop.stop()
        for loop in self._loops:
            loop.join()

    def cancel(self, job_id: str) -> Job:
        """Ask a job to stop; the second time, end the child that renders it."""
        job = self._jobs.ask_cancel(job_id)
        for loop in self._loops:
            loop.interrupt(job)
        return job
