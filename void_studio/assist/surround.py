"""Mattes from the object's own: the ring where it touches the scene, and where it casts to."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from void_studio.quadmask import grow

__all__ = ["cast_matte", "contact_ring"]

Matte = npt.NDArray[np.bool_]


def contact_ring(remove: Matte, px: float) -> Matte:
    """What lies within `px` of the object, the object left out."""
    return grow(remove, px) & ~remove


def cast_matte(remove: Matte, angle_degrees: float, length_px: float) -> Matte:
    """What the object sweeps over when it is moved `length_px` in a direction, itself left out.

    0 degrees is to the right, 90 is down, as the picture is seen: where the light throws a shadow.
    """
    import cv2

    reach = math.ceil(abs(length_px))
    if not reach or not remove.any():
        return np.zeros_like(remove)
    kernel = np.zeros((2 * reach + 1, 2 * reach + 1), np.uint8)
    turn = math.radians(angle_degrees)
    # dilation looks where a sample would have come from: against the direction
    end = (
        round(reach - length_px * math.cos(turn)),
        round(reach - length_px * math.sin(turn)),
    )
    cv2.line(kernel, (reach, reach), end, (1,), 1)
    swept = cv2.dilate(remove.view(np.uint8), kernel) > 0
    return np.asarray(swept & ~remove, np.bool_)
