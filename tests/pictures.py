"""Reading the number that a plate of `tests.media.movies` shows out of a screen picture."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

__all__ = ["number_in"]

_GRID, _MIDDLE = 4, 125


def number_in(picture: npt.NDArray[np.uint8]) -> int:
    """The number in (height, width, 4)."""
    height, width = picture.shape[:2]
    rows = (2 * np.arange(_GRID) + 1) * height // (2 * _GRID)
    columns = (2 * np.arange(_GRID) + 1) * width // (2 * _GRID)
    bits = picture[rows[:, None], columns, 1] >= _MIDDLE
    return int(sum(1 << at for at, bit in enumerate(bits.ravel()) if bit))
