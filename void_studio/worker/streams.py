"""What a streaming call gives back."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol, TypeVar

__all__ = ["ReplyStream"]

_ReplyT_co = TypeVar("_ReplyT_co", covariant=True)


class ReplyStream(Iterator[_ReplyT_co], Protocol[_ReplyT_co]):
    """Replies as they arrive, until the call has ended or is cancelled."""

    def cancel(self) -> object:
        """End the call."""
        ...
