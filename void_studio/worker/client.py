"""The client of a worker: all that the studio imports of this room. It imports no server code."""

from __future__ import annotations

import os

from void_studio.core import UsageError
from void_studio.worker.local import connect_local
from void_studio.worker.runner import GrpcRunner

__all__ = ["GrpcRunner", "connect", "connect_local"]

_TOKEN = "VOID_STUDIO_TOKEN"  # noqa: S105  the name of a variable, not a token


def connect(target: str) -> GrpcRunner:
    """A runner for `target`: "local", or HOST:PORT with the token in VOID_STUDIO_TOKEN.

    A local worker is started when none runs. Raises WorkerLost when it can not be reached,
    UsageError when `target` is no address or there is no token.
    """
    if target == "local":
        return connect_local()
    token = os.environ.get(_TOKEN, "")
    if not token:
        raise UsageError(
            "a worker's token is needed", where=target, hint=f"set {_TOKEN} to that of worker.json"
        )
    return GrpcRunner(target, token)
