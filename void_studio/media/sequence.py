"""Reading any frame of an image sequence in the files' own samples."""

from __future__ import annotations

from pathlib import Path
from types import TracebackType
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from void_studio.core import BadInput
from void_studio.media.colour import colour_of
from void_studio.media.frame import Frame
from void_studio.media.pattern import SequencePattern
from void_studio.media.plate import PlateRef
from void_studio.media.sequence_file import ImageHeader, open_image
from void_studio.media.sequence_layout import planes_of_image

__all__ = ["SequencePlateReader"]


class SequencePlateReader:
    """A PlateReader over image files; keeps the last frame and no more."""

    def __init__(self, ref: PlateRef, pattern: SequencePattern) -> None:
        self._ref = ref
        self._pattern = pattern
        self._colour = colour_of(ref.colour, ref.layout, ref.extent, ref.rate)
        self._last: Frame | None = None

    @property
    def ref(self) -> PlateRef:
        """The facts of the plate."""
        return self._ref

    @property
    def jumps(self) -> int:
        """1: every file stands for itself."""
        return 1

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Release the last frame. Idempotent."""
        self._last = None

    def read(self, frame: int) -> Frame:
        """The frame in the file of this number.

        What a smaller data window leaves open is 0. Raises IndexError outside
        `ref.available_range`, NotPresent when the file has gone, BadInput when it is damaged or
        not of the size and type of the first one.
        """
        if frame not in self._ref.available_range:
            raise IndexError(f"frame {frame} is not in {self._ref.available_range}")
        if self._last is None or self._last.number != frame:
            self._last = self._read(frame)
        return self._last

    def _read(self, number: int) -> Frame:
        ref, path = self._ref, self._pattern.file(number)
        with open_image(path) as image:
            header = image.header
            _check_form(header, ref, path)
            picture = in_display(image.colour(), header)
        planes = planes_of_image(picture, header.storage)
        pts = number - ref.available_range.start
        return Frame(number, ref.extent, ref.layout, self._colour, planes, pts)


def in_display(stored: npt.NDArray[Any], header: ImageHeader) -> npt.NDArray[Any]:
    """The display window of what is stored in the data window."""
    whole = header.extent.rect
    if header.window == whole:
        return stored
    inside = header.window.intersect(whole)
    picture = np.zeros((*header.extent.shape, stored.shape[2]), stored.dtype)
    picture[inside.slices] = stored[inside.shifted(-header.window.x, -header.window.y).slices]
    return picture


def _check_form(header: ImageHeader, ref: PlateRef, path: Path) -> None:
    if (header.extent, header.layout) != (ref.extent, ref.layout):
        raise BadInput(
            f"is {header.extent} {header.layout.pixel_format}, the first file is {ref.extent} "
            f"{ref.layout.pixel_format}",
            where=path,
            hint="write the whole sequence alike",
        )
