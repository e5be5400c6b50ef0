"""What every call passes: token, limits of its peer, deadline, audit; errors as status codes."""

from __future__ import annotations

import hmac
import logging
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from typing import Any, TypeAlias

import grpc

from void_studio.core import Refused, StudioError
from void_studio.worker.audit import AuditLog
from void_studio.worker.faults import QueueFull, abort_with, status_of
from void_studio.worker.identity import token_digest
from void_studio.worker.limits import CALL_S, LONG_CALL_S
from void_studio.worker.peers import PeerCalls, peer_of
from void_studio.worker.protocol_version import PROTOCOL_KEY, check_protocol

__all__ = ["Activity", "Border", "Places"]

_log = logging.getLogger(__name__)
_OPEN_TO_ALL = "/grpc.health.v1.Health/"
_ENDLESS = frozenset({"Session"})
_TOLD = ("job_id", "request_id", "digest", "id")
_TOLD_CHARS, _CALL_CHARS = 64, 40
_Handler: TypeAlias = "grpc.RpcMethodHandler[Any, Any]"
_FORMS: dict[tuple[bool, bool], tuple[str, Callable[..., _Handler]]] = {
    (False, False): ("unary_unary", grpc.unary_unary_rpc_method_handler),
    (False, True): ("unary_stream", grpc.unary_stream_rpc_method_handler),
    (True, False): ("stream_unary", grpc.stream_unary_rpc_method_handler),
    (True, True): ("stream_stream", grpc.stream_stream_rpc_method_handler),
}


class Activity:
    """How many calls are open, and since when none is."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._open = 0
        self._since_s = time.monotonic()

    def begin(self, context: grpc.ServicerContext) -> None:
        """Count a call until it has ended."""
        with self._lock:
            self._open += 1
        if not context.add_callback(self._end):
            self._end()

    def idle_s(self) -> float:
        """Seconds since the last call ended, 0 while one is open."""
        with self._lock:
            return 0.0 if self._open else time.monotonic() - self._since_s

    def _end(self) -> None:
        with self._lock:
            self._open -= 1
            self._since_s = time.monotonic()


class Places:
    """A fixed number of places for calls that stay open."""

    def __init__(self, count: int, what: str) -> None:
        self._free = threading.Semaphore(count)
        self._count = count
        self._what = what

    def take(self, context: grpc.ServicerContext) -> None:
        """Take a place until the call has ended. Raises QueueFull when there is none."""
        if not self._free.acquire(blocking=False):
            raise QueueFull(f"the worker has {self._count} {self._what} already")
        if not context.add_callback(self._free.release):
            self._free.release()


class Border(grpc.ServerInterceptor):
    """Refuses calls without a token, all but the health service; counts and notes the others.

    `token_digests` has the digest of every token that is accepted, by the token's name. Each is
    compared, in constant time. A call without a deadline gets one, but a segmenter session.
    """

    def __init__(
        self, token_digests: Mapping[str, str], activity: Activity, audit: AuditLog
    ) -> None:
        self._expected = {name: digest.encode() for name, digest in token_digests.items()}
        self._activity = activity
        self._audit = audit
        self._peers = PeerCalls()

    def intercept_service(
        self,
        continuation: Callable[[grpc.HandlerCallDetails], _Handler | None],
        handler_call_details: grpc.HandlerCallDetails,
    ) -> _Handler | None:
        """Wrap the handler of one call."""
        if handler_call_details.method.startswith(_OPEN_TO_ALL):
            return continuation(handler_call_details)
        call = _call_name(handler_call_details.method)
        token = self._token_name(handler_call_details)
        if not token:
            return grpc.unary_unary_rpc_method_handler(partial(self._refuse, call))
        try:
            check_protocol(
                _said(handler_call_details, PROTOCOL_KEY), own_name="worker", other_name="studio"
            )
        except Refused as error:
            return grpc.unary_unary_rpc_method_handler(_refusing(error))
        handler = continuation(handler_call_details)
        return None if handler is None else self._wrapped(handler, call, token)

    def _token_name(self, details: grpc.HandlerCallDetails) -> str:
        """The name of the token that came with a call; empty for none or another."""
        scheme, _, token = _said(details, "authorization").partition(" ")
        found = token_digest(token).encode()
        matches = {
            name: hmac.compare_digest(found, expected) for name, expected in self._expected.items()
        }
        return next((name for name in matches if matches[name] and scheme == "Bearer"), "")

    def _wrapped(self, handler: _Handler, call: str, token: str) -> _Handler:
        name, make = _FORMS[handler.request_streaming, handler.response_streaming]
        behaviour = getattr(handler, name)
        wrap = self._stream if handler.response_streaming else self._unary
        return make(
            wrap(behaviour, call, token),
            request_deserializer=handler.request_deserializer,
            response_serializer=handler.response_serializer,
        )

    def _unary(self, behaviour: Callable[..., Any], call: str, token: str) -> Callable[..., Any]:
        def answer(request: Any, context: grpc.ServicerContext) -> Any:
            with self._passed(call, token, request, context) as about:
                reply = behaviour(request, context)
                about |= _about(reply)
            return reply

        return answer

    def _stream(
        self, behaviour: Callable[..., Iterator[Any]], call: str, token: str
    ) -> Callable[..., Iterator[Any]]:
        def answer(request: Any, context: grpc.ServicerContext) -> Iterator[Any]:
            with self._passed(call, token, request, context):
                yield from behaviour(request, context)

        return answer

    @contextmanager
    def _passed(
        self, call: str, token: str, request: Any, context: grpc.ServicerContext
    ) -> Iterator[dict[str, str]]:
        """Around a call: its place, its deadline, its error's status, its line in the audit."""
        self._activity.begin(context)
        about, status = _about(request), grpc.StatusCode.UNKNOWN
        try:
            self._peers.take(call, context)
            _end_in_time(call, context)
            yield about
            status = grpc.StatusCode.OK
        except GeneratorExit:
            status = grpc.StatusCode.CANCELLED
            raise
        except StudioError as error:
            status = status_of(error)
            abort_with(context, error)
        finally:
            self._audit.note(peer_of(context), token, call, status.name, **about)

    def _refuse(self, call: str, _: object, context: grpc.ServicerContext) -> None:
        _log.warning("a call without a valid token from %s", context.peer())
        status = grpc.StatusCode.UNAUTHENTICATED
        self._audit.note(peer_of(context), "", call, status.name)
        context.abort(status, "the token is missing or wrong")


