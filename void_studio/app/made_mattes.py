"""Mattes of many frames, each made when it is asked for: never all in memory."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

import numpy as np
import numpy.typing as npt

from void_studio.core import FrameRange

__all__ = ["MadeMattes"]

Matte = npt.NDArray[np.bool_]


class MadeMattes(Mapping[int, Matte]):
    """`make(frame)` for every frame of a range."""

    def __init__(self, frames: FrameRange, make: Callable[[int], Matte]) -> None:
        self.frames = frames
        self._make = make

    def __getitem__(self, frame: int) -> Matte:
        if frame not in self.frames:
            raise KeyError(frame)
        return self._make(frame)

    def __iter__(self) -> Iterator[int]:
        return iter(self.frames)

    def __len__(self) -> int:
        return len(self.frames)

    def over(self, frames: FrameRange) -> MadeMattes:
        """Only those of `frames`."""
        return MadeMattes(self.frames.intersect(frames), self._make)
