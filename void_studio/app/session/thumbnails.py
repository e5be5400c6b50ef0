"""Small pictures of takes and versions, made once and kept."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import numpy as np
import numpy.typing as npt

from void_studio.core import Extent, StudioError, write_whole
from void_studio.media import decode_picture, encode_jpeg, is_sequence, open_plate, resize
from void_studio.versions import Version

__all__ = ["LONG_SIDE", "picture_of_frame", "thumbnail"]

LONG_SIDE = 192
_QUALITY = 85
_EIGHT_BITS = 8


def thumbnail(version: Version, folder: Path) -> npt.NDArray[np.uint8]:
    """The frame in the middle of a version, uint8 (height, width, 4), B G R 255.

    It is kept in `folder` under the master's digest. Raises what reading the master raises.
    """
    kept = folder / f"{version.recipe.master.digest[:32]}.jpg"
    try:
        return decode_picture(kept.read_bytes())
    except (OSError, StudioError):
        made = _made(version)
    folder.mkdir(parents=True, exist_ok=True)
    write_whole(kept, made)
    return decode_picture(made)


def _made(version: Version) -> bytes:
    rate = version.recipe.request.plate.rate if is_sequence(version.master) else None
    with closing(open_plate(version.master, rate=rate)) as reader:
        available = reader.ref.available_range
        return picture_of_frame(reader.read(available.start + len(available) // 2).rgb())


def picture_of_frame(rgb: npt.NDArray[np.uint16]) -> bytes:
    """A JPEG, long side at most 192, of RGB uint16 (height, width, 3)."""
    height, width = rgb.shape[:2]
    scale = min(1.0, LONG_SIDE / max(height, width))
    extent = Extent(max(1, round(width * scale)), max(1, round(height * scale)))
    small = np.right_shift(resize(rgb, extent), _EIGHT_BITS).astype(np.uint8)
    return encode_jpeg(small, _QUALITY)
