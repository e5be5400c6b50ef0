"""Ranges of whole frames."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

__all__ = ["FrameRange"]


@dataclass(frozen=True, slots=True, order=True)
class FrameRange:
    """`duration` frames from `start` on, in whatever numbering the owner states. May be empty."""

    start: int
    duration: int

    def __post_init__(self) -> None:
        if self.duration < 0:
            raise ValueError(f"a range can not have {self.duration} frames")

    @classmethod
    def of(cls, first: int, last: int) -> FrameRange:
        """The range that people write as first-last, both ends included."""
        return cls(first, last - first + 1)

    @property
    def last(self) -> int:
        """The last frame; `start - 1` when empty."""
        return self.start + self.duration - 1

    @property
    def stop(self) -> int:
        """One past the last frame."""
        return self.start + self.duration

    def __len__(self) -> int:
        return self.duration

    def __iter__(self) -> Iterator[int]:
        return iter(range(self.start, self.stop))

    def __contains__(self, frame: object) -> bool:
        return isinstance(frame, int) and self.start <= frame < self.stop

    def __str__(self) -> str:
        return f"{self.start}-{self.last}" if self.duration else f"empty at {self.start}"

    def covers(self, other: FrameRange) -> bool:
        """Whether every frame of `other` is in this range."""
        return other.duration == 0 or (self.start <= other.start and other.stop <= self.stop)

    def intersect(self, other: FrameRange) -> FrameRange:
        """The frames in both; empty at the later start when they do not touch."""
        start = max(self.start, other.start)
        return FrameRange(start, max(0, min(self.stop, other.stop) - start))

    def union(self, other: FrameRange) -> FrameRange:
        """The smallest range that covers both; an empty one adds nothing."""
        if not other.duration:
            return self
        if not self.duration:
            return other
        start = min(self.start, other.start)
        return FrameRange(start, max(self.stop, other.stop) - start)

    def widened(self, head: int, tail: int) -> FrameRange:
        """This range with `head` frames before and `tail` frames after it."""
        return FrameRange(self.start - head, self.duration + head + tail)

    def shifted(self, by: int) -> FrameRange:
        """This range moved by `by` frames."""
        return FrameRange(self.start + by, self.duration)
