"""A Runner over gRPC."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from types import TracebackType
from typing import Any, Self, TypeVar, cast

import grpc

from void_studio.assist import FrameSource, Say, SegmenterSession, silent
from void_studio.core import (
    BadInput,
    FrameRange,
    WorkerLost,
    digest_bytes,
)
from void_studio.jobs import Capabilities, Job, JobEvent, JobSpec, StateChanged
from void_studio.worker.address import Address
from void_studio.worker.blob_parts import BlobArrivals, bundled, fill, parts_of_blobs
from void_studio.worker.faults import CallUnknown, error_of_rpc
from void_studio.worker.fingerprint import CERTIFICATE_NAME
from void_studio.worker.limits import BLOB_BYTES, DIGESTS_PER_QUESTION, MESSAGE_BYTES
from void_studio.worker.parts import Assembly, parts_of
from void_studio.worker.proto.void_studio.v1 import (
    assist_pb2_grpc,
    blob_pb2,
    blob_pb2_grpc,
    job_pb2,
    render_pb2,
    render_pb2_grpc,
    worker_pb2,
    worker_pb2_grpc,
)
from void_studio.worker.protocol_version import PROTOCOL, PROTOCOL_KEY
from void_studio.worker.remote_session import RemoteSession
from void_studio.worker.streams import ReplyStream
from void_studio.worker.wire_engines import capabilities_of
from void_studio.worker.wire_jobs import event_of, job_of, spec_message

__all__ = ["GrpcRunner"]

_Answer = TypeVar("_Answer")
_CALL_S = 60.0
_TRANSFER_S = 600.0
_WATCH_S = 3600.0
_FIRST_PAUSE_S, _LONGEST_PAUSE_S = 0.1, 3.0


class GrpcRunner:
    """A handle on the worker at `address`. Any thread may use it; `close` lets go.

    `certificate`, as PEM, is the one that the worker must present; without it the link is plain
    text: `remote.connect_to` decides where that may be. `patience_s` is how long a broken link is
    tried again before WorkerLost.
    """

    def __init__(
        self,
        address: Address,
        token: str,
        certificate: bytes | None = None,
        *,
        patience_s: float = 10.0,
    ) -> None:
        self.address = str(address)
        self._patience_s = patience_s
        self._closed = False
        self._metadata = (("authorization", f"Bearer {token}"), (PROTOCOL_KEY, PROTOCOL))
        self._channel = _channel(self.address, certificate)
        self._blobs = blob_pb2_grpc.BlobServiceStub(self._channel)
        self._renders = render_pb2_grpc.RenderServiceStub(self._channel)
        self._assist = assist_pb2_grpc.AssistServiceStub(self._channel)
        self._worker = worker_pb2_grpc.WorkerServiceStub(self._channel)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def capabilities(self) -> Capabilities:
        """What the worker offers now."""
        request = worker_pb2.GetCapabilitiesRequest()
        return capabilities_of(self._ask(self._worker.GetCapabilities, request))

    def count_tokens(self, texts: Sequence[str]) -> tuple[int, ...]:
        """Tokens of each text by the worker's tokenizer, the end token included.

        Raises NotPresent where it has none, Refused when it is of an older release.
        """
        request = worker_pb2.CountTokensRequest(texts=texts)
        return tuple(self._ask(self._worker.CountTokens, request).counts)

    def missing(self, digests: Sequence[str]) -> frozenset[str]:
        """Those of `digests` that the worker does not hold."""
        found: set[str] = set()
        for start in range(0, len(digests), DIGESTS_PER_QUESTION):
            some = digests[start : start + DIGESTS_PER_QUESTION]
            asked = partial(blob_pb2.FindMissingRequest, digests=some)
            found.update(self._ask_again(self._blobs.FindMissing, asked).digests)
        return frozenset(found)

    def put(self, blob: bytes) -> str:
        """Store a blob; returns its digest. Idempotent. Raises BadInput when it is too large.

        On a broken link it is sent again; a worker that has it by then says so at its first part.
        """
        _check_size(blob)
        digest = digest_bytes(blob)
        self._ask_again(self._blobs.Put, lambda: _put_requests(digest, blob), timeout_s=_TRANSFER_S)
        return digest

    def get(self, digest: str) -> bytes:
        """The blob with this digest, verified. Raises NotPresent when the worker has none.

        A download that breaks off goes on where it stopped.
        """
        blob = Assembly(BLOB_BYTES)
        whole: bytes | None = None

        def rest() -> ReplyStream[blob_pb2.GetBlobResponse]:
            request = blob_pb2.GetBlobRequest(digest=digest, offset=blob.filled)
            return self._blobs.Get(request, timeout=_TRANSFER_S, metadata=self._metadata)

        for answer in self._persistent(rest):
            whole = blob.add(answer.size_bytes, answer.data)
        return self._verified(digest, b"" if whole is None else whole)

    def put_many(self, blobs: Mapping[str, bytes]) -> None:
        """Store blobs by their digests: those that the worker lacks, in one stream.

        On a broken link those go again that had not arrived whole. Raises BadInput when one is
        too large or not what its digest says.
        """
        for blob in blobs.values():
            _check_size(blob)
        try:
            self._ask_again(self._put_lacking, lambda: blobs, timeout_s=_TRANSFER_S)
        except CallUnknown:
            for digest in self.missing(list(blobs)):
                self.put(blobs[digest])

    def get_many(self, digests: Sequence[str]) -> Iterator[bytes]:
        """The blobs with these digests in this order, each verified, in one stream.

        They come no faster than they are taken. A download that breaks off goes on where it
        stopped. Raises NotPresent at one that the worker does not have.
        """
        for start in range(0, len(digests), DIGESTS_PER_QUESTION):
            some = digests[start : start + DIGESTS_PER_QUESTION]
            try:
                yield from self._arriving(some)
            except CallUnknown:
                yield from map(self.get, some)

    def submit(self, request_id: str, spec: JobSpec, *, again: bool = False) -> str:
        """Queue a job; returns its id. An equal spec gives the same job unless `again`.

        On a broken link it is asked again, but not with `again`: that might make two jobs.
        """
        request = render_pb2.SubmitRequest(
            request_id=request_id, spec=spec_message(spec), again=again
        )
        if again:
            return self._ask(self._renders.Submit, request).job_id
        return self._ask_again(self._renders.Submit, lambda: request).job_id

    def events(self, job_id: str, since: int = 0) -> Iterator[JobEvent]:
        """Events with `seq` > `since`, waiting for more until the job has ended.

        A broken link is taken up again after the last event that arrived.
        """
        seen = since

        def watch() -> ReplyStream[job_pb2.JobEvent]:
            request = render_pb2.WatchRequest(job_id=job_id, since=seen)
            return self._renders.Watch(request, timeout=_WATCH_S, metadata=self._metadata)

        for message in self._persistent(watch):
            event = event_of(message)
            if event.seq != seen + 1:
                raise BadInput(f"event {event.seq} came after {seen}", where=self.address)
            seen = event.seq
            yield event
            if isinstance(event.payload, StateChanged) and event.payload.state.final:
                return

    def cancel(self, job_id: str) -> None:
        """Ask the job to stop. Idempotent; a second call ends the child process."""
        self._ask(self._renders.Cancel, render_pb2.CancelRequest(job_id=job_id))

    def job(self, job_id: str) -> Job:
        """A job as it stands. Raises NotPresent when the worker has none of this id."""
        return job_of(self._ask(self._renders.Get, render_pb2.GetJobRequest(job_id=job_id)))

    def jobs(self) -> tuple[Job, ...]:
        """Every job that the worker knows, the newest first."""
        request = render_pb2.ListJobsRequest()
        try:
            answers = self._renders.List(request, timeout=_CALL_S, metadata=self._metadata)
            return tuple(job_of(message) for message in answers)
        except grpc.RpcError as error:
            raise error_of_rpc(error, self.address) from error

    def mark_fetched(self, job_id: str) -> None:
        """Tell the worker that the result is here, so that it may go there when room is needed.

        Raises Refused when the job has no result. A worker that does not know the call keeps the
        result for its own time.
        """
        request = render_pb2.MarkFetchedRequest(job_id=job_id)
        try:
            self._renders.MarkFetched(request, timeout=_CALL_S, metadata=self._metadata)
        except grpc.RpcError as error:
            if cast("grpc.Call", error).code() is not grpc.StatusCode.UNIMPLEMENTED:
                raise error_of_rpc(error, self.address) from error

    def delete(self, job_id: str) -> None:
        """Have the worker forget a job that has ended. Raises Refused when it has not."""
        self._ask(self._renders.Delete, render_pb2.DeleteJobRequest(job_id=job_id))

    def open_segmenter(
        self, segmenter_id: str, source: FrameSource, frames: FrameRange, *, say: Say = silent
    ) -> SegmenterSession:
        """A session on `frames` of a segmenter that runs on the worker.

        `source` is called on a thread of the session, `say` on the thread that uses it. Raises
        UsageError when the worker has no such segmenter.
        """
        return RemoteSession(
            lambda requests: self._assist.Session(requests, metadata=self._metadata),
            self.address,
            segmenter_id,
            source,
            frames,
            say=say,
            patience_s=self._patience_s,
        )

    def close(self) -> None:
        """Let go of the connection; jobs go on. What waits on another thread raises WorkerLost."""
        self._closed = True
        self._channel.close()

    def _put_lacking(self, blobs: Mapping[str, bytes], **options: Any) -> None:
        lacking = self.missing(list(blobs))
        if lacking:
            parts = parts_of_blobs((name, blob) for name, blob in blobs.items() if name in lacking)
            messages = (fill(blob_pb2.PutManyRequest(), some) for some in bundled(parts))
            self._blobs.PutMany(messages, **options)

    def _arriving(self, digests: Sequence[str]) -> Iterator[bytes]:
        arrivals = BlobArrivals(digests)

        def rest() -> ReplyStream[blob_pb2.GetManyResponse]:
            return self._blobs.GetMany(
                arrivals.wanted(), timeout=_TRANSFER_S, metadata=self._metadata
            )

        for answer in self._persistent(rest):
            for part in answer.parts:
                if (arrived := arrivals.add(part)) is not None:
                    yield self._verified(*arrived)
        if not arrivals.complete:
            raise BadInput("the worker sent fewer blobs than asked for", where=self.address)

    def _verified(self, digest: str, blob: bytes) -> bytes:
        if digest_bytes(blob) != digest:
            raise BadInput(f"blob {digest[:12]} arrived damaged", where=self.address)
        return blob

    def _ask(
        self, method: Callable[..., _Answer], request: object, *, timeout_s: float = _CALL_S
    ) -> _Answer:
        try:
            return method(request, timeout=timeout_s, metadata=self._metadata)
        except grpc.RpcError as error:
            raise error_of_rpc(error, self.address) from error

    def _ask_again(
        self,
        method: Callable[..., _Answer],
        request: Callable[[], object],
        *,
        timeout_s: float = _CALL_S,
    ) -> _Answer:
        """`_ask` for what may be asked twice: made again when the link breaks, for a while."""
        give_up_s = time.monotonic() + self._patience_s
        pauses = _pauses()
        while True:
            try:
                return self._ask(method, request(), timeout_s=timeout_s)
            except WorkerLost:
                if time.monotonic() > give_up_s:
                    raise
            time.sleep(next(pauses))

    def _persistent(self, call: Callable[[], ReplyStream[_Answer]]) -> Iterator[_Answer]:
        """What a stream answers; `call` is made again when the link breaks, for a while."""
        lost_s: float | None = None
        pauses = _pauses()
        while True:
            answers = call()
            try:
                for answer in answers:
                    if lost_s is not None:
                        lost_s, pauses = None, _pauses()
                    yield answer
                return
            except grpc.RpcError as error:
                fault = error_of_rpc(error, self.address)
                if self._closed:
                    raise fault from error
                now_s = time.monotonic()
                lost_s = now_s if lost_s is None else lost_s
                if not isinstance(fault, WorkerLost) or now_s - lost_s > self._patience_s:
                    raise fault from error
            finally:
                answers.cancel()
            time.sleep(next(pauses))


def _pauses() -> Iterator[float]:
    """Seconds to wait before the link is tried again: doubled each time, and never in step."""
    pause_s = _FIRST_PAUSE_S
    while True:
        yield pause_s * random.uniform(0.7, 1.3)  # noqa: S311  it keeps studios apart, no secret
        pause_s = min(2 * pause_s, _LONGEST_PAUSE_S)


def _channel(address: str, certificate: bytes | None) -> grpc.Channel:
    options = (
        ("grpc.max_receive_message_length", MESSAGE_BYTES),
        ("grpc.keepalive_time_ms", 30_000),
        ("grpc.max_reconnect_backoff_ms", 2_000),
        ("grpc.enable_http_proxy", 0),
    )
    if certificate is None:
        return grpc.insecure_channel(address, options)
    return grpc.secure_channel(
        address,
        grpc.ssl_channel_credentials(certificate),
        (*options, ("grpc.ssl_target_name_override", CERTIFICATE_NAME)),
    )


def _check_size(blob: bytes) -> None:
    if len(blob) > BLOB_BYTES:
        raise BadInput(f"a blob of {len(blob)} bytes", hint=f"the limit is {BLOB_BYTES}")


def _put_requests(digest: str, blob: bytes) -> Iterator[blob_pb2.PutRequest]:
    first, *rest = parts_of(blob)
    yield blob_pb2.PutRequest(digest=digest, size_bytes=len(blob), data=first)
    yield from (blob_pb2.PutRequest(data=part) for part in rest)
