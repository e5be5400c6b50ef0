"""Corners of one frame, followed to another, and the camera motion that they agree on.

Corners are Shi and Tomasi's (CVPR 1994), followed by pyramidal Lucas-Kanade (Bouguet 2000) and
accepted when they come back to where they started; MAGSAC++ (Barath et al., CVPR 2020) finds the
motion that most of them share.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from void_studio.motion.chain import Matrix

__all__ = [
    "Corners",
    "Grey",
    "Motion",
    "even_contrast",
    "find_corners",
    "follow",
    "shift_between",
    "that_agree",
]

Grey = npt.NDArray[np.uint8]
Matte = npt.NDArray[np.bool_]
Points = npt.NDArray[np.float32]

_CORNERS = 600
_NEIGHBOURHOOD = 33
_FLAT = 6.0
_WINDOW = (21, 21)
_LEVELS = 4
_STOP = (cv2.TERM_CRITERIA_COUNT | cv2.TERM_CRITERIA_EPS, 30, 0.005)
_RETURN_PX = 0.5
_INLIER_PX = 1.0
_FEW = 12
_ENOUGH_FOR_HOMOGRAPHY = 40
_SPREAD = 0.12
_NOISE_PX = 0.05
_OUTLIER_COST = 9.0
_SURE_SHIFT = 0.1


@dataclass(frozen=True, slots=True, eq=False)
class Corners:
    """A frame, uint8 (height, width), and points on it, float32 (n, 2)."""

    image: Grey
    points: Points


@dataclass(frozen=True, slots=True, eq=False)
class Motion:
    """What `matrix` maps one frame to another by, and how many corners agree on it."""

    matrix: Matrix
    inliers: int


def even_contrast(image: Grey) -> Grey:
    """`image` with like contrast everywhere, so that a soft background has corners too.

    Each sample less the mean of 33 px around it, over their standard deviation and 6 levels.
    """
    side = (_NEIGHBOURHOOD, _NEIGHBOURHOOD)
    levels = image.astype(np.float32)
    detail = levels - cv2.blur(levels, side)
    deviation = np.sqrt(np.maximum(cv2.blur(detail * detail, side), 0))
    even: Grey = np.clip(128 + 45 * detail / (deviation + _FLAT), 0, 255).astype(np.uint8)
    return even


def find_corners(image: Grey, exclude: Matte | None) -> Corners:
    """Up to 600 corners outside `exclude`."""
    height, width = image.shape
    allowed = None if exclude is None else np.where(exclude, 0, 255).astype(np.uint8)
    spacing = max(3.0, min(height, width) / 60)
    found = cv2.goodFeaturesToTrack(image, _CORNERS, 0.005, spacing, mask=allowed, blockSize=5)
    points = np.zeros((0, 2), np.float32) if found is None else found.reshape(-1, 2)
    return Corners(image, points.astype(np.float32))


def follow(corners: Corners, image: Grey, exclude: Matte | None, guess: Matrix) -> Motion | None:
    """The motion from the frame of `corners` to `image`, searched from `guess` on.

    None when too few corners agree: no texture, a cut, or something large passing by.
    """
    if len(corners.points) < _FEW:
        return None
    there, good = _tracked(corners, image, guess)
    good &= _inside(there, image.shape)
    if exclude is not None:
        good[good] = ~exclude[tuple(np.rint(there[good]).astype(np.intp).T[::-1])]
    if np.count_nonzero(good) < _FEW:
        return None
    return _fitted(corners.points[good], there[good], image.shape)


def that_agree(corners: Corners, image: Grey, matrix: Matrix) -> Corners:
    """The corners that moved to `image` as `matrix` says; all of them when those are too few.

    The rest belongs to something that moves through the scene.
    """
    if not len(corners.points):
        return corners
    there, good = _tracked(corners, image, matrix)
    good &= _errors(corners.points, there, matrix) < _INLIER_PX
    if np.count_nonzero(good) < _FEW:
        return corners
    return Corners(corners.image, corners.points[good])


def _tracked(corners: Corners, image: Grey, guess: Matrix) -> tuple[Points, Matte]:
    start = corners.points[:, None]
    expected = cv2.perspectiveTransform(start, guess).astype(np.float32)
    there, found, _ = cv2.calcOpticalFlowPyrLK(
        corners.image, image, start, expected, winSize=_WINDOW, maxLevel=_LEVELS,
        criteria=_STOP, flags=cv2.OPTFLOW_USE_INITIAL_FLOW, minEigThreshold=1e-3,
    )  # fmt: skip
    back, returned, _ = cv2.calcOpticalFlowPyrLK(
        image, corners.image, there, start.copy(), winSize=_WINDOW, maxLevel=1,
        criteria=_STOP, flags=cv2.OPTFLOW_USE_INITIAL_FLOW, minEigThreshold=1e-3,
    )  # fmt: skip
    error = np.abs(back - start).reshape(-1, 2).max(axis=1)
    good = (found.ravel() == 1) & (returned.ravel() == 1) & (error < _RETURN_PX)
    return there.reshape(-1, 2).astype(np.float32), good


def _inside(points: Points, shape: tuple[int, ...]) -> Matte:
    rounded = np.rint(points)
    inside: Matte = np.all((rounded >= 0) & (rounded < (shape[1], shape[0])), axis=1)
    return inside


def _fitted(start: Points, there: Points, shape: tuple[int, ...]) -> Motion | None:
    """The simplest motion that explains the corners: none, a shift, a similarity, a homography.

    A homography of few or noisy corners bends the far ends of a frame by pixels, so it has to earn
    its eight parameters by Torr's criterion (GRIC, Phil. Trans. R. Soc. A 356, 1998).
    """
    candidates = _candidates(start, there, shape)
    errors = {matrix.tobytes(): _errors(start, there, matrix) for matrix, _ in candidates}
    noise = max(_NOISE_PX, min(_noise_of(error) for error in errors.values()))

    def cost(candidate: tuple[Matrix, int]) -> float:
        error = errors[candidate[0].tobytes()]
        capped = np.minimum((error / noise) ** 2, _OUTLIER_COST).sum()
        return float(capped + candidate[1] * np.log(4 * len(start)))

    best, _ = min((known for known in candidates if _plausible(known[0], shape)), key=cost)
    inliers = int(np.count_nonzero(errors[best.tobytes()] < _INLIER_PX))
    return Motion(best, inliers) if inliers >= _FEW else None


def _candidates(start: Points, there: Points, shape: tuple[int, ...]) -> list[tuple[Matrix, int]]:
    """Motions fitted to the corners, each with its number of parameters."""
    found = [(np.eye(3), 0)]
    spread = (np.std(start, axis=0) / (shape[1], shape[0])).min()
    affine, inliers = cv2.estimateAffinePartial2D(
        start, there, method=cv2.RANSAC, ransacReprojThreshold=_INLIER_PX
    )
    if affine is not None:
        agreed = inliers.ravel() > 0
        shift = np.median((there - start)[agreed], axis=0).astype(np.float64)
        found.append((np.array([[1, 0, shift[0]], [0, 1, shift[1]], [0, 0, 1]]), 2))
        found.append((np.vstack([affine, [0.0, 0.0, 1.0]]), 4))
    if len(start) >= _ENOUGH_FOR_HOMOGRAPHY and spread >= _SPREAD:
        found.extend((matrix, 8) for matrix in _homographies(start, there))
    return found


def _homographies(start: Points, there: Points) -> list[Matrix]:
    """MAGSAC's homography after least squares over its inliers; empty when there is none."""
    matrix, inliers = cv2.findHomography(
        start, there, cv2.USAC_MAGSAC, _INLIER_PX, maxIters=2000, confidence=0.9999
    )
    agreed = None if matrix is None else inliers.ravel() > 0
    if agreed is None or np.count_nonzero(agreed) < _ENOUGH_FOR_HOMOGRAPHY // 2:
        return []
    refined, _ = cv2.findHomography(start[agreed], there[agreed], 0)
    return [np.asarray(matrix if refined is None else refined, np.float64)]


