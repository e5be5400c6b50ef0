"""What a followed object looked like when all of it was seen, so that hidden parts come back.

Carrying a matte from frame to frame loses for good what passes behind something. Here the object
is remembered as a picture with its matte, moved along by the similarity (shift, turn, scale) that
its visible part follows; where the frame looks as the memory says, the object is there again.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import cv2
import numpy as np
import numpy.typing as npt

from void_studio.assist.crop import Crop, Matte, bounds_of
from void_studio.core import Rect
from void_studio.motion import dense_flow

__all__ = ["Memory", "motion_of"]

_Transform = npt.NDArray[np.float64]
_FEWEST_POINTS, _ROUNDS, _CLOSE_PX = 12, 4, 0.75
_LOOK_PX = 5
_ALIKE, _NOISE_FACTOR, _UNLIKE = 10.0, 2.5, 30.0
_MOST_CHANGE = 0.1
_WHOLE = 0.95
_FRESH = 10


def motion_of(starts: npt.NDArray[np.float32], ends: npt.NDArray[np.float32]) -> _Transform | None:
    """The similarity, 3x3, that takes points (n, 2) to others best; None from too few.

    Points that miss by more than most are left out in turn.
    """
    kept = np.ones(len(starts), np.bool_)
    for _ in range(_ROUNDS):
        if np.count_nonzero(kept) < _FEWEST_POINTS:
            return None
        found = _similarity(starts[kept], ends[kept])
        missed = np.linalg.norm(starts @ found[:2, :2].T + found[:2, 2] - ends, axis=1)
        kept = missed <= max(_CLOSE_PX, float(np.median(missed)))
    return found


def _similarity(starts: npt.NDArray[np.float32], ends: npt.NDArray[np.float32]) -> _Transform:
    """The least-squares similarity between two sets of points."""
    middle, target = starts.mean(axis=0, dtype=np.float64), ends.mean(axis=0, dtype=np.float64)
    (x, y), (u, v) = (starts - middle).T, (ends - target).T
    spread = max(float(x @ x + y @ y), 1e-9)
    along, turned = float(x @ u + y @ v) / spread, float(x @ v - y @ u) / spread
    turn = np.array([[along, -turned], [turned, along]])
    found = np.eye(3)
    found[:2, :2], found[:2, 2] = turn, target - turn @ middle
    return found


@dataclass(frozen=True, slots=True, eq=False)
class Memory:
    """A frame, RGB uint8 (height, width, 3), the whole object's matte in it, and where it is now.

    `to_now` takes points of that frame to the present one; `age` is how many frames ago it was.
    """

    rgb: npt.NDArray[np.uint8]
    matte: Matte
    to_now: _Transform
    age: int = 0

    @classmethod
    def of(cls, rgb: npt.NDArray[np.uint8], matte: Matte) -> Memory:
        """Remember a frame in which all of the object is seen."""
        return cls(rgb, matte, np.eye(3))

    def moved(self, motion: _Transform | None) -> Memory:
        """The memory a frame later; without a motion it stays where it was."""
        to_now = self.to_now if motion is None else motion @ self.to_now
        return replace(self, to_now=to_now, age=self.age + 1)

    def aligned(self, picture: npt.NDArray[np.uint8], seen: Matte, crop: Crop) -> Memory:
        """This memory laid onto what is seen of the object in the crop's picture.

        Without it the small errors of every frame's motion would add up.
        """
        known = self.expected(crop) & seen
        now = cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY).astype(np.uint8, copy=False)
        then = cv2.cvtColor(self._warped(self.rgb, crop), cv2.COLOR_RGB2GRAY)
        flow = dense_flow(then.astype(np.uint8, copy=False), now, preset="fast")
        rows, columns = np.nonzero(known)
        starts = np.stack([columns, rows], axis=1).astype(np.float32)
        motion = motion_of(starts, starts + flow[rows, columns])
        if motion is None or abs(np.linalg.det(motion[:2, :2]) - 1) > _MOST_CHANGE:
            return self
        inverse = np.linalg.inv(crop.transform)
        return replace(self, to_now=inverse @ motion @ crop.transform @ self.to_now)

    def bounds(self) -> Rect:
        """A rectangle around where the whole object is now."""
        there = bounds_of(self.matte)
        if not there.area:
            return there
        corners = np.array(
            [[x, y, 1.0] for x in (there.x, there.right) for y in (there.y, there.bottom)]
        )
        x, y, _ = self.to_now @ corners.T
        return Rect.of(int(x.min()), int(y.min()), int(x.max()) + 1, int(y.max()) + 1)

    def expected(self, crop: Crop) -> Matte:
        """The whole object's matte now, hidden parts included, in the crop's samples."""
        return self._warped(self.matte.astype(np.uint8) * 255, crop) > 127

    def come_back(self, picture: npt.NDArray[np.uint8], seen: Matte, crop: Crop) -> Matte:
        """Where the object is in the crop's picture although `seen` has it not."""
        expected = self.expected(crop)
        known, hidden = expected & seen, expected & ~seen
        if not hidden.any() or not known.any():
            return np.zeros_like(seen)
        apart = np.abs(picture.astype(np.float32) - self._warped(self.rgb, crop)).max(axis=2)
        apart = cv2.blur(apart, (_LOOK_PX, _LOOK_PX))
        usual = float(np.median(apart[known]))
        if usual > _UNLIKE:
            return np.zeros_like(seen)
        alike = hidden & (apart < max(_ALIKE, _NOISE_FACTOR * usual))
        kernel = np.ones((3, 3), np.uint8)
        return cv2.morphologyEx(alike.astype(np.uint8), cv2.MORPH_OPEN, kernel) > 0

    def renewed(self, rgb: npt.NDArray[np.uint8], seen: Matte, crop: Crop) -> Memory:
        """This memory, or the present frame's where the object is whole there and this is old."""
        if self.age < _FRESH:
            return self
        expected, now = self.expected(crop), crop.matte(seen)
        either = np.count_nonzero(expected | now)
        whole = np.count_nonzero(expected & now) >= _WHOLE * either if either else False
        return Memory.of(rgb, seen) if whole else self

    def _warped(self, image: npt.NDArray[np.uint8], crop: Crop) -> npt.NDArray[np.uint8]:
        size = (crop.extent.width, crop.extent.height)
        warped = cv2.warpAffine(image, (crop.transform @ self.to_now)[:2], size)
        return warped.astype(np.uint8, copy=False)
