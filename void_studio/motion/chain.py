"""Where the camera looked: one homography per frame, all against the first."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from void_studio.core import Extent

__all__ = ["HomographyChain", "Matrix", "at_scale", "displacement_of", "map_points"]

Matrix = npt.NDArray[np.float64]

_LOCKED_PX = 0.3
_STRAY_PX = 1.0
_GRID = 5
_HORIZON = 1e-6
_FAR = -1e9


@dataclass(frozen=True, slots=True, eq=False)
class HomographyChain:
    """Camera motion of a run of frames, in pixels of the proxies that it was measured on.

    `to_first[i]`, float64 (3, 3), maps points of frame i to frame 0. `measured[i]` tells that the
    step to frame i rests on tracked features; the others are a translation by phase correlation,
    or no motion at all. Pixel centres are at whole numbers.
    """

    extent: Extent
    to_first: npt.NDArray[np.float64]
    measured: tuple[bool, ...]

    def __len__(self) -> int:
        return len(self.measured)

    @property
    def degenerate(self) -> int:
        """How many frames had too little texture to be tracked."""
        return len(self) - sum(self.measured)

    def between(self, a: int, b: int) -> Matrix:
        """Maps points of frame `a` to frame `b`; float64 (3, 3) with 1 at the lower right."""
        matrix: Matrix = np.linalg.solve(self.to_first[b], self.to_first[a])
        matrix /= matrix[2, 2]
        return matrix

    def displacement(self, a: int, b: int) -> float:
        """Greatest movement of a frame corner from frame `a` to frame `b`, in pixels."""
        return float(displacement_of(self.between(a, b), _corners(self.extent)).max())

    @property
    def locked(self) -> bool:
        """Whether the measured frames stay within 0.3 px of the first.

        A frame's movement is the mean over a grid of points: corners are extrapolated, and their
        noise alone would unlock a tripod shot with little texture. A single frame up to 1 px off
        between two still ones is taken for an error of measurement.
        """
        grid = _grid(self.extent)
        moved = [
            float(displacement_of(self.between(index, 0), grid).mean())
            for index, measured in enumerate(self.measured)
            if measured
        ]
        lasting = [min(pair) for pair in pairwise(moved)]
        return max(moved, default=0) < _STRAY_PX and max(lasting, default=0) < _LOCKED_PX


def displacement_of(matrix: Matrix, points: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """How far `matrix` moves each of `points` (n, 2); float64 (n,)."""
    distances: npt.NDArray[np.float64] = np.linalg.norm(map_points(matrix, points) - points, axis=1)
    return distances


def map_points(matrix: Matrix, points: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """`points` (n, 2) as (x, y) through `matrix`; those behind the camera end up far outside."""
    depth = points @ matrix[2, :2] + matrix[2, 2]
    mapped = points @ matrix[:2, :2].T + matrix[:2, 2]
    in_front = depth > _HORIZON
    mapped[in_front] /= depth[in_front, None]
    mapped[~in_front] = _FAR
    return mapped


def at_scale(matrix: Matrix, scale_x: float, scale_y: float) -> Matrix:
    """A homography between frames, for frames that are `scale` times as large.

    Pixel centres are at whole numbers, so x becomes (x + 1/2) * scale - 1/2.
    """
    up = np.array(
        [[scale_x, 0, scale_x / 2 - 0.5], [0, scale_y, scale_y / 2 - 0.5], [0, 0, 1]], np.float64
    )
    scaled: Matrix = up @ matrix @ np.linalg.inv(up)
    scaled /= scaled[2, 2]
    return scaled


def _corners(extent: Extent) -> npt.NDArray[np.float64]:
    right, bottom = extent.width - 1, extent.height - 1
    return np.array([[0, 0], [right, 0], [0, bottom], [right, bottom]], np.float64)


def _grid(extent: Extent) -> npt.NDArray[np.float64]:
    columns = np.linspace(0, extent.width - 1, _GRID)
    rows = np.linspace(0, extent.height - 1, _GRID)
    return np.stack(np.meshgrid(columns, rows), axis=-1).reshape(-1, 2)
