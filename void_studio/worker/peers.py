"""What one peer, the address that a call comes from, may have open at once."""

from __future__ import annotations

import threading
from collections import Counter

import grpc

from void_studio.worker.faults import QueueFull
from void_studio.worker.limits import PEER_CALLS, PEER_JOBS, PEER_OPEN

__all__ = ["PeerCalls", "PeerJobs", "peer_of"]

_IN_WORDS = {
    "Put": "uploads",
    "Get blob": "downloads",
    "PutMany": "uploads of many blobs",
    "GetMany": "downloads of many blobs",
    "Watch": "watchers",
    "Session": "segmenter sessions",
}


def peer_of(context: grpc.ServicerContext) -> str:
    """The address of a call's other end, without its port."""
    return context.peer().rpartition(":")[0].removeprefix("ipv4:").removeprefix("ipv6:")


class PeerCalls:
    """Counts the open calls of every peer, all together and by name."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._open: Counter[tuple[str, str]] = Counter()

    def take(self, call: str, context: grpc.ServicerContext) -> None:
        """Count a call until it has ended. Raises QueueFull when its peer has too many open."""
        peer = peer_of(context)
        with self._lock:
            for name, limit in (("", PEER_OPEN), (call, PEER_CALLS.get(call, PEER_OPEN))):
                if self._open[peer, name] >= limit:
                    raise QueueFull(
                        f"{peer} has {limit} {_IN_WORDS.get(name, 'calls')} open already",
                        hint="wait until some have ended",
                    )
            self._open.update([(peer, ""), (peer, call)])
        if not context.add_callback(lambda: self._end(peer, call)):
            self._end(peer, call)

    def _end(self, peer: str, call: str) -> None:
        with self._lock:
            for key in ((peer, ""), (peer, call)):
                self._open[key] -= 1
                if not self._open[key]:
                    del self._open[key]


class PeerJobs:
    """Which unfinished jobs came from which peer since the worker's start."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._jobs: dict[str, str] = {}

    def check(self, peer: str, unfinished: frozenset[str]) -> None:
        """Raise QueueFull when `peer` has as many unfinished jobs as it may."""
        with self._lock:
            self._jobs = {job: owner for job, owner in self._jobs.items() if job in unfinished}
            count = sum(owner == peer for owner in self._jobs.values())
        if count >= PEER_JOBS:
            raise QueueFull(f"{peer} has {count} jobs here", hint="wait until some are done")

    def note(self, peer: str, job_id: str) -> None:
        """A job came from `peer`."""
        with self._lock:
            self._jobs[job_id] = peer
