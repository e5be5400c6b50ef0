"""Foreign samples as stored numbers, by the reading that leaves fewer of them off."""

from __future__ import annotations

from enum import Enum

import numpy as np
import numpy.typing as npt

from void_studio.media import pack_array
from void_studio.quadmask.packing import snap

__all__ = ["Reading", "ReadingTrial"]

_BLACK, _SPAN = 16, 219


class Reading(Enum):
    """How code values become 0..255."""

    STORED = "samples as stored"
    EXPANDED = "expanded from video levels"


class ReadingTrial:
    """One reading, tried on every frame: packed frames of stored numbers, and samples off them.

    Samples of more than 8 bits are rounded to 8 first.
    """

    def __init__(self, reading: Reading, bits: int) -> None:
        self.reading = reading
        self.frames: list[bytes] = []
        self.off_values = 0
        values = _values(reading, bits)
        self._snapped, _ = snap(values)
        self._is_off = np.not_equal(self._snapped, values).astype(np.uint8)

    def add(self, samples: npt.NDArray[np.uint8] | npt.NDArray[np.uint16]) -> None:
        """Read the next frame, (height, width)."""
        self.frames.append(pack_array(_looked_up(self._snapped, samples)))
        self.off_values += int(np.count_nonzero(_looked_up(self._is_off, samples)))


def _values(reading: Reading, bits: int) -> npt.NDArray[np.int64]:
    codes = np.arange(1 << bits)
    if reading is Reading.STORED:
        return _rounded(codes * 255, (1 << bits) - 1)
    scale = 1 << (bits - 8)
    return _rounded((codes - _BLACK * scale) * 255, _SPAN * scale)


def _rounded(numerators: npt.NDArray[np.int64], denominator: int) -> npt.NDArray[np.int64]:
    return (2 * numerators + denominator) // (2 * denominator)


def _looked_up(
    table: npt.NDArray[np.uint8], samples: npt.NDArray[np.uint8] | npt.NDArray[np.uint16]
) -> npt.NDArray[np.uint8]:
    import cv2

    if samples.dtype == np.uint8:
        found = cv2.LUT(np.ascontiguousarray(samples), table)
        return found.astype(np.uint8, copy=False).reshape(samples.shape)
    return np.take(table, samples, mode="clip")
