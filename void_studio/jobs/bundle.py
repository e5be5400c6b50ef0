"""Jobs in a folder, for a farm that runs them without a studio or a worker that serves.

    bundle/blobs/ab/ab12...      clips, checkpoints and patches, by digest
    bundle/jobs/NAME.json        the spec of a job
    bundle/results/NAME.json     its result manifest, once it is done
    bundle/checkpoints/NAME.json how far it came, while it is not

The folder may be copied as a whole. What is read from it is verified.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from void_studio.core import (
    BadInput,
    NotPresent,
    canonical_json,
    digest_bytes,
    is_digest,
    read_limited,
    write_whole,
)
from void_studio.jobs.model import JobSpec
from void_studio.jobs.result import PatchEntry, ResultManifest
from void_studio.jobs.rows import spec_of, spec_text

__all__ = ["JobBundle"]

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
_BLOB_BYTES = 1 << 28
_TEXT_BYTES = 1 << 26


class JobBundle:
    """The jobs in `folder`. One process at a time runs a job; different ones may run at once."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def names(self) -> tuple[str, ...]:
        """The jobs, in order. Raises NotPresent when the folder is no bundle."""
        found = sorted(path.stem for path in (self.folder / "jobs").glob("*.json"))
        if not found:
            raise NotPresent("no jobs here", where=self.folder, hint="name a bundle's folder")
        return tuple(found)

    def add(self, name: str, spec: JobSpec) -> None:
        """Keep a job; the blobs of its clip are put by themselves."""
        write_whole(self._file("jobs", name), spec_text(spec).encode())

    def spec(self, name: str) -> JobSpec:
        """The spec of a job. Raises NotPresent when there is none, BadInput when malformed."""
        path = self._file("jobs", name)
        try:
            spec = spec_of(read_limited(path, _TEXT_BYTES).decode())
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            raise BadInput(f"a job is malformed ({error})", where=path) from error
        if not is_digest(spec.clip) or not isinstance(spec.engine, str):
            raise BadInput("a job is malformed", where=path)
        return spec

    def result(self, name: str) -> bytes | None:
        """The encoded result manifest of a job, None while it has none."""
        path = self._file("results", name)
        return read_limited(path, _TEXT_BYTES) if path.exists() else None

    def finish(self, name: str, result: ResultManifest) -> None:
        """Keep a job's result; its checkpoint goes."""
        write_whole(self._file("results", name), result.encode())
        self._file("checkpoints", name).unlink(missing_ok=True)

    def keep_checkpoint(
        self, name: str, state: str, build: str, patches: Sequence[PatchEntry]
    ) -> None:
        """Keep the digest of a state to go on from, and the patches before it."""
        entries = ResultManifest(build, "", tuple(patches)).encode().decode()
        value = canonical_json({"state": state, "patches": entries})
        write_whole(self._file("checkpoints", name), value)

    def checkpoint(self, name: str, build: str) -> tuple[str, tuple[PatchEntry, ...]] | None:
        """What `keep_checkpoint` kept; None without one, or when it is not whole or of `build`."""
        path = self._file("checkpoints", name)
        try:
            value = json.loads(read_limited(path, _TEXT_BYTES))
            state, before = value["state"], ResultManifest.decode(value["patches"].encode())
            digests = [state, *(entry.pixels for entry in before.patches)]
            digests += [entry.confidence for entry in before.patches if entry.confidence]
            for digest in digests:
                self.get(digest)
        except (NotPresent, BadInput, ValueError, KeyError, TypeError, AttributeError):
            return None
        return (state, before.patches) if before.build == build else None

    def missing(self, digests: Sequence[str]) -> frozenset[str]:
        """Those of `digests` that are not here."""
        return frozenset(digest for digest in digests if not self._blob(digest).exists())

    def put(self, blob: bytes) -> str:
        """Store a blob; returns its digest."""
        digest = digest_bytes(blob)
        path = self._blob(digest)
        if not path.exists():
            write_whole(path, blob)
        return digest

    def put_many(self, blobs: Mapping[str, bytes]) -> None:
        """Store blobs that come with their digests. Raises BadInput where one is another's."""
        for digest, blob in blobs.items():
            if self.put(blob) != digest:
                raise BadInput(f"blob {digest[:12]} is damaged", where=self.folder)

    def get(self, digest: str) -> bytes:
        """The verified bytes of a blob. Raises NotPresent, BadInput when it is damaged."""
        path = self._blob(digest)
        data = read_limited(path, _BLOB_BYTES)
        if digest_bytes(data) != digest:
            raise BadInput("this blob is damaged", where=path, hint="copy the bundle again")
        return data

    def _blob(self, digest: str) -> Path:
        if not is_digest(digest):
            raise BadInput(f"{str(digest)[:80]!r} is not a digest")
        return self.folder / "blobs" / digest[:2] / digest

    def _file(self, kind: str, name: str) -> Path:
        if not _NAME.fullmatch(name):
            raise BadInput("this is no name of a job", where=name[:80])
        return self.folder / kind / f"{name}.json"
