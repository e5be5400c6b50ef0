"""Framing: which part of the plate is the canvas, and how to come back from it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from void_studio.core import Extent, Rect

__all__ = ["Framing", "FramingMode"]


class FramingMode(Enum):
    """How the plate maps to the canvas."""

    AUTO = "auto"
    FULL = "full"
    CROP = "crop"


@dataclass(frozen=True, slots=True)
class Framing:
    """`crop` of a plate of `plate` size, scaled to `canvas`; scale 1 when they are equal in size.

    The mapping is separable and exact: canvas sample i covers the plate interval
    crop.x + [i, i + 1) * crop.width / canvas.width.
    """

    plate: Extent
    crop: Rect
    canvas: Extent

    @property
    def scale(self) -> float:
        """Canvas samples per plate sample, the smaller of both axes; 1.0 for native engines."""
        return min(self.canvas.width / self.crop.width, self.canvas.height / self.crop.height)

    @property
    def is_native(self) -> bool:
        """Whether canvas samples are plate samples."""
        return self.crop.extent == self.canvas
