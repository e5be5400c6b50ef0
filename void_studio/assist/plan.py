"""Which prompt each frame is reached from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from void_studio.assist.protocol import Direction
from void_studio.core import FrameRange

__all__ = ["Run", "runs_from"]


@dataclass(frozen=True, slots=True)
class Run:
    """Frames that are followed one after the other from the prompted frame `anchor`.

    The prompted frame itself is not among them. A run may pass through frames that nobody asked
    for, to reach those that somebody did.
    """

    anchor: int
    frames: range
    reverse: bool = False


def runs_from(anchors: Sequence[int], frames: FrameRange, direction: Direction) -> list[Run]:
    """Runs that reach every frame of `frames` once, from the nearest of the sorted `anchors`.

    One direction reaches only the frames on that side of a prompt. With both, a frame half way
    between two prompts is reached from the earlier one.
    """
    runs = []
    for index, anchor in enumerate(anchors):
        before = anchors[index - 1] if index else None
        after = anchors[index + 1] if index + 1 < len(anchors) else None
        if direction is not Direction.BACKWARD:
            runs.append(Run(anchor, _forward(anchor, after, frames, direction)))
        if direction is not Direction.FORWARD:
            behind = _backward(anchor, before, frames, direction)
            runs.append(Run(anchor, behind, reverse=True))
    return runs


def _forward(anchor: int, after: int | None, frames: FrameRange, direction: Direction) -> range:
    last = frames.last
    if after is not None:
        middle = (anchor + after) // 2 if direction is Direction.BOTH else after - 1
        last = min(last, middle)
    return range(anchor + 1, last + 1) if last >= frames.start else range(0)


def _backward(anchor: int, before: int | None, frames: FrameRange, direction: Direction) -> range:
    first = frames.start
    if before is not None:
        middle = (before + anchor) // 2 if direction is Direction.BOTH else before
        first = max(first, middle + 1)
    return range(anchor - 1, first - 1, -1) if first <= frames.last else range(0)
