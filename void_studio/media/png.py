"""Still pictures: PNG files that appear whole, JPEG bytes for previews."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from void_studio.core import write_whole

__all__ = ["encode_jpeg", "write_png"]


def write_png(path: Path, rgb: npt.NDArray[np.uint8] | npt.NDArray[np.uint16]) -> None:
    """Write RGB (height, width, 3) or grey (height, width) as an 8- or 16-bit PNG."""
    write_whole(path, _encoded(".png", rgb, []))


def encode_jpeg(rgb: npt.NDArray[np.uint8], quality: int) -> bytes:
    """A JPEG of RGB uint8 (height, width, 3); `quality` from 1 to 100."""
    import cv2

    return _encoded(".jpg", rgb, [cv2.IMWRITE_JPEG_QUALITY, quality])


def _encoded(suffix: str, rgb: npt.NDArray[Any], options: list[int]) -> bytes:
    import cv2

    if rgb.dtype not in (np.uint8, np.uint16) or rgb.ndim not in (2, 3) or not rgb.size:
        raise ValueError(f"a picture can not be {rgb.shape} {rgb.dtype}")
    stored = rgb if rgb.ndim == 2 else cv2.cvtColor(rgb, cv2.COLOR_RGB2BGR)
    _, data = cv2.imencode(suffix, stored, options)
    return data.tobytes()
