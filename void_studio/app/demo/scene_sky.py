"""The sky at dusk and the hills under it."""

from __future__ import annotations

import numpy as np

from void_studio.app.demo.scene_noise import fractal, ridge_line
from void_studio.app.demo.scene_painting import Colour, Painting, mix

__all__ = ["HORIZON", "paint_hills", "paint_sky"]

HORIZON = 640.0

_STOPS: tuple[tuple[float, Colour], ...] = (
    (0, (0.07, 0.10, 0.24)),
    (190, (0.15, 0.17, 0.36)),
    (360, (0.36, 0.27, 0.47)),
    (490, (0.71, 0.43, 0.49)),
    (580, (0.91, 0.63, 0.49)),
    (660, (0.97, 0.80, 0.58)),
)
_SUN = (560.0, 655.0)
_HAZE = (0.62, 0.47, 0.50)
_HILLS_END = 860.0


def paint_sky(painting: Painting) -> None:
    """A gradient from night blue to gold, lit clouds drawn out by the wind, the first stars."""
    heights = [height for height, _ in _STOPS]
    rows = painting.rows[:, 0]
    bands = [np.interp(rows, heights, [stop[1][band] for stop in _STOPS]) for band in range(3)]
    painting.pixels[:] = np.stack(bands, axis=-1)[:, None, :]
    _stars(painting)
    _clouds(painting)
    distance = np.hypot(painting.columns - _SUN[0], (painting.rows - _SUN[1]) * 1.5)
    glow = np.exp(-((distance / 420) ** 1.5))
    painting.pixels += glow[..., None] * np.array((0.34, 0.20, 0.04), dtype=np.float32)


def _stars(painting: Painting) -> None:
    across = painting.random.uniform(0, painting.width / painting.unit, 150)
    down = 330 * painting.random.uniform(0, 1, 150) ** 1.6
    brightness = painting.random.uniform(0.15, 0.7, 150)
    for x, y, bright in zip(across, down, brightness, strict=True):
        tone = float(bright * (1 - y / 420))
        painting.shine(float(x), float(y), 1.5 + tone, (tone, tone, 1.1 * tone))


def _clouds(painting: Painting) -> None:
    shape = (painting.height, painting.width)
    noise = fractal(painting.random, shape, 90 * painting.unit, octaves=7, stretch=5)
    fine = fractal(painting.random, shape, 14 * painting.unit, octaves=4, stretch=3)
    cover = 1 / (1 + np.exp(-(noise * 2.6 + 0.35 * fine - 1.2)))
    height = (painting.rows / HORIZON).clip(0, 1)
    lit = np.array((1.0, 0.66, 0.56), dtype=np.float32) * height[..., None]
    dark = np.array((0.22, 0.20, 0.36), dtype=np.float32) * (1 - height[..., None])
    painting.pixels += (lit + dark - painting.pixels) * (0.62 * cover)[..., None]
    painting.pixels *= (1 + 0.018 * fine)[..., None]


def paint_hills(painting: Painting) -> None:
    """Four ridges, each nearer, darker and greener than the one behind it."""
    far, near = (0.60, 0.44, 0.55), (0.09, 0.17, 0.20)
    for index, (base, size) in enumerate(((560, 44), (612, 34), (668, 30), (730, 26))):
        _ridge(painting, base, size, mix(far, near, (index / 3) ** 0.8), rough=0.05 + 0.04 * index)


def _ridge(painting: Painting, base: float, size: float, colour: Colour, *, rough: float) -> None:
    right = painting.width / painting.unit
    rect = painting.window(0, base - 4 * size, right, _HILLS_END)
    line = base - size * ridge_line(painting.random, painting.width, 420 * painting.unit)
    depth = painting.rows[rect.slices[0]] - line[None, :]
    shape = rect.extent.shape
    woods = fractal(painting.random, shape, 26 * painting.unit, octaves=5, stretch=2.2)
    slopes = fractal(painting.random, shape, 160 * painting.unit, octaves=3, stretch=1.5)
    haze = np.exp(-((260 - depth).clip(0, None) / 120))
    shade = 1 + rough * (woods + 1.4 * slopes)
    body = np.asarray(colour, dtype=np.float32) * shade[..., None]
    body += (np.array(_HAZE, dtype=np.float32) - body) * (0.55 * haze)[..., None]
    inside = (depth * painting.unit + 0.5).clip(0, 1)
    painting.cover(rect, body.astype(np.float32, copy=False), inside)
