"""Arrays moved by whole samples."""

from __future__ import annotations

from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

__all__ = ["shifted"]

Item = TypeVar("Item", bound=np.generic)


def shifted(array: npt.NDArray[Item], dx: int, dy: int) -> npt.NDArray[Item]:
    """`array` (height, width) moved right and down; zero, or False, comes in."""
    height, width = array.shape
    moved: npt.NDArray[Any] = np.zeros_like(array)
    moved[_span(dy, height), _span(dx, width)] = array[_span(-dy, height), _span(-dx, width)]
    return moved


def _span(by: int, length: int) -> slice:
    return slice(min(length, max(0, by)), max(0, min(length, length + by)))
