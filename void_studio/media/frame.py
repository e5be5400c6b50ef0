"""One frame in the plate's own samples."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from void_studio.core import Extent
from void_studio.media.colour import Colour
from void_studio.media.layout import PixelLayout

__all__ = ["Frame"]

Samples = npt.NDArray[np.uint8] | npt.NDArray[np.uint16]


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """Native planes as decoded, never converted.

    `number` is in the plate's numbering. `planes[i]` has the shape `layout.planes[i].shape(extent)`
    and `layout.dtype`, is owned by the frame and must not be written to. `pts` is the presentation
    time in units of the stream's time base, kept for variable-rate plates.
    """

    number: int
    extent: Extent
    layout: PixelLayout
    colour: Colour
    planes: tuple[Samples, ...]
    pts: int = 0

    def rgb(self) -> npt.NDArray[np.uint16]:
        """R'G'B' of shape (height, width, 3), uint16 full range; computed anew at every call."""
        from void_studio.media.convert import rgb_of

        return rgb_of(self, self.extent.rect)
