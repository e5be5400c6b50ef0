"""Segmenters: prompts go in, proposals come out, frames are pulled one at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Protocol

import numpy as np
import numpy.typing as npt

from void_studio.core import FrameRange, Rect

__all__ = [
    "Box",
    "Click",
    "Direction",
    "FrameSource",
    "MattePrompt",
    "Prompt",
    "Proposal",
    "Segmenter",
    "SegmenterSession",
]


@dataclass(frozen=True, slots=True)
class Click:
    """A point on or, when not `positive`, off the object; in pixels of the session's frames."""

    frame: int
    x: float
    y: float
    positive: bool = True


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle around the object, in pixels of the session's frames."""

    frame: int
    rect: Rect


@dataclass(frozen=True, slots=True, eq=False)
class MattePrompt:
    """A painted matte, boolean (height, width) of the session's frames."""

    frame: int
    matte: npt.NDArray[np.bool_]


Prompt = Click | Box | MattePrompt


@dataclass(frozen=True, slots=True, eq=False)
class Proposal:
    """A segmenter's answer for one frame.

    `logits` is int8 (height, width) at the segmenter's own resolution, > 0 inside (DESIGN i);
    `score` is 0..1, how sure the segmenter is that it still follows the object; `model` names it.
    """

    frame: int
    logits: npt.NDArray[np.int8]
    score: float
    model: str


class Direction(Enum):
    """Which way to propagate from the prompted frames."""

    FORWARD = "forward"
    BACKWARD = "backward"
    BOTH = "both"


FrameSource = Callable[[int], npt.NDArray[np.uint8]]
"""RGB uint8 (height, width, 3) of a frame in plate numbering, all frames of one size."""


class SegmenterSession(Protocol):
    """One object on one shot. Used by one thread."""

    def prompt(self, prompts: Sequence[Prompt]) -> Proposal:
        """The matte of one frame from all prompts on it, which replace earlier ones there."""
        ...

    def propagate(
        self, frames: FrameRange, direction: Direction, *, cancelled: Callable[[], bool]
    ) -> Iterator[Proposal]:
        """Follow the object through `frames`, yielding every frame once, outwards from a prompt.

        Stops early, without an error, when `cancelled()` turns true: what was yielded stays good.
        Raises UsageError when no frame has a prompt.
        """
        ...

    def close(self) -> None:
        """Free what the session holds. Idempotent."""
        ...


class Segmenter(Protocol):
    """Opens sessions. `id` is what a person writes: "flow"."""

    @property
    def id(self) -> str:
        """The name it is registered under."""
        ...

    def open(self, source: FrameSource, frames: FrameRange) -> SegmenterSession:
        """A session on `frames`, read through `source` only as they are needed."""
        ...
