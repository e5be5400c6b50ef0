"""Frames of a session: checked, and the last few kept."""

from __future__ import annotations

from collections import OrderedDict

import numpy as np
import numpy.typing as npt

from void_studio.assist.protocol import FrameSource
from void_studio.core import BadInput

__all__ = ["FrameReader"]

_HELD = 3


class FrameReader:
    """Reads through a FrameSource; never holds more than three frames."""

    def __init__(self, source: FrameSource) -> None:
        self._source = source
        self._held: OrderedDict[int, npt.NDArray[np.uint8]] = OrderedDict()
        self._shape: tuple[int, ...] | None = None

    def __call__(self, number: int) -> npt.NDArray[np.uint8]:
        """Frame `number`, RGB uint8 (height, width, 3). Raises BadInput for another thing."""
        if number not in self._held:
            self._held[number] = self._checked(number)
            if len(self._held) > _HELD:
                self._held.popitem(last=False)
        self._held.move_to_end(number)
        return self._held[number]

    def clear(self) -> None:
        """Let go of the frames."""
        self._held.clear()

    def _checked(self, number: int) -> npt.NDArray[np.uint8]:
        rgb = self._source(number)
        shape = self._shape or rgb.shape
        if rgb.dtype != np.uint8 or rgb.ndim != 3 or rgb.shape[2] != 3 or rgb.shape != shape:
            raise BadInput(
                f"frame {number} came as {rgb.dtype} {rgb.shape}",
                hint="frames are RGB uint8 (height, width, 3), all of one size",
            )
        self._shape = shape
        return rgb
