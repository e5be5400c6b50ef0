"""What every writer has in common: a context that finishes or aborts, and frames that fit."""

from __future__ import annotations

from abc import ABC, abstractmethod
from pathlib import Path
from types import TracebackType
from typing import Self

from void_studio.media.frame import Frame
from void_studio.media.plate import PlateRef

__all__ = ["OpenWriter"]


class OpenWriter(ABC):
    """As a context it aborts when left by an exception; else it must be finished before.

    `_open` is true until `finish` or `abort`; `_path` is what is written, for messages.
    """

    def __init__(self, path: Path, ref: PlateRef) -> None:
        self._path = path
        self._ref = ref
        self._open = True

    @abstractmethod
    def abort(self) -> None:
        """Leave nothing behind. Idempotent; does nothing after `finish`."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        unfinished = self._open
        self.abort()
        if unfinished and kind is None:
            raise ValueError(f"the writer of {self._path} was left without finish")

    def _check(self, frame: Frame) -> None:
        """Raise ValueError when a frame's layout, extent or planes are not the plate's."""
        wanted, given = (self._ref.layout, self._ref.extent), (frame.layout, frame.extent)
        shapes = [plane.shape(frame.extent) for plane in frame.layout.planes]
        if wanted != given or [samples.shape for samples in frame.planes] != shapes:
            raise ValueError(
                f"frame {frame.number} is {frame.extent} {frame.layout.pixel_format}, "
                f"not {self._ref.extent} {self._ref.layout.pixel_format}"
            )
