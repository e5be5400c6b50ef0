"""The worker's job store: one SQLite file (WAL) that a kill or restart of the worker survives."""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from void_studio.core import NotPresent, Rect, Refused, new_id
from void_studio.engine import Log
from void_studio.jobs.model import (
    JobEvent,
    JobPayload,
    JobSpec,
    JobState,
    Result,
    StateChanged,
)
from void_studio.jobs.result import PatchEntry
from void_studio.jobs.rows import Job, payload_of, payload_row, spec_of, spec_text
from void_studio.jobs.schema import FROM_1, SCHEMA, VERSION

__all__ = ["JobStore"]

_ORDER = (JobState.QUEUED, JobState.RUNNING)
_PAGE = 256


class JobStore:
    """Jobs, their event logs and the patches that they have finished. Any thread may use it.

    States go only forward and every change of state is an event. A job that was running when the
    worker went away stays RUNNING and is claimed first after the restart. `version` grows with
    every change, and `wait` sleeps until it has.
    """

    def __init__(self, path: Path) -> None:
        """Open or make the store. Raises Refused when it can not be used."""
        self._path = path
        self._changed = threading.Condition()
        self._claimed: set[str] = set()
        self.version = 0
        self.closed = False
        path.parent.mkdir(parents=True, exist_ok=True)
        with _refusing(path):
            self._db = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        self._db.row_factory = sqlite3.Row
        try:
            with _refusing(path):
                self._prepare()
        except Refused:
            self._db.close()
            raise

    def submit(
        self, request_id: str, spec: JobSpec, build: str, *, again: bool = False
    ) -> tuple[Job, bool]:
        """The job for `spec`, and whether it is new.

        A job of an equal spec and build that is queued, running or done is that job, unless
        `again`; one that failed or was asked to stop is not.
        """
        with self._transaction():
            equal = self._jobs(
                "SELECT * FROM jobs WHERE digest = ? ORDER BY number DESC", spec.digest
            )
            if not again:
                for job in equal:
                    if job.build == build and not job.cancels and job.state is not JobState.FAILED:
                        return job, False
            attempt = 1 + max((job.attempt for job in equal), default=0)
            return self._new(request_id, spec, build, attempt), True

    def job(self, job_id: str) -> Job:
        """A job as it stands. Raises NotPresent when there is none."""
        with self._changed, _refusing(self._path):
            return self._job(job_id)

    def jobs(self) -> tuple[Job, ...]:
        """Every job, the newest first."""
        with self._changed, _refusing(self._path):
            return tuple(self._jobs("SELECT * FROM jobs ORDER BY number DESC"))

    def counts(self) -> tuple[int, int]:
        """How many jobs are queued, and how many are running."""
        with self._changed, _refusing(self._path):
            rows = self._db.execute("SELECT state, COUNT(*) FROM jobs GROUP BY state").fetchall()
        found = dict(rows)
        return found.get(JobState.QUEUED.value, 0), found.get(JobState.RUNNING.value, 0)

    def unfinished(self) -> frozenset[str]:
        """The ids of the jobs that have not ended."""
        with self._changed, _refusing(self._path):
            rows = self._db.execute("SELECT id FROM jobs WHERE state IN ('queued', 'running')")
            return frozenset(id_ for (id_,) in rows)

    def claim(self) -> Job | None:
        """Take the next job to run, now RUNNING: interrupted ones first, then in queue order."""
        with self._changed:
            with self._transaction():
                job = self._next()
                if job is None:
                    return None
                self._db.execute("UPDATE jobs SET starts = starts + 1 WHERE id = ?", (job.id,))
                if job.state is JobState.QUEUED:
                    self._move(job, JobState.RUNNING)
                else:
                    self._append(job.id, Log("the worker was restarted; the job goes on"))
                claimed = self._job(job.id)
            self._claimed.add(job.id)  # only what was written: a full disk takes no job away
            return claimed

    def move(self, job_id: str, state: JobState) -> None:
        """Bring a job forward to `state`. Raises Refused when that would be a step back."""
        with self._transaction():
            self._move(self._job(job_id), state)

    def ask_cancel(self, job_id: str) -> Job:
        """Count a request to stop; a queued job is CANCELLED at once. Idempotent when ended."""
        with self._transaction():
            job = self._job(job_id)
            if job.state.final:
                return job
            self._db.execute("UPDATE jobs SET cancels = cancels + 1 WHERE id = ?", (job_id,))
            if job.state is JobState.QUEUED:
                self._move(job, JobState.CANCELLED)
            return self._job(job_id)

    def append(self, job_id: str, payload: JobPayload) -> JobEvent:
        """Add an event to a job's log."""
        with self._transaction():
            return self._append(job_id, payload)

    def events(self, job_id: str, since: int = 0) -> tuple[JobEvent, ...]:
        """Up to 256 events after `since`, in order. Raises NotPresent for an unknown job."""
        with self._changed, _refusing(self._path):
            self._job(job_id)
            rows = self._db.execute(
                "SELECT seq, at, kind, payload, image FROM events"
                " WHERE job_id = ? AND seq > ? ORDER BY seq LIMIT ?",
                (job_id, since, _PAGE),
            ).fetchall()
        return tuple(
            JobEvent(job_id, seq, datetime.fromisoformat(at), payload_of(kind, text, image))
            for seq, at, kind, text, image in rows
        )

    def wait(self, version: int, timeout_s: float) -> None:
        """Return when `version` is no longer the store's, when it closes, or after a while."""
        with self._changed:
            self._changed.wait_for(lambda: self.closed or self.version != version, timeout_s)

    def wake(self) -> None:
        """Let everyone who waits look again."""
        with self._changed:
            self.version += 1
            self._changed.notify_all()

    def release(self, job_id: str) -> None:
        """Let a claimed job be claimed again, unless it has ended."""
        with self._changed:
            self._claimed.discard(job_id)

    def add_patch(self, job_id: str, position: int, entry: PatchEntry) -> None:
        """Keep the `position`-th finished patch of a job."""
        with self._transaction():
            self._db.execute(
                "INSERT INTO patches VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    job_id,
                    position,
                    entry.frame,
                    entry.rect.x,
                    entry.rect.y,
                    entry.rect.width,
                    entry.rect.height,
                    entry.pixels,
                    entry.confidence,
                ),
            )

    def patches(self, job_id: str) -> tuple[PatchEntry, ...]:
        """The finished patches of a job, in order."""
        with self._changed, _refusing(self._path):
            rows = self._db.execute(
                "SELECT frame, x, y, width, height, pixels, confidence FROM patches"
                " WHERE job_id = ? ORDER BY position",
                (job_id,),
            ).fetchall()
        return tuple(
            PatchEntry(frame, Rect(x, y, width, height), pixels, confidence)
            for frame, x, y, width, height, pixels, confidence in rows
        )

    def set_checkpoint(self, job_id: str, state: str, patches: int) -> str | None:
        """Keep the digest of the state from which a job can go on.

        Returns the one before, unless another unfinished job goes on from it too.
        """
        with self._transaction():
            before = self._checkpoint(job_id)
            self._db.execute(
                "UPDATE jobs SET checkpoint = ?, checkpoint_patches = ? WHERE id = ?",
                (state, patches, job_id),
            )
            others = "SELECT 1 FROM jobs WHERE checkpoint = ? AND state IN ('queued', 'running')"
            if before is None or self._db.execute(others, before[:1]).fetchone():
                return None
            return before[0]

    def set_build(self, job_id: str, build: str) -> None:
        """Another build of the worker renders the job now."""
        with self._transaction():
            self._db.execute("UPDATE jobs SET build = ? WHERE id = ?", (build, job_id))

    def checkpoint(self, job_id: str) -> tuple[str, int] | None:
        """Digest of the state from which a job can go on, and the patches before it."""
        with self._changed, _refusing(self._path):
            return self._checkpoint(job_id)

    def rewind(self, job_id: str, *, to_start: bool = False) -> tuple[str, int] | None:
        """Drop the patches after the last checkpoint; returns its state and patch count.

        None, and no patch is kept, when there is no checkpoint or `to_start`.
        """
        with self._transaction():
            checkpoint = None if to_start else self._checkpoint(job_id)
            kept = checkpoint[1] if checkpoint else 0
            self._db.execute(
                "DELETE FROM patches WHERE job_id = ? AND position >= ?", (job_id, kept)
            )
            return checkpoint

    def result(self, job_id: str) -> str | None:
        """Digest of a job's result manifest, None when it has none."""
        with self._changed, _refusing(self._path):
            row = self._db.execute(
                "SELECT payload FROM events WHERE job_id = ? AND kind = 'result'", (job_id,)
            ).fetchone()
        return None if row is None else json.loads(row[0])["manifest"]

    def finish(self, job_id: str, manifest: str) -> None:
        """The job SUCCEEDED with this result manifest."""
        with self._transaction():
            self._append(job_id, Result(manifest))
            self._move(self._job(job_id), JobState.SUCCEEDED)

    def mark_fetched(self, job_id: str) -> Job:
        """A client holds the job's result; the first time counts. Raises Refused without one."""
        with self._transaction():
            if self._job(job_id).state is not JobState.SUCCEEDED:
                raise Refused("the job has no result", where=job_id, hint="wait until it is done")
            self._db.execute(
                "UPDATE jobs SET fetched_at = COALESCE(fetched_at, ?) WHERE id = ?",
                (datetime.now(UTC).isoformat(), job_id),
            )
            return self._job(job_id)

    def delete(self, job_id: str) -> None:
        """Forget a job that has ended. Raises Refused when it has not."""
        with self._transaction():
            if not self._job(job_id).state.final:
                raise Refused("the job has not ended", where=job_id, hint="cancel it first")
            self._db.execute("DELETE FROM jobs WHERE id = ?", (job_id,))

    def close(self) -> None:
        """Wake who waits, and let go of the file."""
        with self._changed:
            self.closed = True
            self._changed.notify_all()
            self._db.close()

    def _prepare(self) -> None:
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.execute("PRAGMA synchronous = NORMAL")
        self._db.execute("PRAGMA foreign_keys = ON")
        (version,) = self._db.execute("PRAGMA user_version").fetchone()
        if version not in (0, 1, VERSION):
            raise Refused(
                f"this job store has version {version}, not {VERSION}",
                where=self._path,
                hint="another release of the worker made it; choose another --state",
            )
        if version != VERSION:
            step = FROM_1 if version else SCHEMA
            self._db.executescript(f"BEGIN; {step} PRAGMA user_version = {VERSION}; COMMIT;")

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        with self._changed, _refusing(self._path):
            self._db.execute("BEGIN IMMEDIATE")
            before = self._db.total_changes
            try:
                yield
                self._db.execute("COMMIT")
            except BaseException:
                if self._db.in_transaction:
                    self._db.execute("ROLLBACK")
                raise
            if self._db.total_changes != before:
                self.wake()

    def _jobs(self, query: str, *values: str) -> list[Job]:
        return [_job_of(row) for row in self._db.execute(query, values).fetchall()]

    def _job(self, job_id: str) -> Job:
        found = self._jobs("SELECT * FROM jobs WHERE id = ?", job_id)
        if not found:
            raise NotPresent("no such job on this worker", where=job_id)
        return found[0]

    def _next(self) -> Job | None:
        waiting = self._jobs(
            "SELECT * FROM jobs WHERE state IN ('running', 'queued')"
            " ORDER BY state = 'queued', number"
        )
        return next((job for job in waiting if job.id not in self._claimed), None)

    def _new(self, request_id: str, spec: JobSpec, build: str, attempt: int) -> Job:
        queued = JobState.QUEUED
        job = Job(new_id("job"), request_id, spec, queued, attempt, build, 0, 0, datetime.now(UTC))
        self._db.execute(
            "INSERT INTO jobs (id, request_id, spec, digest, state, attempt, build, submitted_at)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (
                job.id,
                request_id,
                spec_text(spec),
                spec.digest,
                queued.value,
                attempt,
                build,
                job.submitted_at.isoformat(),
            ),
        )
        self._append(job.id, StateChanged(queued, attempt))
        return job

    def _move(self, job: Job, state: JobState) -> None:
        if job.state.final or (state in _ORDER and _ORDER.index(state) <= _ORDER.index(job.state)):
            raise Refused(f"a job that is {job.state.value} can not become {state.value}")
        self._db.execute("UPDATE jobs SET state = ? WHERE id = ?", (state.value, job.id))
        self._append(job.id, StateChanged(state, job.attempt))

    def _append(self, job_id: str, payload: JobPayload) -> JobEvent:
        (last,) = self._db.execute(
            "SELECT COALESCE(MAX(seq), 0) FROM events WHERE job_id = ?", (job_id,)
        ).fetchone()
        event = JobEvent(job_id, last + 1, datetime.now(UTC), payload)
        self._db.execute(
            "INSERT INTO events VALUES (?, ?, ?, ?, ?, ?)",
            (job_id, event.seq, event.at.isoformat(), *payload_row(payload)),
        )
        return event

    def _checkpoint(self, job_id: str) -> tuple[str, int] | None:
        row = self._db.execute(
            "SELECT checkpoint, checkpoint_patches FROM jobs WHERE id = ?", (job_id,)
        ).fetchone()
        return None if row is None or row[0] is None else (row[0], row[1])


@contextmanager
def _refusing(path: Path) -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        raise Refused(
            f"the job store can not be used ({error})",
            where=path,
            hint="check that the disk has room and the folder can be written",
        ) from error


def _job_of(row: sqlite3.Row) -> Job:
    return Job(
        id=row["id"],
        request_id=row["request_id"],
        spec=spec_of(row["spec"]),
        state=JobState(row["state"]),
        attempt=row["attempt"],
        build=row["build"],
        cancels=row["cancels"],
        starts=row["starts"],
        submitted_at=datetime.fromisoformat(row["submitted_at"]),
        fetched_at=datetime.fromisoformat(row["fetched_at"]) if row["fetched_at"] else None,
    )
