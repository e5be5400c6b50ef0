"""Cypresses and round trees."""

from __future__ import annotations

import numpy as np

from void_studio.app.demo.scene_noise import Plane, fractal
from void_studio.app.demo.scene_painting import Painting
from void_studio.core import Rect

__all__ = ["paint_cypress", "paint_round_tree"]


def paint_cypress(painting: Painting, x: float, foot: float, height: float) -> None:
    """A slim tree that stands at (x, foot)."""
    half = height * 0.1
    rect = painting.window(x - 2 * half, foot - height * 1.05, x + 2 * half, foot)
    if not rect.area:
        return
    columns, rows = _places(painting, rect)
    up = ((foot - rows) / height).clip(0, 1)
    outline = half * np.sqrt(np.sin(np.pi * (0.08 + 0.92 * up) ** 0.62).clip(0, 1))
    side = (columns - x) / np.maximum(outline, 0.5)
    _leaves(painting, rect, side, np.abs(side), grain=9.0, ragged=0.19)


def paint_round_tree(painting: Painting, x: float, foot: float, height: float) -> None:
    """A broad crown on a short stem that stands at (x, foot)."""
    width = height * 0.05
    painting.box(x - width, foot - height * 0.5, x + width, foot, (0.10, 0.08, 0.09), 1.0)
    wide, high = height * 0.44, height * 0.38
    centre = foot - height * 0.64
    rect = painting.window(x - 1.4 * wide, centre - 1.4 * high, x + 1.4 * wide, foot)
    if not rect.area:
        return
    columns, rows = _places(painting, rect)
    distance = np.hypot((columns - x) / wide, (rows - centre) / high)
    side = (columns - x) / wide + 0 * rows
    _leaves(painting, rect, side, distance, grain=13.0, ragged=0.12)


def _places(painting: Painting, rect: Rect) -> tuple[Plane, Plane]:
    return painting.columns[:, rect.slices[1]], painting.rows[rect.slices[0]]


def _leaves(
    painting: Painting, rect: Rect, side: Plane, outward: Plane, *, grain: float, ragged: float
) -> None:
    """Foliage where `outward` < 1, ragged there, lit by the last sun from `side` -1."""
    shape = rect.extent.shape
    clumps = fractal(painting.random, shape, grain * 2.4 * painting.unit, octaves=3)
    leaves = fractal(painting.random, shape, grain * painting.unit, octaves=4, falloff=0.8)
    edge = 1 - outward + ragged * (leaves + 0.6 * clumps)
    alpha = (edge * 7).clip(0, 1).astype(np.float32)
    sun = (0.45 - 0.5 * side + 0.35 * clumps).clip(0, 1)[..., None]
    dark = np.array((0.035, 0.085, 0.10), dtype=np.float32)
    warm = np.array((0.24, 0.27, 0.17), dtype=np.float32)
    colour = (dark + (warm - dark) * sun) * (1 + 0.30 * leaves[..., None])
    painting.cover(rect, colour.clip(0.012, 1).astype(np.float32), alpha)
