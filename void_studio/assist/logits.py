"""Mattes as quantised signed distances: small on the wire, smooth when enlarged (DESIGN i).

OpenCV is imported on use: this module is imported wherever proposals are known.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from void_studio.assist.protocol import Proposal
from void_studio.core import Extent

__all__ = ["logits_of", "matte_of"]

_STEPS_PER_PIXEL = 16
_SMOOTHING_PX = 1.0


def logits_of(matte: npt.NDArray[np.bool_]) -> npt.NDArray[np.int8]:
    """Distance to the edge in sixteenths of a pixel, positive inside, cut off at 127.

    The staircase of the edge is smoothed, yet no sample changes sides: `logits > 0` is `matte`.
    """
    import cv2

    inside = matte.astype(np.uint8)
    distance = _to_other_side(inside) - _to_other_side(1 - inside)
    smooth = cv2.GaussianBlur(distance, (0, 0), _SMOOTHING_PX, borderType=cv2.BORDER_REPLICATE)
    steps = np.rint(smooth * _STEPS_PER_PIXEL)
    return np.where(matte, steps.clip(1, 127), steps.clip(-127, -1)).astype(np.int8)


def matte_of(proposal: Proposal, extent: Extent) -> npt.NDArray[np.bool_]:
    """The proposal's matte at `extent`, boolean (height, width).

    The logits are enlarged by cubic interpolation (shrunk by area mean) and cut at 0.
    """
    import cv2

    logits = proposal.logits
    if logits.shape == extent.shape:
        return logits > 0
    shrinks = extent.width < logits.shape[1] or extent.height < logits.shape[0]
    method = cv2.INTER_AREA if shrinks else cv2.INTER_CUBIC
    size = (extent.width, extent.height)
    return cv2.resize(logits.astype(np.float32), size, interpolation=method) > 0


def _to_other_side(inside: npt.NDArray[np.uint8]) -> npt.NDArray[np.float32]:
    """Distance of every inside sample to the edge between samples, 0 outside."""
    import cv2

    far = cv2.distanceTransform(inside, cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
    return np.where(inside > 0, far - 0.5, 0).astype(np.float32)
