"""BLAKE3, the only content digest of the house, and the canonical JSON that it is taken of."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

from blake3 import blake3

__all__ = ["canonical_json", "digest_bytes", "digest_chunks", "digest_json", "is_digest"]

_DIGEST = re.compile(r"[0-9a-f]{64}")


def digest_bytes(data: bytes | bytearray | memoryview) -> str:
    """BLAKE3 of `data`, 64 hexadecimal digits."""
    return blake3(data).hexdigest()


def digest_chunks(chunks: Iterable[bytes]) -> str:
    """BLAKE3 of the concatenation of `chunks`."""
    hasher = blake3()
    for chunk in chunks:
        hasher.update(chunk)
    return hasher.hexdigest()


def canonical_json(value: Mapping[str, Any]) -> bytes:
    """JSON with sorted keys, no spaces, UTF-8 and no NaN: equal values give equal bytes."""
    return json.dumps(
        value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    ).encode()


def digest_json(value: Mapping[str, Any]) -> str:
    """BLAKE3 of the canonical JSON of `value`."""
    return digest_bytes(canonical_json(value))


def is_digest(text: object) -> bool:
    """Whether `text` has the form of a digest: what is checked before it becomes a file name."""
    return isinstance(text, str) and _DIGEST.fullmatch(text) is not None
