"""A picture under construction, painted back to front in units of a 1080-line frame."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import cv2
import numpy as np
import numpy.typing as npt

from void_studio.app.demo.scene_noise import Plane
from void_studio.core import Rect

__all__ = ["Colour", "Painting", "mix"]

Colour = tuple[float, float, float]

_SUBPIXEL_BITS = 4


def mix(first: Colour, second: Colour, share: float) -> Colour:
    """`share` of the second colour in the first."""
    red, green, blue = (a + (b - a) * share for a, b in zip(first, second, strict=True))
    return (red, green, blue)


@dataclass(slots=True, eq=False)
class Painting:
    """`pixels` is R'G'B' float32 (height, width, 3), 0..1; `light` glows over it at the end.

    One unit is `unit` samples. All positions are in units from the top left.
    """

    width: int
    height: int
    unit: float
    random: np.random.Generator
    pixels: npt.NDArray[np.float32] = field(init=False)
    light: npt.NDArray[np.float32] = field(init=False)

    def __post_init__(self) -> None:
        self.pixels = np.zeros((self.height, self.width, 3), dtype=np.float32)
        self.light = np.zeros((self.height, self.width, 3), dtype=np.float32)

    @property
    def columns(self) -> Plane:
        """The x of every column in units, (1, width)."""
        return ((np.arange(self.width, dtype=np.float32) + 0.5) / self.unit)[None, :]

    @property
    def rows(self) -> Plane:
        """The y of every row in units, (height, 1)."""
        return ((np.arange(self.height, dtype=np.float32) + 0.5) / self.unit)[:, None]

    def window(self, left: float, top: float, right: float, bottom: float) -> Rect:
        """The samples of a rectangle given in units, as far as they are in the picture."""
        edges = [round(value * self.unit) for value in (left, top, right, bottom)]
        return Rect.of(*edges).intersect(Rect(0, 0, self.width, self.height))

    def cover(
        self, rect: Rect, colour: npt.NDArray[np.float32] | Colour, alpha: Plane | float
    ) -> None:
        """Blend a colour, or a picture of the size of `rect`, over the samples in `rect`."""
        part = self.pixels[rect.slices]
        weight = alpha if isinstance(alpha, float) else alpha[..., None]
        part += (np.asarray(colour, dtype=np.float32) - part) * weight

    def polygon(self, points: Sequence[tuple[float, float]], colour: Colour, alpha: float) -> None:
        """Blend one colour over a polygon with smooth edges."""
        corners = np.array(points) * self.unit
        left, top = np.floor(corners.min(axis=0)).astype(int) - 1
        right, bottom = np.ceil(corners.max(axis=0)).astype(int) + 2
        rect = Rect.of(int(left), int(top), int(right), int(bottom))
        rect = rect.intersect(Rect(0, 0, self.width, self.height))
        if rect.area:
            self.cover(rect, colour, self.shape(points, rect) * alpha)

    def shape(self, points: Sequence[tuple[float, float]], rect: Rect) -> Plane:
        """How much of each sample of `rect` a polygon covers, 0..1."""
        corners = np.array(points) * self.unit - (rect.x + 0.5, rect.y + 0.5)
        mask = np.zeros(rect.extent.shape, dtype=np.uint8)
        fixed = np.rint(corners * (1 << _SUBPIXEL_BITS)).astype(np.int32)
        cv2.fillPoly(mask, [fixed], (255,), cv2.LINE_AA, _SUBPIXEL_BITS)
        return np.asarray(mask / 255, dtype=np.float32)

    def box(
        self, left: float, top: float, right: float, bottom: float, colour: Colour, alpha: float
    ) -> None:
        """Blend one colour over a rectangle."""
        self.polygon([(left, top), (right, top), (right, bottom), (left, bottom)], colour, alpha)

    def shine(self, x: float, y: float, radius: float, colour: Colour) -> None:
        """A lamp that lights the air around it."""
        rect = self.window(x - 3 * radius, y - 3 * radius, x + 3 * radius, y + 3 * radius)
        rows, columns = self.rows[rect.slices[0]], self.columns[:, rect.slices[1]]
        spread = np.exp(-((columns - x) ** 2 + (rows - y) ** 2) / radius**2)
        self.light[rect.slices] += spread[..., None] * np.asarray(colour, dtype=np.float32)
