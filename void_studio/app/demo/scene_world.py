"""The whole place of the demo as one picture, larger than any frame of it."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from void_studio.app.demo.scene_ground import GROUND, paint_ground
from void_studio.app.demo.scene_houses import House, paint_house
from void_studio.app.demo.scene_painting import Painting
from void_studio.app.demo.scene_sky import paint_hills, paint_sky
from void_studio.app.demo.scene_trees import paint_cypress, paint_round_tree

__all__ = ["paint_world"]

_HOUSES = (
    House(-60, GROUND, 300, 330, 96, (0.50, 0.44, 0.52), 3, 3),
    House(235, GROUND, 210, 250, 74, (0.44, 0.48, 0.55), 2, 2, bricks=True),
    House(1120, GROUND, 250, 300, 88, (0.55, 0.50, 0.56), 3, 3),
    House(1372, GROUND, 190, 400, 70, (0.40, 0.43, 0.52), 4, 2, bricks=True),
    House(1566, GROUND, 320, 270, 92, (0.52, 0.53, 0.60), 2, 4),
    House(2090, GROUND, 330, 360, 100, (0.46, 0.41, 0.50), 3, 3),
)
_CYPRESSES = (
    (500, 330),
    (566, 260),
    (985, 300),
    (1056, 390),
    (1915, 360),
    (1984, 280),
    (2046, 420),
)
_ROUND_TREES = ((655, 235), (760, 270), (885, 250), (2440, 260))
_BULBS = ((445, 610, 1120, 560, 95, 15), (1886, 600, 2090, 540, 40, 6))


def paint_world(
    width: int, height: int, unit: float, random: np.random.Generator
) -> npt.NDArray[np.float32]:
    """R'G'B' float32 (height, width, 3), 0..1; `unit` samples to a line of a 1080-line frame."""
    painting = Painting(width, height, unit, random)
    paint_sky(painting)
    paint_hills(painting)
    for x, tall in _ROUND_TREES:
        paint_round_tree(painting, x, GROUND + 4, tall)
    for x, tall in _CYPRESSES:
        paint_cypress(painting, x, GROUND + 4, tall)
    for house in _HOUSES:
        paint_house(painting, house)
    paint_ground(painting)
    for bulbs in _BULBS:
        _string_of_bulbs(painting, *bulbs)
    return _developed(painting)


def _string_of_bulbs(
    painting: Painting, left: float, first: float, right: float, last: float, sag: float, count: int
) -> None:
    """Bulbs on a wire that hangs between two heights."""
    shares = np.linspace(0, 1, 61)
    across = left + (right - left) * shares
    down = first + (last - first) * shares + sag * 4 * shares * (1 - shares)
    points = list(zip(across.tolist(), down.tolist(), strict=True))
    wire = [*points, *[(x, y + 2.2) for x, y in reversed(points)]]
    painting.polygon(wire, (0.05, 0.06, 0.10), 0.9)
    for share in np.linspace(0, 1, count + 2)[1:-1]:
        x = left + (right - left) * float(share)
        y = first + (last - first) * float(share) + sag * 4 * float(share * (1 - share)) + 9
        angles = np.linspace(0, 2 * np.pi, 13)[:-1]
        bulb = [(x + 6.5 * float(np.cos(a)), y + 8 * float(np.sin(a))) for a in angles]
        painting.polygon(bulb, (1.0, 0.91, 0.68), 1.0)
        painting.shine(x, y, 30, (0.34, 0.24, 0.11))


def _developed(painting: Painting) -> npt.NDArray[np.float32]:
    """Lamps glow, the lens is a little soft, and nothing is quite black or white."""
    lit = 1 - (1 - painting.pixels.clip(0, 1)) * np.exp(-painting.light)
    soft = cv2.GaussianBlur(lit, (0, 0), max(0.35, 0.55 * painting.unit))
    bloom = cv2.GaussianBlur((lit - 0.72).clip(0, None), (0, 0), 26 * painting.unit)
    developed = soft + 0.55 * bloom
    return (0.018 + 0.93 * developed.clip(0, 1)).astype(np.float32)
