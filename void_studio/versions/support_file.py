"""The support of a version as a movie, so that anyone can check it from the files alone."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from void_studio.media import UNTAGGED, Colour, Frame, PlateRef, layout_of, open_master

__all__ = ["SUPPORT_TOUCHED", "SupportWriter", "write_support"]

SUPPORT_TOUCHED = 255
_GREY = layout_of("gray")
_COLOUR = Colour(kr=0.2126, kb=0.0722, full_range=True, assumed=())


class SupportWriter:
    """Writes a lossless 8-bit grey movie of the plate's size, rate and timecode.

    A sample of 255 may differ from the plate's, one of 0 may not.
    """

    def __init__(self, path: Path, plate: PlateRef, *, first_frame: int) -> None:
        grey = replace(plate, layout=_GREY, colour=UNTAGGED)
        self._extent = plate.extent
        self._number = first_frame
        self._writer = open_master(path, grey, first_frame=first_frame)

    def write(self, mask: npt.NDArray[np.bool_]) -> None:
        """Append a frame: bool (height, width), true where luma or RGB samples may change."""
        samples = mask.astype(np.uint8) * np.uint8(SUPPORT_TOUCHED)
        self._writer.write(Frame(self._number, self._extent, _GREY, _COLOUR, (samples,)))
        self._number += 1

    def finish(self) -> None:
        """Flush, fsync and put the file in place."""
        self._writer.finish()

    def abort(self) -> None:
        """Leave nothing behind. Idempotent; does nothing after `finish`."""
        self._writer.abort()


def write_support(
    path: Path, plate: PlateRef, masks: Iterable[npt.NDArray[np.bool_]], *, first_frame: int
) -> None:
    """Write a whole support; nothing is left when `masks` raises."""
    writer = SupportWriter(path, plate, first_frame=first_frame)
    try:
        for mask in masks:
            writer.write(mask)
        writer.finish()
    finally:
        writer.abort()
