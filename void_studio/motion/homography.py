"""Camera motion of a shot, frame by frame, without drift between keyframes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from void_studio.core import Cancelled, Extent
from void_studio.motion.chain import HomographyChain, Matrix, displacement_of
from void_studio.motion.tracking import (
    Corners,
    Grey,
    even_contrast,
    find_corners,
    follow,
    shift_between,
    that_agree,
)

__all__ = ["chain_homographies"]

GreySource = Callable[[int], npt.NDArray[np.uint8]]
MatteSource = Callable[[int], npt.NDArray[np.bool_]]

_KEPT_SHARE = 0.5
_KEYFRAME_TRAVEL = 0.3


def chain_homographies(
    grey: GreySource,
    count: int,
    exclude: MatteSource | None,
    *,
    cancelled: Callable[[], bool] | None = None,
    on_progress: Callable[[int, int], None] | None = None,
) -> HomographyChain:
    """Measure the camera over frames 0 .. count - 1, each read once and in order.

    `grey(i)` is uint8 (height, width), the same size for all; corners where `exclude(i)`, boolean
    of that size, is set are not used. Every frame is matched against the last keyframe, so errors
    add up only from keyframe to keyframe. A frame that can not be tracked is joined to the one
    before it by a translation, else left where that one was; `HomographyChain.degenerate` counts
    these. Raises Cancelled. The same frames give the same chain.
    """
    tracker: _Tracker | None = None
    for index in range(count):
        if cancelled is not None and cancelled():
            raise Cancelled("stopped while measuring the camera")
        image = even_contrast(grey(index))
        matte = None if exclude is None else exclude(index)
        if tracker is None:
            tracker = _Tracker(image, matte)
        else:
            tracker.step(image, matte)
        if on_progress is not None:
            on_progress(index + 1, count)
    if tracker is None:
        return HomographyChain(Extent(0, 0), np.zeros((0, 3, 3)), ())
    return tracker.chain()


@dataclass(slots=True, eq=False)
class _Keyframe:
    corners: Corners
    to_first: Matrix
    agreed: int


class _Tracker:
    """The last frame, the last keyframe, and every frame's way to the first."""

    def __init__(self, image: Grey, matte: npt.NDArray[np.bool_] | None) -> None:
        self._to_first: list[Matrix] = [np.eye(3)]
        self._measured = [True]
        self._last, self._last_matte = image, matte
        self._before: Grey | None = None
        self._key = self._keyframe(image, matte)

    def step(self, image: Grey, matte: npt.NDArray[np.bool_] | None) -> None:
        """Add a frame."""
        measured = self._from_keyframe(image, matte) or self._from_last(image, matte)
        if not measured:
            shift = shift_between(self._last, image)
            self._add(np.eye(3) if shift is None else shift, self._to_first[-1], measured=False)
            self._before = None
            self._key = self._keyframe(image, matte)
        else:
            self._before = self._last
        self._last, self._last_matte = image, matte

    def chain(self) -> HomographyChain:
        """What was measured."""
        height, width = self._last.shape
        return HomographyChain(
            Extent(width, height), np.stack(self._to_first), tuple(self._measured)
        )

    def _from_keyframe(self, image: Grey, matte: npt.NDArray[np.bool_] | None) -> bool:
        guess: Matrix = np.linalg.inv(self._to_first[-1]) @ self._key.to_first
        motion = follow(self._key.corners, image, matte, guess)
        if motion is None or motion.inliers < _KEPT_SHARE * self._key.agreed:
            return False
        self._key.agreed = max(self._key.agreed, motion.inliers)
        self._add(motion.matrix, self._key.to_first, measured=True)
        if self._travelled(motion.matrix):
            self._before = self._last
            self._key = self._keyframe(image, matte)
        return True

    def _from_last(self, image: Grey, matte: npt.NDArray[np.bool_] | None) -> bool:
        """Try again with the frame before as a keyframe of its own."""
        self._key = self._keyframe(self._last, self._last_matte)
        motion = follow(self._key.corners, image, matte, np.eye(3))
        if motion is None:
            return False
        self._key.agreed = motion.inliers
        self._add(motion.matrix, self._key.to_first, measured=True)
        return True

    def _add(self, step: Matrix, start_to_first: Matrix, *, measured: bool) -> None:
        to_first = start_to_first @ np.linalg.inv(step)
        self._to_first.append(to_first / to_first[2, 2])
        self._measured.append(measured)

    def _keyframe(self, image: Grey, matte: npt.NDArray[np.bool_] | None) -> _Keyframe:
        """Corners of the frame that was added last, those left out that left the scene's motion."""
        corners = find_corners(image, matte)
        if self._before is not None:
            back: Matrix = np.linalg.inv(self._to_first[-2]) @ self._to_first[-1]
            corners = that_agree(corners, self._before, back)
        return _Keyframe(corners, self._to_first[-1], 0)

    def _travelled(self, matrix: Matrix) -> bool:
        height, width = self._last.shape
        travel = displacement_of(matrix, np.array([[width / 2, height / 2]])).item()
        return bool(travel > _KEYFRAME_TRAVEL * min(height, width))
