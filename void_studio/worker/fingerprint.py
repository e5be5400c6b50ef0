"""A worker's certificate as the client sees it: pinned by fingerprint, verified by nobody else."""

from __future__ import annotations

import socket
import ssl
from datetime import UTC, datetime

from void_studio.core import Refused, UsageError, WorkerLost
from void_studio.worker.address import Address

__all__ = ["CERTIFICATE_NAME", "fingerprint_of", "parse_fingerprint", "pinned_certificate"]

CERTIFICATE_NAME = "void-worker"
"""The name in every worker's certificate: what counts is the fingerprint, not where it stands."""

_DIGITS = 64


def parse_fingerprint(text: str) -> str:
    """64 lowercase hexadecimal digits from what a person wrote, colons and capitals allowed.

    Raises UsageError when it is no SHA-256 fingerprint.
    """
    digits = text.strip().lower().replace(":", "")
    if len(digits) != _DIGITS or not set(digits) <= set("0123456789abcdef"):
        raise UsageError(
            "this is no fingerprint", where=text[:80], hint="copy the one of void-worker init"
        )
    return digits


def fingerprint_of(certificate: bytes) -> str:
    """SHA-256 of a PEM certificate's DER form, as `openssl x509 -fingerprint -sha256` has it."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes

    return x509.load_pem_x509_certificate(certificate).fingerprint(hashes.SHA256()).hex()


def pinned_certificate(address: Address, fingerprint: str, *, timeout_s: float) -> bytes:
    """The certificate that is served at `address`, as PEM, when it is the pinned one.

    Nothing secret is sent. Raises WorkerLost when nobody answers with TLS, Refused when it is
    another certificate or has expired.
    """
    pem = ssl.DER_cert_to_PEM_cert(_served(address, timeout_s)).encode()
    found = fingerprint_of(pem)
    if found != fingerprint:
        raise Refused(
            f"the worker's certificate is not the pinned one (its fingerprint is {found})",
            where=address,
            hint="ask its owner; if it was renewed there, remove the worker and add it again",
        )
    _check_dates(pem, address)
    return pem


def _served(address: Address, timeout_s: float) -> bytes:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    context.set_alpn_protocols(["h2"])
    try:
        with (
            socket.create_connection((address.host, address.port), timeout_s) as link,
            context.wrap_socket(link, server_hostname=CERTIFICATE_NAME) as secured,
        ):
            return secured.getpeercert(binary_form=True) or b""
    except ssl.SSLError as error:
        raise WorkerLost(
            "what answers there does not speak TLS",
            where=address,
            hint="check the port, and that the worker serves with its certificate",
        ) from error
    except OSError as error:
        raise WorkerLost(
            f"the worker can not be reached ({error.strerror or error})",
            where=address,
            hint="check that it runs, then try again",
        ) from error


def _check_dates(pem: bytes, address: Address) -> None:
    from cryptography import x509

    certificate, now = x509.load_pem_x509_certificate(pem), datetime.now(UTC)
    if certificate.not_valid_after_utc <= now:
        raise Refused(
            f"the worker's certificate expired on {certificate.not_valid_after_utc:%Y-%m-%d}",
            where=address,
            hint="have its owner run void-worker init --again, then add it again",
        )
    if certificate.not_valid_before_utc > now:
        raise Refused(
            f"the worker's certificate begins on {certificate.not_valid_before_utc:%Y-%m-%d}",
            where=address,
            hint="check the clocks of both machines",
        )