def _plausible(matrix: Matrix, shape: tuple[int, ...]) -> bool:
    """Whether a camera could have moved so between two frames that share what they show."""
    right, bottom = shape[1] - 1, shape[0] - 1
    corners = np.array([[0, 0, 1], [right, 0, 1], [0, bottom, 1], [right, bottom, 1]])
    depth = corners @ matrix[2] / matrix[2, 2]
    area = float(np.linalg.det(matrix[:2, :2] / matrix[2, 2]))
    return 0.2 < area < 5 and bool(np.all((depth > 0.4) & (depth < 2.5)))


def _errors(start: Points, there: Points, matrix: Matrix) -> npt.NDArray[np.float64]:
    mapped = cv2.perspectiveTransform(start[:, None].astype(np.float64), matrix)
    errors: npt.NDArray[np.float64] = np.linalg.norm(mapped[:, 0] - there, axis=1)
    return errors


def _noise_of(error: npt.NDArray[np.float64]) -> float:
    """Standard deviation per axis of errors under a motion, from their median (Rayleigh)."""
    return float(np.median(error)) / 1.1774


def shift_between(first: Grey, second: Grey) -> Matrix | None:
    """Translation from `first` to `second` by phase correlation; None when it is not clear."""
    if min(first.shape) < 8 or min(first.std(), second.std()) < 1:
        return None
    height, width = first.shape
    window = cv2.createHanningWindow((width, height), cv2.CV_32F)
    (x, y), response = cv2.phaseCorrelate(
        first.astype(np.float32), second.astype(np.float32), window
    )
    if response < _SURE_SHIFT:
        return None
    return np.array([[1, 0, x], [0, 1, y], [0, 0, 1]], np.float64)
