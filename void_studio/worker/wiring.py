"""The worker's parts put together."""

from __future__ import annotations

import logging
import os
import secrets
import shutil
import time
from concurrent import futures
from contextlib import ExitStack
from dataclasses import dataclass

import grpc
from grpc_health.v1 import health, health_pb2, health_pb2_grpc

from void_studio.core import Refused
from void_studio.jobs import JobStore
from void_studio.worker.address import Address
from void_studio.worker.assist_service import AssistService
from void_studio.worker.audit import AuditLog
from void_studio.worker.blob_service import BlobService
from void_studio.worker.blobs import BlobStore
from void_studio.worker.border import Activity, Border
from void_studio.worker.build import build_name, record_build
from void_studio.worker.executor import Executor, LocalExecutor
from void_studio.worker.folders import StateFolder, WorkerRecord
from void_studio.worker.housekeeping import sweep_blobs
from void_studio.worker.identity import (
    Identity,
    has_identity,
    read_identity,
    serving_identity,
    token_digest,
)
from void_studio.worker.limits import MESSAGE_BYTES, THREADS
from void_studio.worker.probe import CPU, probe_worker
from void_studio.worker.processes import try_lock
from void_studio.worker.proto.void_studio.v1 import (
    assist_pb2_grpc,
    blob_pb2_grpc,
    render_pb2_grpc,
    worker_pb2_grpc,
)
from void_studio.worker.rates import Rates
from void_studio.worker.render_loop import RenderLoop, RenderLoops
from void_studio.worker.render_service import RenderService
from void_studio.worker.room import BlobRoom
from void_studio.worker.tokens import TokenCounter
from void_studio.worker.worker_service import WorkerService

__all__ = ["Terms", "Worker"]

_log = logging.getLogger(__name__)
_GRACE_S = 1.0
_LOCK_S, _LOCK_LOOK_S = 2.0, 0.1
_OPTIONS = (
    ("grpc.so_reuseport", 0),
    ("grpc.max_receive_message_length", MESSAGE_BYTES),
    ("grpc.http2.min_ping_interval_without_data_ms", 10_000),
    ("grpc.keepalive_permit_without_calls", 1),
)


@dataclass(frozen=True, slots=True)
class Terms:
    """What the worker's owner decided.

    `tls` asks for TLS on loopback too; `quota_bytes` is for the blob store, None for half of what
    its disk has left; a render child without work ends after `child_idle_s` seconds, a
    segmenter session of which nothing is heard after `session_idle_s`. With `ray` jobs run on the
    cluster at `ray_address`, or on one that is started here, `slots` at once.
    """

    tls: bool = False
    quota_bytes: int | None = None
    child_idle_s: float = 300.0
    session_idle_s: float = 600.0
    ray: bool = False
    ray_address: str | None = None
    slots: int | None = None


