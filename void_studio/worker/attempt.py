"""What the front writes down about one job while a child renders it."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from void_studio.core import Extent, NotPresent, Rect
from void_studio.engine import Checkpoint, Log, RanFact, Stage
from void_studio.jobs import (
    EncodedPreview,
    Failed,
    Job,
    JobState,
    JobStore,
    PatchEntry,
    Rate,
    ResultManifest,
    TimedProgress,
)
from void_studio.worker.blobs import BlobStore
from void_studio.worker.folders import StateFolder
from void_studio.worker.pipes import Message

__all__ = ["Attempt"]


class Attempt:
    """Keeps a job's patches, checkpoints and events, and brings it to its end."""

    def __init__(self, job: Job, jobs: JobStore, blobs: BlobStore, folder: StateFolder) -> None:
        self.job = job
        self.log = folder.job_log(job.id)
        self._jobs = jobs
        self._blobs = blobs
        self._rate: dict[str, Any] = {}
        self._ran: dict[str, RanFact] = {}

    def resume(self, build: str) -> tuple[str | None, int]:
        """The state to go on from and how many patches are there; (None, 0) from the start.

        A checkpoint of another build, or one that lost a blob, is not used; the job is one of
        `build` from then on.
        """
        checkpoint = self._jobs.rewind(self.job.id, to_start=self.job.build != build)
        if self.job.build != build:
            self._jobs.set_build(self.job.id, build)
        if checkpoint is None:
            return None, 0
        if self._is_whole(checkpoint[0]):
            return checkpoint
        self._jobs.append(self.job.id, Log("the checkpoint is damaged; the job starts over"))
        self._jobs.rewind(self.job.id, to_start=True)
        return None, 0

    def begin_again(self, reason: str) -> None:
        """Note why another child goes on with the job."""
        self._jobs.append(self.job.id, Log(reason))

    def record(self, message: Message) -> None:
        """Keep what the child said."""
        fields = message.fields
        match message.name:
            case "patch":
                self._jobs.add_patch(self.job.id, fields["position"], _entry_of(message))
            case "checkpoint":
                self._checkpoint(fields["state"], fields["patches"])
            case "progress":
                self._jobs.append(self.job.id, TimedProgress(**fields))
            case "preview":
                self._jobs.append(self.job.id, EncodedPreview(fields["frame"], message.data))
            case "stage":
                self._jobs.append(self.job.id, Stage(fields["text"]))
            case "rate":
                self._rate = dict(fields)
            case "log":
                self._jobs.append(self.job.id, Log(fields["text"]))
            case "ran":
                self._ran = fields["facts"]

    def rate(self, device: str) -> Rate | None:
        """What the whole job took; None when it was not rendered in one go."""
        if not self._rate:
            return None
        fields = {**self._rate, "canvas": Extent(*self._rate["canvas"])}
        return Rate(self.job.spec.engine, device, **fields)

    def succeed(self, build: str, device: str) -> None:
        """The child has given every patch: store the result manifest."""
        ran = tuple(sorted(self._ran.items()))
        manifest = ResultManifest(build, device, self._jobs.patches(self.job.id), ran)
        self._jobs.finish(self.job.id, self._blobs.put(manifest.encode(), durable=True))

    def cancel(self) -> None:
        """The job has stopped because a person asked."""
        self._jobs.move(self.job.id, JobState.CANCELLED)

    def fail(self, message: str) -> None:
        """The job has ended without a result."""
        with suppress(OSError), self.log.open("a", encoding="utf-8") as file:
            file.write(f"failed: {message}\n")
        self._jobs.append(self.job.id, Failed(message, str(self.log)))
        self._jobs.move(self.job.id, JobState.FAILED)

    def _is_whole(self, state: str) -> bool:
        digests = [
            digest
            for entry in self._jobs.patches(self.job.id)
            for digest in (entry.pixels, entry.confidence)
            if digest is not None
        ]
        try:
            self._blobs.get(state)
        except NotPresent:
            return False
        return not self._blobs.missing(digests)

    def _checkpoint(self, state: str, patches: int) -> None:
        before = self._jobs.set_checkpoint(self.job.id, state, patches)
        self._jobs.append(self.job.id, Checkpoint(b"", patches))
        if before is not None:
            self._blobs.drop(before)


def _entry_of(message: Message) -> PatchEntry:
    fields = message.fields
    return PatchEntry(
        fields["frame"], Rect(*fields["rect"]), fields["pixels"], fields["confidence"]
    )
