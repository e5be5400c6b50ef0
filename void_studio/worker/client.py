"""The client of a worker: all that the studio imports of this room. It imports no server code."""

from __future__ import annotations

import os

from void_studio.core import UsageError
from void_studio.worker.address import Address
from void_studio.worker.fingerprint import parse_fingerprint
from void_studio.worker.local import connect_local
from void_studio.worker.remote import connect_to
from void_studio.worker.runner import GrpcRunner

__all__ = [
    "Address",
    "GrpcRunner",
    "connect",
    "connect_local",
    "connect_to",
    "parse_fingerprint",
]

_TOKEN = "VOID_STUDIO_TOKEN"  # noqa: S105  the name of a variable, not a token
_FINGERPRINT = "VOID_STUDIO_FINGERPRINT"


def connect(target: str) -> GrpcRunner:
    """A runner for `target`: "local", or HOST:PORT with the token in VOID_STUDIO_TOKEN.

    A local worker is started when none runs. Where VOID_STUDIO_FINGERPRINT is set the link is TLS.
    Raises WorkerLost when it can not be reached, UsageError when `target` is no address or there
    is no token, Refused when its certificate is not the one with that fingerprint.
    """
    if target == "local":
        return connect_local()
    token = os.environ.get(_TOKEN, "")
    if not token:
        raise UsageError(
            "a worker's token is needed",
            where=target,
            hint=f"add it with void-studio worker add, or set {_TOKEN}",
        )
    return connect_to(target, token, os.environ.get(_FINGERPRINT, ""))
