"""Jobs rendered by actors of a Ray cluster. The only file that imports ray.

Ray places the actors, one GPU each where the cluster has any, else one processor each, and adds
nodes where it may. Every node has the same installation as this worker, which is checked before a
job begins; frames, checkpoints and patches travel through Ray's object store, so that nodes need
no common disk. Whoever may use the cluster may run code on its nodes: keep it as closed as Ray's
own token makes it.
"""

from __future__ import annotations

import contextlib
import io
import logging
import os
import queue
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from void_studio.api import Registry, new_registry
from void_studio.core import (
    NotPresent,
    Refused,
    digest_bytes,
)
from void_studio.media import CanvasManifest
from void_studio.worker.address import Address
from void_studio.worker.blobs import BlobStore
from void_studio.worker.build import build_name
from void_studio.worker.child_render import run_order
from void_studio.worker.child_run import Order
from void_studio.worker.executor import RenderChild
from void_studio.worker.pipes import Message

try:
    import ray
    from ray.exceptions import RayError
except ImportError as error:
    raise NotPresent(
        "Ray is not installed", hint="install it with: pip install 'void-studio[cluster]'"
    ) from error

__all__ = ["RayExecutor"]

_THREADS = 4
_AUTO = "auto"
_REACH_S = 5.0
_RETRIES = 3
_AHEAD = 64
_LOG_RECORD = "%(asctime)s %(name)s %(message)s"


class RayExecutor:
    """Actors of the cluster at `address`, HOST:PORT or "auto" for the one of this machine.

    Without an address one is started here, which ends with the worker.

    `slots` is how many jobs run at once: by default one for every GPU of the cluster, or for every
    processor where it has none. Raises Refused when there is no such cluster.
    """

    device = "ray"
    retries = _RETRIES

    def __init__(self, blobs: BlobStore, *, address: str | None, slots: int | None) -> None:
        self._blobs = blobs
        self._build = build_name()
        _join(address)
        found = ray.cluster_resources()
        self._gpus = int(found.get("GPU", 0))
        self.slots = slots or self._gpus or max(1, int(found.get("CPU", 1)))

    def child(self, job_log: Callable[[str], Path]) -> RenderChild:
        """An actor; it begins as soon as the cluster has a place for it."""
        kind = {"num_gpus": 1} if self._gpus else {"num_cpus": 1}
        actor = ray.remote(RenderActor).options(max_concurrency=_THREADS, **kind).remote()
        return RayChild(actor, self._blobs, self._build, job_log)

    def close(self) -> None:
        """Leave the cluster; one that was started here ends."""
        ray.shutdown()


class RayChild:
    """The front's end of an actor."""

    def __init__(
        self, actor: Any, blobs: BlobStore, build: str, job_log: Callable[[str], Path]
    ) -> None:
        self._actor = actor
        self._blobs = blobs
        self._build = build
        self._job_log = job_log
        self._job = ""
        self._said: Iterator[Any] = iter(())
        self._ending = "ended"

    def send(self, name: str, data: bytes = b"", **fields: Any) -> None:
        """Tell the actor something; one that is gone shows when `receive` gives None."""
        if name == "cancel":
            self._actor.cancel.remote(fields["job"])
            return
        self._job = fields["job"]
        render = self._actor.render.options(
            num_returns="streaming", _generator_backpressure_num_objects=_AHEAD
        )
        self._said = render.remote(self._build, fields, self._objects(fields))

    def receive(self) -> Message | None:
        """What the actor says next; None when it has ended."""
        while True:
            try:
                message = Message(*ray.get(next(self._said)))
            except StopIteration:
                return None
            except RayError as error:
                self._ending = f"was lost ({_first_line(error)})"
                return None
            if message.name == "blob":
                self._blobs.put(message.data)
            elif message.name == "line":
                with self._job_log(self._job).open("a", encoding="utf-8") as log:
                    log.write(message.fields["text"])
            else:
                return message

    def ending(self) -> str:
        """How the actor ended, in words."""
        return self._ending

    def kill(self) -> None:
        """End the actor at once."""
        ray.kill(self._actor)

    def close(self) -> None:
        """Forget the actor, which then ends."""
        self._said = iter(())

    def _objects(self, fields: dict[str, Any]) -> dict[str, Any]:
        """All blobs that a job may ask for, as objects of the cluster."""
        digests = set(CanvasManifest.decode(self._blobs.get(fields["clip"])).digests)
        digests.add(fields["clip"])
        if fields["resume"] is not None:
            digests.add(fields["resume"])
        return {digest: ray.put(self._blobs.get(digest)) for digest in sorted(digests)}


