"""How near pictures are to others in a hole, pooled over frames."""

from __future__ import annotations

import math
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from void_studio.core import Rect
from void_studio.versions import ssim

__all__ = ["PictureTally", "around"]

_PEAK = 65535.0
_CONTEXT = 32

Picture = npt.NDArray[np.uint16]
Matte = npt.NDArray[np.bool_]


@dataclass(slots=True)
class PictureTally:
    """Squared error of RGB uint16 over all pixels of the holes; SSIM is the mean over frames."""

    squared: float = 0.0
    samples: int = 0
    greatest: int = 0
    ssims: float = 0.0
    frames: int = 0

    def add(
        self, picture: Picture, other: Picture, hole: Matte, *, similarity: bool = True
    ) -> None:
        """Count one frame; `similarity` is SSIM, which takes longer."""
        apart = picture[hole].astype(np.float64) - other[hole].astype(np.float64)
        self.squared += float(np.sum(apart * apart))
        self.samples += apart.size
        self.greatest = max(self.greatest, int(np.abs(apart).max(initial=0)))
        self.ssims += ssim(picture, other, hole) if similarity else 0.0
        self.frames += 1

    @property
    def psnr_db(self) -> float:
        """Infinite for equal pictures."""
        if not self.squared:
            return math.inf
        return 10 * math.log10(_PEAK**2 / (self.squared / self.samples))

    @property
    def ssim(self) -> float:
        """0 when no frame was counted."""
        return self.ssims / max(1, self.frames)


def around(hole: Matte) -> Rect:
    """The box of a hole that has a pixel, and some context of it inside the picture."""
    bounds = Rect(*cv2.boundingRect(hole.astype(np.uint8))).grown(_CONTEXT)
    return bounds.intersect(Rect(0, 0, hole.shape[1], hole.shape[0]))
