"""What an engine is: facts about it, its parameters, and the one call that fills a clip."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Protocol

import numpy as np
import numpy.typing as npt

from void_studio.core import Extent, JobFailed, Rect
from void_studio.engine.params import ParamSpec, ParamValue
from void_studio.media import CanvasClip

__all__ = [
    "CHECKPOINT_LIMIT_BYTES",
    "NATIVE",
    "Checkpoint",
    "DeviceLost",
    "Engine",
    "EngineEvent",
    "EngineInfo",
    "Exactness",
    "Log",
    "OnEvent",
    "Patch",
    "Preview",
    "Progress",
    "Ran",
    "RanFact",
    "Stage",
]

CHECKPOINT_LIMIT_BYTES = 1 << 28
NATIVE = None
RanFact = bool | int | float | str


class DeviceLost(JobFailed):
    """The device does not compute any more; nothing in this process can use it again."""


class Exactness(Enum):
    """Whether only plans that give the same numbers may be chosen."""

    EXACT = "exact"
    NEAR = "near"


@dataclass(frozen=True, slots=True)
class EngineInfo:
    """Facts about an engine; `canvas` is fixed, or NATIVE for plate pixels at scale 1.

    `weights` tells the content of the weights that it runs with, "" for an engine without any.
    """

    id: str
    title: str
    canvas: Extent | None
    params: tuple[ParamSpec, ...]
    licence: str
    weights_licence: str
    needs_prompt: bool
    weights: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Patch:
    """Filled pixels of one frame.

    `frame` is the index in the clip; `rect` lies on the canvas; `pixels` is RGB (height, width, 3)
    of `rect`, uint16 full range or float16 with 1.0 as white. `confidence`, when an engine has
    one, is uint8 (height, width): 255 sure, 0 "no source", a pixel that no frame of the clip shows.
    """

    frame: int
    rect: Rect
    pixels: npt.NDArray[np.uint16] | npt.NDArray[np.float16]
    confidence: npt.NDArray[np.uint8] | None = None


@dataclass(frozen=True, slots=True)
class Stage:
    """The engine entered a new stage, named for people: "aligning", "denoising"."""

    name: str


@dataclass(frozen=True, slots=True)
class Progress:
    """`done` of `total` units of the whole run; total may change between events."""

    done: int
    total: int


@dataclass(frozen=True, slots=True, eq=False)
class Preview:
    """The current estimate of one frame, RGB uint8 (height, width, 3), any size."""

    frame: int
    pixels: npt.NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """State from which `run(resume=...)` continues; every patch before `patches` was yielded."""

    state: bytes
    patches: int


@dataclass(frozen=True, slots=True)
class Log:
    """A line for the job's log."""

    message: str


@dataclass(frozen=True, slots=True)
class Ran:
    """What ran in the end, for the record of the result: memory plan, tier, steps and the like.

    Told once, with or after the last patch; names are unique.
    """

    facts: tuple[tuple[str, RanFact], ...]


EngineEvent = Stage | Progress | Preview | Checkpoint | Log | Ran
OnEvent = Callable[[EngineEvent], None]


class Engine(Protocol):
    """Fills a clip. Writes no file, opens no socket; owns the device while it runs."""

    def info(self) -> EngineInfo:
        """Facts, without loading anything heavy."""
        ...

    def run(
        self,
        clip: CanvasClip,
        prompt: str,
        params: Mapping[str, ParamValue],
        *,
        allow: Exactness = Exactness.EXACT,
        resume: bytes | None,
        on_event: OnEvent,
        cancelled: Callable[[], bool],
    ) -> Iterator[Patch]:
        """Yield patches in frame order.

        `params` is complete and checked (`ParamSpec`). An engine whose numbers depend on how it
        is run may only choose what `allow` permits. With `resume`, the state of a Checkpoint of
        an equal job, yields only the patches from `Checkpoint.patches` on, equal to those of an
        uninterrupted run. Raises core.Cancelled soon after `cancelled()` turns true.
        """
        ...