class Worker:
    """A serving worker. It holds the lock of its state folder from construction to `stop`."""

    def __init__(self, folder: StateFolder, listen: Address, terms: Terms) -> None:
        """Start to serve: on loopback in plain text unless `terms.tls`, elsewhere always with TLS.

        Raises Refused, with nothing left running, when that is not possible.
        """
        self.folder = folder
        self._terms = terms
        secured = terms.tls or not listen.is_loopback
        self.identity = serving_identity(folder.identity) if secured else None
        self.activity = Activity()
        with ExitStack() as undo:
            self._start(listen, undo)
            self._undo = undo.pop_all()

    def stop(self) -> None:
        """Stop serving. A running job stays as it is and goes on at the next start."""
        self._undo.close()

    def busy(self) -> bool:
        """Whether a job is queued or running, or a call or a segmenter session is open."""
        open_calls = not self.activity.idle_s() or self._assist.open_sessions() > 0
        return open_calls or self._jobs.counts() != (0, 0)

    def _start(self, listen: Address, undo: ExitStack) -> None:
        self.folder.make()
        self._lock(undo)
        build, token = build_name(), secrets.token_urlsafe(32)
        self._jobs = JobStore(self.folder.jobs)
        undo.callback(self._jobs.close)
        blobs = BlobStore(self.folder.blobs)
        executor = self._executor(blobs)  # a cluster's processes start before any of gRPC's threads
        undo.callback(executor.close)
        server = grpc.server(
            futures.ThreadPoolExecutor(THREADS, "call"),
            interceptors=[Border(self._tokens(token), self.activity, AuditLog(self.folder.audit))],
            options=_OPTIONS,
            maximum_concurrent_rpcs=THREADS,
        )
        loops = self._add_services(server, build, blobs, executor)
        self.address = Address(listen.host, _bind(server, listen, self.identity))
        undo.callback(self._assist.close)
        undo.callback(self._counter.close)
        loops.start()
        undo.callback(loops.stop)
        server.start()
        undo.callback(lambda: server.stop(_GRACE_S).wait())
        self.folder.write_record(self._record(token, build))
        undo.callback(self.folder.drop_record)

    def _tokens(self, own: str) -> dict[str, str]:
        """Digests of the tokens that are accepted: this start's own, and the pairing's."""
        folder = self.folder.identity
        tokens = {"start": token_digest(own)}
        if has_identity(folder):
            tokens["pairing"] = read_identity(folder).token_digest
        return tokens

    def _record(self, token: str, build: str) -> WorkerRecord:
        return WorkerRecord(
            host=self.address.from_here.host,
            port=self.address.port,
            pid=os.getpid(),
            token=token,
            build=record_build(build),
            fingerprint=self.identity.fingerprint if self.identity else "",
        )

    def _add_services(
        self, server: grpc.Server, build: str, blobs: BlobStore, executor: Executor
    ) -> RenderLoops:
        jobs = self._jobs
        _log.info("%d unused blobs removed", sweep_blobs(jobs, blobs))
        quota = _quota(blobs) if self._terms.quota_bytes is None else self._terms.quota_bytes
        room = BlobRoom(blobs, jobs, quota)
        facts = probe_worker(self.folder.logs / "probe.log")
        for name, reason in facts.switched_off.items():
            _log.warning("%s is switched off: %s", name, reason)
        rates = Rates(self.folder.rates)
        idle_s = self._terms.child_idle_s
        loops = [
            RenderLoop(executor, build, facts, jobs, blobs, rates, self.folder, idle_s)
            for _ in range(executor.slots)
        ]
        renders = RenderLoops(jobs, loops)
        blob_pb2_grpc.add_BlobServiceServicer_to_server(BlobService(blobs, room), server)
        render_pb2_grpc.add_RenderServiceServicer_to_server(
            RenderService(jobs, blobs, room, renders, facts, build), server
        )
        self._counter = TokenCounter(self.folder.logs / "tokens.log")
        self._assist = AssistService(self.folder.logs, self._terms.session_idle_s)
        assist_pb2_grpc.add_AssistServiceServicer_to_server(self._assist, server)
        worker_pb2_grpc.add_WorkerServiceServicer_to_server(
            WorkerService(self.folder.worker_id(), build, facts, jobs, rates, self._counter), server
        )
        _add_health(server)
        return renders

    def _executor(self, blobs: BlobStore) -> Executor:
        terms = self._terms
        if not terms.ray:
            return LocalExecutor(CPU, self.folder)
        from void_studio.worker.ray_executor import RayExecutor

        return RayExecutor(blobs, address=terms.ray_address, slots=terms.slots)

    def _lock(self, undo: ExitStack) -> None:
        give_up_s = time.monotonic() + _LOCK_S
        while (lock := try_lock(self.folder.lock)) is None:
            if time.monotonic() > give_up_s:
                raise Refused(
                    "another worker runs on this state folder",
                    where=self.folder.path,
                    hint="use that one, or name another folder with --state",
                )
            time.sleep(_LOCK_LOOK_S)
        undo.callback(lock.close)


def _quota(blobs: BlobStore) -> int:
    """Half of what the disk has left, the store's own blobs not counted as taken."""
    own = sum(file.size_bytes for file in blobs.files())
    return (own + shutil.disk_usage(blobs.folder).free) // 2


def _add_health(server: grpc.Server) -> None:
    servicer = health.HealthServicer()
    servicer.set("", health_pb2.HealthCheckResponse.SERVING)
    health_pb2_grpc.add_HealthServicer_to_server(servicer, server)


def _bind(server: grpc.Server, listen: Address, identity: Identity | None) -> int:
    try:
        if identity is None:
            return server.add_insecure_port(str(listen))
        pair = (identity.key, identity.certificate)
        return server.add_secure_port(str(listen), grpc.ssl_server_credentials([pair]))
    except RuntimeError as error:
        raise Refused(
            "the address can not be listened on", where=listen, hint="choose another port, or 0"
        ) from error