def _call_name(method: str) -> str:
    """`Submit` of `/void_studio.v1.RenderService/Submit`; a blob's Get is not a job's."""
    service, _, call = method.rpartition("/")
    return "Get blob" if call == "Get" and service.endswith(".BlobService") else call[:_CALL_CHARS]


def _about(message: Any) -> dict[str, str]:
    """What the audit tells of a request or reply: ids and digests, nothing that a person wrote."""
    found = {name: getattr(message, name, "") for name in _TOLD}
    texts = {name: value for name, value in found.items() if isinstance(value, str) and value}
    return {name: value[:_TOLD_CHARS] for name, value in texts.items()}


def _end_in_time(call: str, context: grpc.ServicerContext) -> None:
    """Give a call that came without a deadline, or with one far away, one of ours."""
    limit_s = LONG_CALL_S.get(call, CALL_S)
    left_s = context.time_remaining()
    if call in _ENDLESS or (left_s is not None and left_s <= limit_s):
        return
    timer = threading.Timer(limit_s, context.cancel)
    timer.daemon = True
    timer.start()
    if not context.add_callback(timer.cancel):
        timer.cancel()


def _said(details: grpc.HandlerCallDetails, name: str) -> str:
    """A text that came with a call exactly once; empty otherwise."""
    given = [value for key, value in details.invocation_metadata if key == name]
    return given[0] if len(given) == 1 and isinstance(given[0], str) else ""


def _refusing(error: StudioError) -> Callable[[object, grpc.ServicerContext], None]:
    return lambda _, context: abort_with(context, error)
