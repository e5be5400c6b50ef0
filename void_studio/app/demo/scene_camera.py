"""Where the demo's camera looks in each frame."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from void_studio.core import Extent

__all__ = ["WORLD_HEIGHT", "WORLD_WIDTH", "frame_from_world"]

WORLD_WIDTH, WORLD_HEIGHT = 1.25, 1.2
"""Size of the world in frames."""

_PAN = 0.085
_ZOOM = 0.035
_ROLL_DEGREES = 0.5
_SWAY = 0.004


def frame_from_world(extent: Extent, progress: float) -> npt.NDArray[np.float64]:
    """The affine matrix (2, 3) from world to frame samples at 0..1 of the shot.

    Pixel centres are at whole numbers in both. The camera eases from left to right, closes in a
    little, and sways as if held by hand; no frame ever shows what lies outside the world.
    """
    eased = progress * progress * (3 - 2 * progress)
    scale = 1 + _ZOOM * eased
    angle = math.radians(_ROLL_DEGREES) * math.sin(2.1 * progress - 0.6)
    centre_x = (WORLD_WIDTH / 2 + _PAN * (eased - 0.5)) * extent.width - 0.5
    sway = _SWAY * (math.sin(9.2 * progress) + 0.4 * math.sin(23 * progress + 1))
    centre_y = (0.565 * WORLD_HEIGHT + sway) * extent.height - 0.5
    cosine, sine = scale * math.cos(angle), scale * math.sin(angle)
    return np.array(
        [
            [cosine, -sine, (extent.width - 1) / 2 - cosine * centre_x + sine * centre_y],
            [sine, cosine, (extent.height - 1) / 2 - sine * centre_x - cosine * centre_y],
        ]
    )
