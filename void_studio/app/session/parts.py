"""What a session holds for others: made when first asked for."""

from __future__ import annotations

from typing import Protocol

__all__ = ["Closing"]


class Closing(Protocol):
    """Something that a session or an open shot owns and closes."""

    def close(self) -> None:
        """Let go of threads and files. Idempotent."""
        ...
