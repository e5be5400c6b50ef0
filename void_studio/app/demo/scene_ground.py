"""The paved courtyard, seen in perspective."""

from __future__ import annotations

import numpy as np

from void_studio.app.demo.scene_noise import Plane, fractal
from void_studio.app.demo.scene_painting import Painting
from void_studio.app.demo.scene_sky import HORIZON

__all__ = ["GROUND", "paint_ground"]

GROUND = 832.0

_EYE_HEIGHT = 190.0
_VANISHING_X = 1200.0
_STONE = (46.0, 34.0)


def paint_ground(painting: Painting) -> None:
    """Cobbles in staggered rows, wet enough to hold some of the sky, worn and mossy in places."""
    rect = painting.window(
        0, GROUND, painting.width / painting.unit, painting.height / painting.unit
    )
    rows, columns = painting.rows[rect.slices[0]], painting.columns
    nearness = (rows - HORIZON) / _EYE_HEIGHT
    across = (columns - _VANISHING_X) / nearness
    away = 520 / nearness + np.zeros_like(columns)
    tone, joint = _cobbles(painting, across, away.astype(np.float32), nearness)
    worn = fractal(painting.random, rect.extent.shape, 120 * painting.unit, octaves=5, stretch=3)
    gravel = fractal(painting.random, rect.extent.shape, 7 * painting.unit, octaves=3, falloff=0.9)
    near = ((rows - GROUND) / 330).clip(0, 1)
    base = np.array((0.36, 0.35, 0.43)) + near[..., None] * np.array((-0.06, -0.02, 0.03))
    stone = base * (tone * (1 + 0.07 * worn + 0.06 * gravel))[..., None]
    stone += (np.array((0.10, 0.13, 0.13)) - stone) * (0.75 * joint)[..., None]
    moss = (0.5 * worn - 0.45).clip(0, 0.55)[..., None]
    stone += (np.array((0.13, 0.20, 0.17)) - stone) * moss
    sheen = np.exp(-(((columns - 640) / 520) ** 2)) * np.exp(-((rows - GROUND) / 210))
    stone += (sheen * (0.75 + 0.35 * tone))[..., None] * np.array((0.17, 0.10, 0.04))
    contact = 0.55 * np.exp(-((rows - GROUND) / 9))
    stone *= (1 - contact)[..., None]
    painting.cover(rect, stone.clip(0.015, 1).astype(np.float32), 1.0)


def _cobbles(
    painting: Painting, across: Plane, away: Plane, nearness: Plane
) -> tuple[Plane, Plane]:
    """Tone of each stone and how much of a joint each sample is; both fade with distance."""
    wide, deep = _STONE
    row = np.floor(away / deep * 2.2).astype(np.int64)
    along = across / wide + 0.5 * (row % 2)
    stone = np.floor(along).astype(np.int64)
    tones = painting.random.normal(1, 0.15, 8191).astype(np.float32)
    tone = tones[(row * 337 + stone * 53) % tones.size]
    from_side = np.abs(along - stone - 0.5) * 2
    from_front = np.abs(away / deep * 2.2 - row - 0.5) * 2
    rim = (from_side**6 + from_front**6) ** (1 / 6)
    sharp = (nearness * painting.unit * 0.9).clip(0, 1)
    joint = ((rim - 0.80) / 0.20).clip(0, 1) ** 1.5 * sharp
    dome = 1.10 - 0.22 * rim**2 - 0.08 * (away / deep * 2.2 - row)
    return (tone * dome).astype(np.float32), joint.astype(np.float32)
