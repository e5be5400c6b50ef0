"""What a method of filling hands on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from void_studio.core import Cancelled
from void_studio.engine.draft.crops import TargetCrop

__all__ = ["Filled", "stop_if"]


@dataclass(frozen=True, slots=True, eq=False)
class Filled:
    """RGB uint16 on a target's crop, good where `known`.

    `confidence`, uint8, is 0 where no frame shows a pixel, also when `known` holds a continuation.
    """

    target: TargetCrop
    pixels: npt.NDArray[np.uint16]
    known: npt.NDArray[np.bool_]
    confidence: npt.NDArray[np.uint8]


def stop_if(cancelled: Callable[[], bool]) -> None:
    """Raise Cancelled when the person asked to stop."""
    if cancelled():
        raise Cancelled("the draft fill was stopped")
