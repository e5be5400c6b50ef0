"""A runner on a worker that was started by somebody else: by address, token and fingerprint."""

from __future__ import annotations

from void_studio.core import Refused
from void_studio.worker.address import Address
from void_studio.worker.fingerprint import parse_fingerprint, pinned_certificate
from void_studio.worker.runner import GrpcRunner

__all__ = ["connect_to"]

_PATIENCE_S = 10.0


def connect_to(
    target: str, token: str, fingerprint: str = "", *, patience_s: float = _PATIENCE_S
) -> GrpcRunner:
    """A runner on the worker at HOST:PORT.

    With a fingerprint the link is TLS, and only the holder of that very certificate is spoken to;
    without one it is plain text, which is refused for an address on another machine. Raises
    WorkerLost when it can not be reached, Refused when it has another certificate.
    """
    address = Address.parse(target)
    if fingerprint:
        pinned = parse_fingerprint(fingerprint)
        certificate = pinned_certificate(address, pinned, timeout_s=patience_s)
        return GrpcRunner(address, token, certificate, patience_s=patience_s)
    if not address.is_loopback:
        raise Refused(
            "this worker is on another machine, and its certificate is not known",
            where=target,
            hint="add it with void-studio worker add NAME HOST:PORT --fingerprint F",
        )
    return GrpcRunner(address, token, patience_s=patience_s)
