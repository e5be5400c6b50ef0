"""A rectangle of a frame, looked at in fewer samples, and the way back."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from void_studio.core import Extent, Rect

__all__ = ["Crop", "bounds_of"]

Matte = npt.NDArray[np.bool_]


def bounds_of(matte: Matte) -> Rect:
    """The smallest rectangle around the matte; empty when it is."""
    columns, rows = np.flatnonzero(matte.any(axis=0)), np.flatnonzero(matte.any(axis=1))
    if not columns.size:
        return Rect(0, 0, 0, 0)
    return Rect.of(int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1)


@dataclass(frozen=True, slots=True)
class Crop:
    """`rect` of a frame of size `frame`, sampled at `extent`."""

    frame: Extent
    rect: Rect
    extent: Extent

    @classmethod
    def around(cls, rect: Rect, frame: Extent, *, longest: int) -> Crop:
        """The part of `rect` in the frame, shrunk when a side has more than `longest` samples."""
        inside = rect.intersect(frame.rect)
        scale = min(1.0, longest / max(inside.width, inside.height, 1))
        extent = Extent(max(1, round(inside.width * scale)), max(1, round(inside.height * scale)))
        return cls(frame, inside, extent)

    @property
    def scale(self) -> float:
        """Samples of the crop per sample of the frame."""
        return self.extent.width / self.rect.width

    @property
    def transform(self) -> npt.NDArray[np.float64]:
        """3x3, from the frame's pixel centres to the crop's."""
        scale = self.scale
        shift = 0.5 * scale - 0.5
        return np.array(
            [
                [scale, 0.0, shift - self.rect.x * scale],
                [0.0, scale, shift - self.rect.y * scale],
                [0.0, 0.0, 1.0],
            ]
        )

    def image(self, pixels: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
        """The crop of an image of the frame, owned by the caller."""
        part = np.ascontiguousarray(pixels[self.rect.slices])
        if self.extent == self.rect.extent:
            return part
        size = (self.extent.width, self.extent.height)
        return cv2.resize(part, size, interpolation=cv2.INTER_AREA).astype(np.uint8, copy=False)

    def matte(self, matte: Matte) -> Matte:
        """The crop of a matte of the frame."""
        return self.image(matte.astype(np.uint8) * 255) > 127

    def point(self, x: float, y: float) -> tuple[int, int]:
        """The crop's sample nearest to a point of the frame, as OpenCV wants it."""
        column = round((x - self.rect.x + 0.5) * self.scale - 0.5)
        row = round((y - self.rect.y + 0.5) * self.scale - 0.5)
        return (
            min(max(column, 0), self.extent.width - 1),
            min(max(row, 0), self.extent.height - 1),
        )

    def placed(self, matte: Matte) -> Matte:
        """A matte of the crop as one of the frame, False outside the crop."""
        whole = np.zeros(self.frame.shape, dtype=np.bool_)
        size = (self.rect.width, self.rect.height)
        whole[self.rect.slices] = cv2.resize(matte.astype(np.float32), size) > 0.5
        return whole

    def border(self, width: int) -> Matte:
        """The crop's outermost samples, on those sides where the frame goes on."""
        ring = np.zeros(self.extent.shape, dtype=np.bool_)
        ring[:, :width] |= self.rect.x > 0
        ring[:width] |= self.rect.y > 0
        ring[:, -width:] |= self.rect.right < self.frame.width
        ring[-width:] |= self.rect.bottom < self.frame.height
        return ring
