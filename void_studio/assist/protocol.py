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
    "Say",
    "Segmenter",
    "SegmenterSession",
    "silent",
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
    `score` is 0..1, how sure the segmenter is that it still follows the object; `model` names it;
    `layer` is the one that was prompted.
    """

    frame: int
    logits: npt.NDArray[np.int8]
    score: float
    model: str
    layer: int = 0


class Direction(Enum):
    """Which way to propagate from the prompted frames."""

    FORWARD = "forward"
    BACKWARD = "backward"
    BOTH = "both"


FrameSource = Callable[[int], npt.NDArray[np.uint8]]
"""RGB uint8 (height, width, 3) of a frame in plate numbering, all frames of one size."""


Say = Callable[[str], None]
"""Takes what a person should know of a session: what it runs on, what it fell back to."""


def silent(_: str) -> None:
    """Nobody listens."""


class SegmenterSession(Protocol):
    """Objects on one shot, each a layer with a number of the caller's choice. Used by one thread.

    Every prompted frame is a place to follow the object from, and keeps the matte of its prompts:
    a hand-made matte is given as a MattePrompt.
    """

    def prompt(self, prompts: Sequence[Prompt], *, layer: int = 0) -> Proposal:
        """The matte of one frame from all prompts on it, which replace the layer's earlier ones.

        Raises UsageError when there is no prompt, when they are on several frames or on one outside
        the session, when they do not fit the frame, or when none of them is on the object.
        """
        ...

    def forget(self, frame: int, *, layer: int = 0) -> None:
        """Take back the prompts of a layer on a frame; harmless where there are none."""
        ...

    def propagate(
        self,
        frames: FrameRange,
        direction: Direction,
        *,
        layers: Sequence[int] = (),
        cancelled: Callable[[], bool],
    ) -> Iterator[Proposal]:
        """Follow the objects through `frames`, each from the nearest prompted frames outwards.

        All prompted layers by default. FORWARD yields the frames that come after a prompt, BACKWARD
        those before one, both with the prompted frames. Stops early, without an error, when
        `cancelled()` turns true: what was yielded stays good. Raises UsageError when a layer has no
        prompt or `frames` leaves the session.
        """
        ...

    def prefetch(self, frame: int) -> None:
        """Make ready what a prompt on this frame will need."""
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

    def open(
        self, source: FrameSource, frames: FrameRange, *, say: Say = silent
    ) -> SegmenterSession:
        """A session on `frames`, read through `source` only as they are needed."""
        ...
