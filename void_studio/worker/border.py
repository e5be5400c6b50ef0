"""What every call passes: the token, the count of open calls, and errors as status codes."""

from __future__ import annotations

import hmac
import logging
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any, TypeAlias

import grpc

from void_studio.core import Refused, StudioError
from void_studio.worker.faults import QueueFull, abort_with
from void_studio.worker.identity import token_digest
from void_studio.worker.protocol_version import PROTOCOL_KEY, check_protocol

__all__ = ["Activity", "Border", "Places"]

_log = logging.getLogger(__name__)
_OPEN_TO_ALL = "/grpc.health.v1.Health/"
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
    """Refuses calls without a token, all but the health service; counts the others.

    Of tokens only their digests are known, and every one is compared, in constant time.
    """

    def __init__(self, token_digests: Sequence[str], activity: Activity) -> None:
        self._expected = [digest.encode() for digest in token_digests]
        self._activity = activity

    def intercept_service(
        self,
        continuation: Callable[[grpc.HandlerCallDetails], _Handler | None],
        handler_call_details: grpc.HandlerCallDetails,
    ) -> _Handler | None:
        """Wrap the handler of one call."""
        if handler_call_details.method.startswith(_OPEN_TO_ALL):
            return continuation(handler_call_details)
        if not self._has_token(handler_call_details):
            return grpc.unary_unary_rpc_method_handler(_refuse)
        try:
            check_protocol(
                _said(handler_call_details, PROTOCOL_KEY), own_name="worker", other_name="studio"
            )
        except Refused as error:
            return grpc.unary_unary_rpc_method_handler(_refusing(error))
        handler = continuation(handler_call_details)
        return None if handler is None else self._wrapped(handler)

    def _has_token(self, details: grpc.HandlerCallDetails) -> bool:
        scheme, _, token = _said(details, "authorization").partition(" ")
        found = token_digest(token).encode()
        matches = [hmac.compare_digest(found, expected) for expected in self._expected]
        return scheme == "Bearer" and any(matches)

    def _wrapped(self, handler: _Handler) -> _Handler:
        name, make = _FORMS[handler.request_streaming, handler.response_streaming]
        behaviour = getattr(handler, name)
        wrap = self._stream if handler.response_streaming else self._unary
        return make(
            wrap(behaviour),
            request_deserializer=handler.request_deserializer,
            response_serializer=handler.response_serializer,
        )

    def _unary(self, behaviour: Callable[..., Any]) -> Callable[..., Any]:
        def call(request: Any, context: grpc.ServicerContext) -> Any:
            self._activity.begin(context)
            try:
                return behaviour(request, context)
            except StudioError as error:
                return abort_with(context, error)

        return call

    def _stream(self, behaviour: Callable[..., Iterator[Any]]) -> Callable[..., Iterator[Any]]:
        def call(request: Any, context: grpc.ServicerContext) -> Iterator[Any]:
            self._activity.begin(context)
            try:
                yield from behaviour(request, context)
            except StudioError as error:
                abort_with(context, error)

        return call


def _said(details: grpc.HandlerCallDetails, name: str) -> str:
    """A text that came with a call exactly once; empty otherwise."""
    given = [value for key, value in details.invocation_metadata if key == name]
    return given[0] if len(given) == 1 and isinstance(given[0], str) else ""


def _refusing(error: StudioError) -> Callable[[object, grpc.ServicerContext], None]:
    return lambda _, context: abort_with(context, error)


def _refuse(_: object, context: grpc.ServicerContext) -> None:
    _log.warning("a call without a valid token from %s", context.peer())
    context.abort(grpc.StatusCode.UNAUTHENTICATED, "the token is missing or wrong")
