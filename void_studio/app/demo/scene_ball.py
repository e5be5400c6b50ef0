"""The demo's object: a striped ball that bounds through the courtyard, and its soft shadow."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from void_studio.app.demo.scene_camera import WORLD_WIDTH
from void_studio.core import Extent, Rect

__all__ = ["Ball", "Patch"]

_RADIUS = 92.0
_GROUND = 1010.0
_BOUNCE = 210.0
_START, _END = 0.208, 0.794
_ROLL = 5.2
_LIGHT = (-0.52, -0.62, 0.59)
_SHADOW_OFFSET = 46.0
_UMBRA = (0.50, 0.46, 0.40)


@dataclass(frozen=True, slots=True, eq=False)
class Patch:
    """A part of a frame: R'G'B' float32 0..1 with alpha, or the factors of a shadow (alpha 1)."""

    rect: Rect
    pixels: npt.NDArray[np.float32]
    alpha: npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Ball:
    """The ball at 0..1 of the shot; `unit` samples to a line of a 1080-line frame.

    World positions are in samples of the world; `camera` is the matrix from there to the frame.
    """

    extent: Extent
    unit: float
    progress: float
    camera: npt.NDArray[np.float64]

    @property
    def height(self) -> float:
        """0 on the ground to 1 at the top of a bound."""
        return abs(math.sin(math.pi * (2 * self.progress + 0.22)))

    @property
    def centre(self) -> tuple[float, float]:
        """Its middle in frame samples."""
        return self._seen(0.0, _GROUND - _RADIUS - _BOUNCE * self.height)

    @property
    def radius(self) -> float:
        """In frame samples."""
        return _RADIUS * self.unit * float(np.linalg.norm(self.camera[:, 0]))

    def picture(self) -> Patch:
        """The ball, antialiased at its edge."""
        rect, across, down = self._around(self.centre, 1.06, 1.06)
        distance = np.hypot(across, down)
        depth = np.sqrt((1 - distance**2).clip(0, 1))
        alpha = ((1 - distance) * self.radius + 0.5).clip(0, 1)
        pixels = _lit(_stripes(across, down, depth, _ROLL * self.progress), across, down, depth)
        return Patch(rect, pixels, alpha.astype(np.float32))

    def shadow(self) -> Patch:
        """Factors 0..1 per channel: darkest in the middle, a wide penumbra, none further out.

        The higher the ball, the wider and fainter.
        """
        aside = _SHADOW_OFFSET * (0.4 + self.height)
        size = 1 + 0.35 * self.height
        rect, across, down = self._around(self._seen(aside, _GROUND + 14), 1.75 * size, 0.62 * size)
        distance = np.hypot(across / (1.75 * size), down / (0.62 * size))
        share = (1 - distance).clip(0, 1)
        profile = share * share * (3 - 2 * share) * (1 - 0.30 * self.height)
        depth = np.array(_UMBRA, dtype=np.float32)
        factors = 1 - 1.25 * depth * profile[..., None]
        return Patch(rect, factors.astype(np.float32), np.ones_like(profile, dtype=np.float32))

    def _seen(self, aside: float, y: float) -> tuple[float, float]:
        """Where a point `aside` units right of the ball and `y` units down the world is seen."""
        path = (_START + (_END - _START) * self.progress) * WORLD_WIDTH * self.extent.width
        world = np.array([path + aside * self.unit - 0.5, y * self.unit - 0.5, 1.0])
        across, down = self.camera @ world
        return (float(across), float(down))

    def _around(
        self, centre: tuple[float, float], wide: float, high: float
    ) -> tuple[Rect, npt.NDArray[np.float32], npt.NDArray[np.float32]]:
        """The samples near a point, and where they lie from it in radii."""
        reach_x, reach_y = wide * self.radius + 2, high * self.radius + 2
        rect = Rect.of(
            math.floor(centre[0] - reach_x),
            math.floor(centre[1] - reach_y),
            math.ceil(centre[0] + reach_x) + 1,
            math.ceil(centre[1] + reach_y) + 1,
        ).intersect(self.extent.rect)
        columns = (np.arange(rect.x, rect.right, dtype=np.float32) - centre[0]) / self.radius
        rows = (np.arange(rect.y, rect.bottom, dtype=np.float32) - centre[1]) / self.radius
        across, down = np.meshgrid(columns, rows)
        return rect, across.astype(np.float32), down.astype(np.float32)


def _stripes(
    across: npt.NDArray[np.float32],
    down: npt.NDArray[np.float32],
    depth: npt.NDArray[np.float32],
    roll: float,
) -> npt.NDArray[np.float32]:
    """Six panels of two reds around a tilted axis, seams between, all rolled by an angle."""
    cosine, sine = math.cos(roll), math.sin(roll)
    x, y = across * cosine + down * sine, down * cosine - across * sine
    pole = 0.42 * x + 0.91 * depth
    side = 0.91 * x - 0.42 * depth
    turn = np.arctan2(side, y) * 3 / math.pi
    wave = np.abs(turn - np.round(turn))
    panel = ((np.sin(turn * math.pi) * 9).clip(-1, 1) * 0.5 + 0.5)[..., None]
    red = np.array((0.86, 0.17, 0.09), dtype=np.float32)
    orange = np.array((0.97, 0.42, 0.11), dtype=np.float32)
    cloth = red + (orange - red) * panel
    weave = 1 + 0.05 * np.sin(x * 61) * np.sin(y * 61) + 0.03 * np.sin(23 * turn + 9 * pole)
    seam = 0.30 * np.exp(-((wave * np.hypot(side, y) * 26) ** 2))
    cap = 0.25 * ((np.abs(pole) - 0.955) * 60).clip(0, 1)
    return np.asarray(cloth * (weave * (1 - seam - cap))[..., None], dtype=np.float32)


def _lit(
    cloth: npt.NDArray[np.float32],
    across: npt.NDArray[np.float32],
    down: npt.NDArray[np.float32],
    depth: npt.NDArray[np.float32],
) -> npt.NDArray[np.float32]:
    """Low sun from the upper left, blue sky from the right, a highlight, a darker underside."""
    facing = across * _LIGHT[0] + down * _LIGHT[1] + depth * _LIGHT[2]
    diffuse = 0.46 + 0.62 * facing.clip(0, 1)
    underside = 1 - 0.24 * (down - 0.35).clip(0, 1)
    rim = (1 - depth) ** 3 * (0.5 + 0.5 * across).clip(0, 1)
    highlight = facing.clip(0, 1) ** 38
    lit = cloth * (diffuse * underside)[..., None]
    lit += rim[..., None] * np.array((0.10, 0.11, 0.20), dtype=np.float32)
    lit += (0.42 * highlight)[..., None] * np.array((1.0, 0.90, 0.78), dtype=np.float32)
    return np.asarray(np.minimum(lit, 0.97), dtype=np.float32)
