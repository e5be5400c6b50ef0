"""A Runner over a bundle: what a farm rendered is finished as what a worker rendered."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime

from void_studio.core import BadInput, Refused
from void_studio.jobs import Capabilities, JobBundle, JobEvent, JobSpec, Result, ResultManifest

__all__ = ["BundleRunner"]


class BundleRunner:
    """A handle on one job of a bundle; everything it says is in the folder already."""

    def __init__(self, bundle: JobBundle, name: str) -> None:
        self._bundle = bundle
        self._name = name

    def capabilities(self) -> Capabilities:
        """A folder offers nothing by itself."""
        return Capabilities("bundle", "", (), (), (), 0, 0)

    def missing(self, digests: Sequence[str]) -> frozenset[str]:
        """Those of `digests` that the bundle does not hold."""
        return self._bundle.missing(digests)

    def put(self, blob: bytes) -> str:
        """Store a blob; returns its digest."""
        return self._bundle.put(blob)

    def put_many(self, blobs: Mapping[str, bytes]) -> None:
        """Store blobs that come with their digests."""
        self._bundle.put_many(blobs)

    def get(self, digest: str) -> bytes:
        """The verified bytes of a blob. Raises NotPresent."""
        return self._bundle.get(digest)

    def get_many(self, digests: Sequence[str]) -> Iterator[bytes]:
        """The verified bytes of each blob in turn. Raises NotPresent."""
        return map(self._bundle.get, digests)

    def submit(self, request_id: str, spec: JobSpec, *, again: bool = False) -> str:
        """The job's name. Raises BadInput when the bundle has another spec by it."""
        if self._bundle.spec(self._name) != spec:
            raise BadInput(
                "the job in the bundle is not the one that was asked for",
                where=self._name,
                hint="make the bundle again",
            )
        return self._name

    def events(self, job_id: str, since: int = 0) -> Iterator[JobEvent]:
        """The result. Raises Refused while there is none, BadInput when it is malformed."""
        result = self._bundle.result(self._name)
        if result is None:
            raise Refused("not rendered yet", where=job_id, hint="wait for the farm")
        digest = self._bundle.put(ResultManifest.decode(result).encode())
        yield JobEvent(job_id, 1, datetime.now(UTC), Result(digest))

    def mark_fetched(self, job_id: str) -> None:
        """A bundle stays as it is."""

    def cancel(self, job_id: str) -> None:
        """A farm's jobs are stopped on the farm."""

    def close(self) -> None:
        """Nothing is held."""
