"""What both back ends of SAM 2 offer to the tracker."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt
import torch

__all__ = ["Found", "Model", "ObjectMemory"]


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """One object in one frame: float logits (height, width) and whether it is there, as a logit."""

    logits: torch.Tensor
    presence: float


class ObjectMemory(Protocol):
    """What is remembered of one object. Frames are counted from 1, so that none is special.

    `features` are those that the same model's `encode` gave for the frame.
    """

    def prompt_points(
        self,
        index: int,
        features: Any,
        points: list[tuple[float, float]],
        labels: list[int],
    ) -> Found:
        """The object from points on a frame; the frame becomes a condition of the tracking."""
        ...

    def prompt_matte(self, index: int, features: Any, matte: npt.NDArray[np.bool_]) -> Found:
        """The same from a matte, which is taken as it is."""
        ...

    def forget(self, index: int) -> None:
        """A prompted frame is no condition any more."""
        ...

    def begin(self) -> None:
        """Forget what was tracked, not what was prompted."""
        ...

    def step(self, index: int, features: Any, *, reverse: bool) -> Found:
        """The object in the frame after (before, in reverse) those of the last steps."""
        ...


class Model(Protocol):
    """A loaded SAM 2.1."""

    @property
    def name(self) -> str:
        """Which one it is."""
        ...

    @property
    def side(self) -> int:
        """Samples on each side of the frame that it sees."""
        ...

    def encode(self, rgb: npt.NDArray[np.uint8]) -> Any:
        """What `ObjectMemory` needs of a frame; the same for every object."""
        ...

    def memory(self, count: int) -> ObjectMemory:
        """An object in a shot of `count` frames."""
        ...
