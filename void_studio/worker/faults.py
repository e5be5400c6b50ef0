"""StudioErrors over gRPC: a status code for everyone, and the error itself for our client."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import cast

import grpc

from void_studio.core import (
    BadInput,
    Cancelled,
    CheckFailed,
    InputChanged,
    JobFailed,
    NotPresent,
    Refused,
    StudioError,
    UsageError,
    WorkerLost,
    canonical_json,
)

__all__ = [
    "CallUnknown",
    "QueueFull",
    "abort_with",
    "error_fields",
    "error_of_fields",
    "error_of_rpc",
    "status_of",
]

_KEY = "void-error-bin"
_LONGEST = 1000


class CallUnknown(Refused):
    """The worker is of a release that does not have a call."""


class QueueFull(Refused):
    """The worker holds as many jobs, watchers or sessions as it may."""


_CODES: Mapping[type[StudioError], grpc.StatusCode] = {
    UsageError: grpc.StatusCode.INVALID_ARGUMENT,
    BadInput: grpc.StatusCode.INVALID_ARGUMENT,
    InputChanged: grpc.StatusCode.INVALID_ARGUMENT,
    NotPresent: grpc.StatusCode.NOT_FOUND,
    Refused: grpc.StatusCode.FAILED_PRECONDITION,
    QueueFull: grpc.StatusCode.RESOURCE_EXHAUSTED,
    CheckFailed: grpc.StatusCode.FAILED_PRECONDITION,
    JobFailed: grpc.StatusCode.ABORTED,
    WorkerLost: grpc.StatusCode.UNAVAILABLE,
    Cancelled: grpc.StatusCode.CANCELLED,
}
_KINDS = {kind.__name__: kind for kind in _CODES}
_BARE: Mapping[grpc.StatusCode, tuple[type[StudioError], str]] = {
    grpc.StatusCode.UNAUTHENTICATED: (
        Refused,
        "give the token that its owner got",
    ),
    grpc.StatusCode.UNAVAILABLE: (WorkerLost, "check that it runs, then try again"),
    grpc.StatusCode.DEADLINE_EXCEEDED: (WorkerLost, "it does not answer; try again later"),
    grpc.StatusCode.CANCELLED: (WorkerLost, "check that it runs, then try again"),
    grpc.StatusCode.NOT_FOUND: (NotPresent, ""),
    grpc.StatusCode.INVALID_ARGUMENT: (BadInput, ""),
    grpc.StatusCode.FAILED_PRECONDITION: (Refused, ""),
    grpc.StatusCode.RESOURCE_EXHAUSTED: (Refused, "try again later, or send less"),
    grpc.StatusCode.UNIMPLEMENTED: (CallUnknown, "the worker is of another release; update it"),
}


def error_fields(error: StudioError) -> dict[str, str]:
    """An error as plain text fields; a subclass of a room's own becomes the one it stems from."""
    kind = next(kind for kind in type(error).__mro__ if kind in _CODES or kind is StudioError)
    name = kind.__name__ if kind in _CODES else JobFailed.__name__
    return {
        "kind": name,
        "what": error.what[:_LONGEST],
        "where": error.where[:_LONGEST],
        "hint": error.hint[:_LONGEST],
    }


def error_of_fields(fields: Mapping[str, str]) -> StudioError:
    """The error in `error_fields`, or in what a stranger sent in their place."""
    kind = _KINDS.get(str(fields.get("kind")), JobFailed)
    what, where, hint = (_plain(fields.get(name, "")) for name in ("what", "where", "hint"))
    return kind(what, where=where, hint=hint)


def status_of(error: StudioError) -> grpc.StatusCode:
    """The status code of an error."""
    return _CODES[_KINDS[error_fields(error)["kind"]]]


def abort_with(context: grpc.ServicerContext, error: StudioError) -> None:
    """End a call with an error."""
    fields = error_fields(error)
    context.set_trailing_metadata(((_KEY, canonical_json(fields)),))
    context.abort(status_of(error), error.line()[:_LONGEST])


def error_of_rpc(error: grpc.RpcError, address: str) -> StudioError:
    """What a failed call means to the person."""
    call = cast("grpc.Call", error)
    for key, value in call.trailing_metadata() or ():
        if key == _KEY:
            return _sent(value)
    kind, hint = _BARE.get(call.code(), (JobFailed, "see the worker's log"))
    what = _plain(call.details() or call.code().name)
    if kind is WorkerLost:
        what = f"the worker can not be reached ({what})"
    return kind(what, where=address, hint=hint)


def _sent(value: str | bytes) -> StudioError:
    try:
        fields = json.loads(value)
    except ValueError:
        fields = None
    return error_of_fields(fields if isinstance(fields, dict) else {"what": "malformed error"})


def _plain(text: object) -> str:
    return "".join(letter if letter.isprintable() else " " for letter in str(text))
