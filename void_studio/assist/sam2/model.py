"""What both back ends of SAM 2 offer to the tracker, and where they run."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt
import torch

from void_studio.assist.protocol import Say
from void_studio.core import UsageError

__all__ = ["Found", "Model", "NEEDS_BYTES", "ObjectMemory", "chosen_device", "chosen_type"]

PRECISION_VARIABLE = "VOID_STUDIO_SAM2_PRECISION"
NEEDS_BYTES = 2_500_000_000
_TYPES = {"fp32": torch.float32, "bf16": torch.bfloat16}
_GB = 10**9


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


def chosen_device(say: Say) -> torch.device:
    """The first GPU, where it has the memory that a session needs; else the CPU, which is said."""
    if not torch.cuda.is_available():
        say("no GPU is here: SAM 2 runs on the CPU, some seconds a frame")
        return torch.device("cpu")
    free = torch.cuda.mem_get_info(0)[0]
    if free < NEEDS_BYTES:
        say(
            f"the GPU has {free / _GB:.1f} GB free, a session needs {NEEDS_BYTES / _GB:.1f}:"
            " SAM 2 runs on the CPU; the segmenter flow is faster there"
        )
        return torch.device("cpu")
    return torch.device("cuda", 0)


def chosen_type(device: torch.device) -> torch.dtype:
    """What VOID_STUDIO_SAM2_PRECISION says, bf16 or fp32; without it bf16 on a GPU, else fp32."""
    named = os.environ.get(PRECISION_VARIABLE) or ("bf16" if device.type == "cuda" else "fp32")
    if named not in _TYPES:
        raise UsageError(f"{PRECISION_VARIABLE} is {named!r}", hint="use bf16 or fp32")
    return _TYPES[named]
