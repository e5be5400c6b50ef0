"""Where a worker keeps what it must not forget, and how it is found."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path

from void_studio.core import Refused, StudioError, appearing_whole, new_id, read_limited

__all__ = ["StateFolder", "WorkerRecord"]

_RECORD_BYTES = 1 << 16


@dataclass(frozen=True, slots=True)
class WorkerRecord:
    """What `worker.json` says: how to reach the worker that runs on a state folder.

    `host` is one by which this machine reaches it; `fingerprint` is empty where it serves in plain
    text, which is only on loopback.
    """

    host: str
    port: int
    pid: int
    token: str
    build: str
    fingerprint: str = ""


@dataclass(frozen=True, slots=True)
class StateFolder:
    """The folder of one worker; only its owner may read it."""

    path: Path

    @classmethod
    def default(cls) -> StateFolder:
        """VOID_STUDIO_STATE, or the user's state folder."""
        from platformdirs import user_state_path

        named = os.environ.get("VOID_STUDIO_STATE")
        return cls(Path(named) if named else user_state_path("void-studio"))

    @property
    def jobs(self) -> Path:
        """The job store."""
        return self.path / "jobs.sqlite"

    @property
    def blobs(self) -> Path:
        """The blob store."""
        return self.path / "blobs"

    @property
    def logs(self) -> Path:
        """Logs of the worker, its children and every job."""
        return self.path / "logs"

    @property
    def audit(self) -> Path:
        """Who asked what of the worker, and when."""
        return self.logs / "audit.jsonl"

    @property
    def identity(self) -> Path:
        """Key, certificate and pairing of a worker that serves other machines."""
        return self.path / "identity"

    @property
    def weights(self) -> Path:
        """What was learnt of weights: digests, commits, licences that were accepted."""
        return self.path / "weights.json"

    @property
    def rates(self) -> Path:
        """What jobs took."""
        return self.path / "rates.json"

    @property
    def lock(self) -> Path:
        """Held by the one worker of this folder."""
        return self.path / "worker.lock"

    @property
    def record(self) -> Path:
        """How to reach that worker."""
        return self.path / "worker.json"

    def job_log(self, job_id: str) -> Path:
        """Log of a job; a job is one attempt."""
        return self.logs / f"{job_id}.log"

    def make(self) -> None:
        """Make the folders. Raises Refused when they can not be made."""
        try:
            for folder in (self.path, self.logs, self.blobs):
                folder.mkdir(parents=True, exist_ok=True)
            self.path.chmod(0o700)
        except OSError as error:
            raise Refused(
                f"the worker can not keep its state here ({error.strerror or error})",
                where=self.path,
                hint="name another folder with --state or VOID_STUDIO_STATE",
            ) from error

    def worker_id(self) -> str:
        """The worker's id, made on first use."""
        path = self.path / "worker-id"
        if not path.exists():
            with appearing_whole(path) as temporary:
                temporary.write_text(new_id("worker"))
        return path.read_text()

    def write_record(self, record: WorkerRecord) -> None:
        """Leave word of the running worker, readable by its owner only."""
        with appearing_whole(self.record) as temporary:
            temporary.touch(mode=0o600)
            temporary.write_text(json.dumps(asdict(record)))

    def read_record(self) -> WorkerRecord | None:
        """The word that a worker left; None when there is none or it makes no sense."""
        try:
            value = json.loads(read_limited(self.record, _RECORD_BYTES))
            return WorkerRecord(
                host=str(value["host"]),
                port=int(value["port"]),
                pid=int(value["pid"]),
                token=str(value["token"]),
                build=str(value["build"]),
                fingerprint=str(value["fingerprint"]),
            )
        except (StudioError, ValueError, KeyError, TypeError):
            return None

    def drop_record(self) -> None:
        """Take the word back."""
        self.record.unlink(missing_ok=True)