class RenderActor:
    """A render process on a node; made by Ray, one job at a time."""

    def __init__(self) -> None:
        self._registry: Registry = new_registry()
        self._cancelled: set[str] = set()

    def cancel(self, job: str) -> None:
        """Ask a job to stop."""
        self._cancelled.add(job)

    def render(
        self, build: str, fields: dict[str, Any], objects: dict[str, Any]
    ) -> Iterator[tuple[str, dict[str, Any], bytes]]:
        """Run an order; yields what a child process says over its pipe, and blobs and log lines."""
        said = _Said()
        if build != build_name():
            said.send("ended", state="failed", message=_other_build(build))
        else:
            blobs = _Objects(objects, said)
            order = Order(**fields)
            threading.Thread(target=self._run, args=(said, blobs, order), daemon=True).start()
        while True:
            name, values, data = said.messages.get()
            yield name, values, data
            if name == "ended":
                return

    def _run(self, said: _Said, blobs: _Objects, order: Order) -> None:
        lines = _Lines(said)
        record = logging.StreamHandler(lines)
        record.setFormatter(logging.Formatter(_LOG_RECORD))
        root = logging.getLogger()
        root.addHandler(record)
        root.setLevel(logging.INFO)
        try:
            with contextlib.redirect_stdout(lines), contextlib.redirect_stderr(lines):
                run_order(said, self._registry, blobs, order, self._cancelled)
        finally:
            root.removeHandler(record)
            self._cancelled.discard(order.job)


class _Said:
    """What an actor has to say, in order."""

    def __init__(self) -> None:
        self.messages: queue.SimpleQueue[tuple[str, dict[str, Any], bytes]] = queue.SimpleQueue()

    def send(self, name: str, data: bytes = b"", **fields: Any) -> None:
        """Tell the front something."""
        self.messages.put((name, fields, data))


class _Lines(io.TextIOBase):
    """A text stream that goes to the job's log."""

    def __init__(self, said: _Said) -> None:
        super().__init__()
        self._said = said

    def writable(self) -> bool:
        """It is."""
        return True

    def write(self, text: str) -> int:
        """Send what was written."""
        self._said.send("line", text=text)
        return len(text)


class _Objects:
    """The job's blobs on a node: read from the cluster's object store, written to the front."""

    def __init__(self, objects: dict[str, Any], said: _Said) -> None:
        self._objects = objects
        self._said = said

    def get(self, digest: str) -> bytes:
        """The verified bytes of a blob. Raises NotPresent."""
        if digest not in self._objects:
            raise NotPresent(f"the job has no blob {digest[:12]}")
        data = bytes(ray.get(self._objects[digest]))
        if digest_bytes(data) != digest:
            raise NotPresent(f"blob {digest[:12]} was damaged on its way to the node")
        return data

    def put(self, data: bytes) -> str:
        """Send a blob to the front; returns its digest."""
        self._said.send("blob", data)
        return digest_bytes(data)


def _join(address: str | None) -> None:
    """Join a cluster. Ray's own handler of SIGTERM is taken out again: the front has one."""
    if address is not None and address != _AUTO:
        _check_reachable(address)
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
    before = signal.getsignal(signal.SIGTERM)
    try:
        ray.init(
            address=address or "local",
            include_dashboard=None if address else False,
            log_to_driver=False,
            configure_logging=False,
            logging_level=logging.ERROR,
        )
    except (ConnectionError, ValueError, RuntimeError) as error:
        raise _no_cluster(address or "this machine", error) from error
    finally:
        signal.signal(signal.SIGTERM, before)


def _check_reachable(address: str) -> None:
    """Raise Refused when nobody listens there: Ray itself would wait for minutes."""
    target = Address.parse(address)
    try:
        socket.create_connection((target.host, target.port), timeout=_REACH_S).close()
    except OSError as error:
        raise _no_cluster(address, error) from error


def _no_cluster(where: str, error: Exception) -> Refused:
    return Refused(
        f"no Ray cluster can be used ({_first_line(error)})",
        where=where,
        hint="start one with: ray start --head",
    )


def _other_build(build: str) -> str:
    return f"this node has build {build_name()}, the worker {build}: install the same on every node"


def _first_line(error: BaseException) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0][:200]
