"""Small moving plates with a hole to fill, made for commands that need no timeline."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from tests.media.movies import Planes, planes_movie
from void_studio.core import Extent
from void_studio.media import layout_of
from void_studio.quadmask import Quadmask, pack, write_quadmask

__all__ = ["EXTENT", "FRAMES", "moving_plate", "square_quadmask"]

EXTENT = Extent(160, 96)
FRAMES = 8
_SIDE = 20


def moving_plate(
    path: Path, *, pixel_format: str = "yuv420p", codec: str = "ffv1", **settings: Any
) -> Path:
    """A texture that pans by two pixels a frame, with a bright square over it."""
    pictures = (_picture(index, pixel_format) for index in range(FRAMES))
    return planes_movie(path, pictures, pixel_format, codec=codec, **settings)


def square_quadmask(
    path: Path, *, frames: int = FRAMES, extent: Extent = EXTENT, rate: Fraction = Fraction(24)
) -> Path:
    """The quadmask of the square, with what surrounds it as affected."""
    values = [_matte(index, extent) for index in range(frames)]
    write_quadmask(path, Quadmask.of(0, extent, values), rate=rate, start_timecode=None)
    return path


def _corner(index: int) -> tuple[int, int]:
    return 40 + 6 * index, 30


def _matte(index: int, extent: Extent) -> npt.NDArray[np.uint8]:
    left, top = _corner(index)
    remove, affected = np.zeros(extent.shape, np.bool_), np.zeros(extent.shape, np.bool_)
    remove[top : top + _SIDE, left : left + _SIDE] = True
    affected[top - 3 : top + _SIDE + 3, left - 3 : left + _SIDE + 3] = True
    return pack(remove, affected)


def _picture(index: int, pixel_format: str) -> Planes:
    layout = layout_of(pixel_format)
    shift = layout.bits - 8
    left, top = _corner(index)
    return tuple(
        _plane(plane.shape(EXTENT), (plane.shift_x, plane.shift_y), index, (left, top), at)
        .__lshift__(shift)
        .astype(layout.dtype)
        for at, plane in enumerate(layout.planes)
    )


def _plane(
    shape: Sequence[int], shifts: tuple[int, int], index: int, corner: tuple[int, int], at: int
) -> npt.NDArray[np.int64]:
    rows, columns = np.mgrid[0 : shape[0], 0 : shape[1]]
    x = (columns << shifts[0]) + 2 * index
    y = rows << shifts[1]
    texture = 128 + 50 * np.sin(x / (5 + at)) * np.cos(y / 7) + 20 * np.sin(x * 0.31 + y * 0.17)
    values = texture.astype(np.int64)
    left, top = corner[0] >> shifts[0], corner[1] >> shifts[1]
    values[top : top + (_SIDE >> shifts[1]), left : left + (_SIDE >> shifts[0])] = 220
    return values if len(shape) == 2 else np.repeat(values[..., None], shape[2], axis=2)
