"""Small pictures of what a job is doing."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from void_studio.core import JobFailed

__all__ = ["encode_preview"]

_LONG_SIDE = 480
_QUALITY = 80


def encode_preview(pixels: npt.NDArray[np.uint8]) -> bytes:
    """JPEG, long side at most 480, of RGB uint8 (height, width, 3)."""
    import cv2

    if pixels.ndim != 3 or pixels.shape[2] != 3 or pixels.dtype != np.uint8 or not pixels.size:
        raise JobFailed(f"an engine gave a preview of {pixels.shape} {pixels.dtype}")
    height, width = pixels.shape[:2]
    scale = min(1.0, _LONG_SIDE / max(height, width))
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    small = cv2.resize(pixels, size, interpolation=cv2.INTER_AREA)
    done, image = cv2.imencode(
        ".jpg", cv2.cvtColor(small, cv2.COLOR_RGB2BGR), [cv2.IMWRITE_JPEG_QUALITY, _QUALITY]
    )
    if not done:
        raise JobFailed("a preview could not be encoded")
    return bytes(image)
