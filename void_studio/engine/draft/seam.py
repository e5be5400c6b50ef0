"""How a fill meets its surround."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from void_studio.engine.draft.crops import TargetCrop

__all__ = ["blended"]

Pixels = npt.NDArray[np.uint16]
Matte = npt.NDArray[np.bool_]

_LARGEST_STEP = 0.08 * 65535


def blended(target: TargetCrop, filled: Pixels, known: Matte, *, blend: int, margin: int) -> Pixels:
    """`filled` in the target's fill, continued outwards over `margin` px, then the target's own.

    `known` is where `filled` holds anything. Within about `blend` px of the border the fill takes
    on the difference in colour between it and the target's own pixels beside it.
    """
    result = filled.astype(np.float32)
    if blend > 0:
        result += _step(target, result, known, blend)
    outside = cv2.distanceTransform((~target.fill).view(np.uint8), cv2.DIST_L2, 3)
    weight = np.clip(1 - outside / (margin + 1), 0, 1) * known
    weight[target.fill] = 1
    own = target.pixels.astype(np.float32)
    mixed = own + (result - own) * weight[..., None]
    return np.clip(np.rint(mixed), 0, 65535).astype(np.uint16)


def _step(
    target: TargetCrop, filled: npt.NDArray[np.float32], known: Matte, blend: int
) -> npt.NDArray[np.float32]:
    """The colour difference at the border, faded into the fill by normalised convolution."""
    reach = 4 * blend + 1
    square = np.ones((reach, reach), np.uint8)
    near = cv2.dilate(target.fill.view(np.uint8), square).view(np.bool_)
    where = (near & target.own & known).astype(np.float32)
    difference = np.clip(target.pixels - filled, -_LARGEST_STEP, _LARGEST_STEP)
    share = cv2.GaussianBlur(where, (0, 0), blend)
    spread = cv2.GaussianBlur(difference * where[..., None], (0, 0), blend)
    fade = np.clip(share / 0.5, 0, 1) / np.maximum(share, 1e-4)
    step: npt.NDArray[np.float32] = spread * fade[..., None]
    return step
