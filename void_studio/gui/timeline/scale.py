"""Where frames of the cut are on the strip; no Qt."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction

from void_studio.core import FrameRange

__all__ = ["Scale"]

_LEAST_TICK_PX = 110
_CLOSEST_PX = 40.0


@dataclass(frozen=True, slots=True)
class Scale:
    """`px_per_frame` pixels for a frame; `left` is the frame, whole or not, at pixel 0."""

    frames: FrameRange
    px_per_frame: float
    left: float

    @classmethod
    def fit(cls, frames: FrameRange, width: int) -> Scale:
        """All of `frames` in `width` pixels."""
        count = max(1, len(frames))
        return cls(frames, max(1, width) / count, float(frames.start))

    def x(self, frame: float) -> float:
        """The pixel at which a frame begins."""
        return (frame - self.left) * self.px_per_frame

    def frame(self, x: float) -> int:
        """The frame under a pixel, at least the first and at most the last."""
        found = int(self.left + x / self.px_per_frame // 1)
        return min(max(found, self.frames.start), max(self.frames.start, self.frames.last))

    def zoomed(self, factor: float, x: float, width: int) -> Scale:
        """`factor` times as close about pixel `x`; never farther than the whole cut."""
        least = Scale.fit(self.frames, width).px_per_frame
        px = min(max(self.px_per_frame * factor, least), max(least, _CLOSEST_PX))
        at = self.left + x / self.px_per_frame
        return replace(self, px_per_frame=px, left=at - x / px).held(width)

    def panned(self, pixels: float, width: int) -> Scale:
        """Moved by `pixels` to the left."""
        return replace(self, left=self.left + pixels / self.px_per_frame).held(width)

    def held(self, width: int) -> Scale:
        """The same with nothing shown before the first and after the last frame."""
        room = max(0.0, len(self.frames) - width / self.px_per_frame)
        left = min(max(self.left, self.frames.start), self.frames.start + room)
        return replace(self, left=left)

    def ticks(self, rate: Fraction, width: int) -> Iterator[int]:
        """Frames to label on a ruler: whole seconds, frames when close, at least 110 px apart."""
        second = max(1, round(rate))
        steps = [1, 2, 5, 10, *(second * count for count in (1, 2, 5, 10, 15, 30, 60, 300, 600))]
        steps += [second * 60 * count for count in (30, 60, 240, 1440)]
        good = [step for step in steps if step * self.px_per_frame >= _LEAST_TICK_PX]
        step = min(good) if good else max(steps)
        first = int(self.left) // step * step
        last = self.left + width / self.px_per_frame
        yield from (
            frame for frame in range(first, int(last) + step, step) if frame >= self.frames.start
        )
