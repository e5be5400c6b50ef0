"""Who a worker is to other machines: its key, its certificate, and the token that pairs studios."""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from void_studio.core import (
    BadInput,
    NotPresent,
    Refused,
    appearing_whole,
    digest_bytes,
    is_digest,
    read_limited,
)
from void_studio.worker.fingerprint import CERTIFICATE_NAME, fingerprint_of

__all__ = [
    "Identity",
    "Pairing",
    "has_identity",
    "make_identity",
    "read_identity",
    "serving_identity",
    "token_digest",
]

_KEY, _CERTIFICATE, _TOKEN = "worker.key", "worker.crt", "pairing.json"
_LIMIT_BYTES = 1 << 16
_CLOCK_SLACK = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Identity:
    """Key and certificate as PEM; `token_digest` is BLAKE3 of the pairing token, kept instead."""

    key: bytes
    certificate: bytes
    fingerprint: str
    expires_at: datetime
    token_digest: str


@dataclass(frozen=True, slots=True)
class Pairing:
    """What a person takes to the studio; `token` is told here and never again."""

    folder: Path
    fingerprint: str
    token: str
    expires_at: datetime


def token_digest(token: str) -> str:
    """What is kept of a token and compared: BLAKE3 of its UTF-8 bytes, as hexadecimal digits."""
    return digest_bytes(token.encode())


def make_identity(folder: Path, *, valid: timedelta, now: datetime | None = None) -> Pairing:
    """Make a key, a certificate that it signs itself, and a token; the old ones are replaced.

    The files are readable by their owner only. Raises Refused when they can not be written.
    """
    made_at = now or datetime.now(UTC)
    key, certificate = _self_signed(made_at - _CLOCK_SLACK, made_at + valid)
    token = secrets.token_urlsafe(32)
    _make_private(folder)
    _write_private(folder / _KEY, key)
    _write_private(folder / _CERTIFICATE, certificate)
    record = json.dumps({"token_digest": token_digest(token)}).encode()
    _write_private(folder / _TOKEN, record)
    return Pairing(folder, fingerprint_of(certificate), token, made_at + valid)


def read_identity(folder: Path) -> Identity:
    """What `make_identity` wrote. Raises NotPresent when there is none, BadInput when malformed."""
    from cryptography import x509

    key, certificate, record = (
        read_limited(folder / name, _LIMIT_BYTES) for name in (_KEY, _CERTIFICATE, _TOKEN)
    )
    try:
        digest = json.loads(record)["token_digest"]
        expires_at = x509.load_pem_x509_certificate(certificate).not_valid_after_utc
    except (ValueError, KeyError, TypeError) as error:
        raise _malformed(folder) from error
    if not isinstance(digest, str) or not is_digest(digest):
        raise _malformed(folder)
    return Identity(key, certificate, fingerprint_of(certificate), expires_at, digest)


def has_identity(folder: Path) -> bool:
    """Whether `make_identity` was called for this folder."""
    return (folder / _CERTIFICATE).exists()


def serving_identity(folder: Path) -> Identity:
    """The identity to serve with. Raises Refused when there is none or it has expired."""
    try:
        identity = read_identity(folder)
    except NotPresent as error:
        raise Refused(
            "plain text is only for loopback, and this worker has no certificate",
            where=folder,
            hint="make one with void-worker init",
        ) from error
    if identity.expires_at <= datetime.now(UTC):
        raise Refused(
            f"this worker's certificate expired on {identity.expires_at:%Y-%m-%d}",
            where=folder,
            hint="make a new one with void-worker init --again",
        )
    return identity


def _self_signed(begins_at: datetime, ends_at: datetime) -> tuple[bytes, bytes]:
    """PEM of a P-256 key and of its certificate."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, CERTIFICATE_NAME)])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begins_at)
        .not_valid_after(ends_at)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(CERTIFICATE_NAME)]), False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), False)
        .sign(key, hashes.SHA256())
    )
    return (
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        ),
        certificate.public_bytes(serialization.Encoding.PEM),
    )


def _make_private(folder: Path) -> None:
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise Refused(
            f"can not write here: {error.strerror or error}",
            where=folder,
            hint="name another folder with --state or VOID_STUDIO_STATE",
        ) from error


def _write_private(path: Path, data: bytes) -> None:
    with appearing_whole(path) as temporary:
        temporary.touch(mode=0o600)
        temporary.write_bytes(data)


def _malformed(folder: Path) -> BadInput:
    return BadInput(
        "the worker's identity can not be read",
        where=folder,
        hint="make a new one with void-worker init --again",
    )
