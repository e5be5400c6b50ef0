"""What is left between two frames that were aligned already."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from void_studio.motion.chain import Matrix

__all__ = ["residual_shift"]

_ITERATIONS = 4
_CONVERGED_PX = 0.01
_FEWEST, _MOST = 32, 20_000
_LEAST_TEXTURE = 1e-3
_ROBUST_SCALE = 4.685  # Tukey's biweight, 95 % efficient (Holland and Welsch 1977)


def residual_shift(
    fixed: npt.NDArray[np.float32],
    moved: npt.NDArray[np.float32],
    where: npt.NDArray[np.bool_],
    *,
    limit_px: float,
) -> Matrix:
    """The translation that maps points of `fixed` to `moved`, up to `limit_px` on each axis.

    Both are grey (height, width) of one size, compared only at `where`. Gauss-Newton on the
    intensities (Lucas and Kanade 1981), which finds gain and offset as well, with outliers weighed
    down. The identity when there is no texture, when the shift would leave
    the limit, or when it does not make the frames more alike.
    """
    at = np.flatnonzero(where)
    at = at[:: -(-len(at) // _MOST) or 1]
    if len(at) < _FEWEST:
        return np.eye(3)
    wanted = fixed.ravel()[at].astype(np.float64)
    columns = np.ones((len(at), 4))
    for column, axis in enumerate(((1, 0), (0, 1))):
        columns[:, column] = cv2.Scharr(fixed, cv2.CV_32F, *axis).ravel()[at] / 32
    shift = np.zeros(2)
    columns[:, 2] = _shifted(moved, shift).ravel()[at]
    left = first = _matched(wanted, columns[:, 2])
    for _ in range(_ITERATIONS):
        weighted = columns * _tukey(left)[:, None]
        normal = weighted.T @ columns
        if np.linalg.eigvalsh(normal[:2, :2])[0] <= _LEAST_TEXTURE * len(at):
            return np.eye(3)
        change = np.linalg.lstsq(normal, weighted.T @ wanted)[0]
        shift += change[:2]
        if np.abs(shift).max() > limit_px:
            return np.eye(3)
        columns[:, 2] = _shifted(moved, shift).ravel()[at]
        left = wanted - columns[:, 2:] @ change[2:]
        if np.abs(change[:2]).max() < _CONVERGED_PX:
            break
    if np.median(np.abs(left)) >= np.median(np.abs(first)):
        return np.eye(3)
    return np.array([[1, 0, shift[0]], [0, 1, shift[1]], [0, 0, 1]])


def _shifted(
    image: npt.NDArray[np.float32], shift: npt.NDArray[np.float64]
) -> npt.NDArray[np.float32]:
    """`image` fetched from `shift` on."""
    matrix = np.array([[1, 0, shift[0]], [0, 1, shift[1]]])
    size = (image.shape[1], image.shape[0])
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    there = cv2.warpAffine(image, matrix, size, flags=flags, borderMode=cv2.BORDER_REPLICATE)
    return there.astype(np.float32, copy=False)


def _matched(
    wanted: npt.NDArray[np.float64], given: npt.NDArray[np.float64]
) -> npt.NDArray[np.float64]:
    """`wanted` less `given`, after a gain and offset that outliers do not decide."""
    centred = [values - np.median(values) for values in (wanted, given)]
    spreads = [float(np.median(np.abs(values))) + 1e-6 for values in centred]
    gain = np.clip(spreads[0] / spreads[1], 0.7, 1.4)
    difference: npt.NDArray[np.float64] = centred[0] - gain * centred[1]
    return difference


def _tukey(difference: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    spread = 1.4826 * float(np.median(np.abs(difference))) + 1e-6
    inside = np.clip(1 - (difference / (_ROBUST_SCALE * spread)) ** 2, 0, None)
    return inside**2
