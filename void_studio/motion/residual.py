"""What is left between two frames that were aligned already."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from void_studio.motion.chain import Matrix

__all__ = ["residual_shift"]

_ITERATIONS = 4
_CONVERGED_PX = 0.01
_ROBUST_SCALE = 4.685  # Tukey's biweight, 95 % efficient (Holland and Welsch 1977)


def residual_shift(
    fixed: npt.NDArray[np.float32],
    moved: npt.NDArray[np.float32],
    where: npt.NDArray[np.bool_],
    *,
    limit_px: float,
) -> Matrix:
    """The translation that maps points of `fixed` to `moved`, up to `limit_px` on each axis.

    Both are grey (height, width) of one size, compared only at `where`; differences in gain and
    offset between them are allowed for. Gauss-Newton on the intensities (Lucas and Kanade 1981)
    with outliers weighed down. The identity when there is no texture, when the shift would leave
    the limit, or when it does not make the frames more alike.
    """
    gradient_x, gradient_y = (
        cv2.Scharr(fixed, cv2.CV_32F, *axis) / 32 for axis in ((1, 0), (0, 1))
    )
    steps = np.stack([gradient_x[where], gradient_y[where]], axis=1).astype(np.float64)
    shift = np.zeros(2)
    if len(steps) < 32:
        return np.eye(3)
    first = last = _difference(fixed, moved, where, shift)
    for _ in range(_ITERATIONS):
        weight = _tukey(last)
        normal = (steps * weight[:, None]).T @ steps
        if np.linalg.eigvalsh(normal)[0] <= 1e-3 * len(steps):
            return np.eye(3)
        change = np.linalg.solve(normal, steps.T @ (weight * last))
        shift += change
        if np.abs(shift).max() > limit_px:
            return np.eye(3)
        last = _difference(fixed, moved, where, shift)
        if np.abs(change).max() < _CONVERGED_PX:
            break
    if np.median(np.abs(last)) >= np.median(np.abs(first)):
        return np.eye(3)
    return np.array([[1, 0, shift[0]], [0, 1, shift[1]], [0, 0, 1]])


def _difference(
    fixed: npt.NDArray[np.float32],
    moved: npt.NDArray[np.float32],
    where: npt.NDArray[np.bool_],
    shift: npt.NDArray[np.float64],
) -> npt.NDArray[np.float64]:
    """`fixed` less `moved` fetched from `shift` on, at `where`, without their common offset."""
    matrix = np.array([[1, 0, shift[0]], [0, 1, shift[1]]])
    size = (fixed.shape[1], fixed.shape[0])
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    there = cv2.warpAffine(moved, matrix, size, flags=flags, borderMode=cv2.BORDER_REPLICATE)
    first, second = fixed[where].astype(np.float64), there[where].astype(np.float64)
    gain = np.clip(first.std() / max(float(second.std()), 1e-6), 0.7, 1.4)
    difference: npt.NDArray[np.float64] = first - gain * second
    return difference - np.median(difference)


def _tukey(difference: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    spread = 1.4826 * float(np.median(np.abs(difference))) + 1e-6
    inside = np.clip(1 - (difference / (_ROBUST_SCALE * spread)) ** 2, 0, None)
    return inside**2
