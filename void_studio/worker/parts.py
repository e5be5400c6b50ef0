"""Bytes in parts of at most 1 MiB, and whole again."""

from __future__ import annotations

from collections.abc import Iterator

from void_studio.core import BadInput
from void_studio.worker.limits import CHUNK_BYTES

__all__ = ["Assembly", "parts_of"]


def parts_of(data: bytes) -> Iterator[bytes]:
    """`data` in order; one empty part when it is empty."""
    for start in range(0, max(1, len(data)), CHUNK_BYTES):
        yield data[start : start + CHUNK_BYTES]


class Assembly:
    """Puts the parts of one thing after the other together; none may be larger than a limit."""

    def __init__(self, limit_bytes: int) -> None:
        self._limit_bytes = limit_bytes
        self._parts: list[bytes] = []
        self._filled = 0

    @property
    def filled(self) -> int:
        """How many bytes of the next whole are there."""
        return self._filled

    def add(self, size_bytes: int, part: bytes) -> bytes | None:
        """The whole when `part` was its last, else None. Raises BadInput when it does not fit."""
        if size_bytes > self._limit_bytes or self._filled + len(part) > size_bytes:
            raise BadInput(f"parts that do not make {size_bytes} bytes, or beyond the limit")
        if part:
            self._parts.append(part)
        self._filled += len(part)
        if self._filled < size_bytes:
            return None
        whole = self._parts[0] if len(self._parts) == 1 else b"".join(self._parts)
        self._parts, self._filled = [], 0
        return whole
