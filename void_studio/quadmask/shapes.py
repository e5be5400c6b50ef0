"""Closed polygons with keyed positions."""

from __future__ import annotations

import json
import math
from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from void_studio.core import BadInput, Extent
from void_studio.quadmask.bits import Matte

__all__ = ["KeyedPolygon", "MAX_KEYS", "MAX_POINTS", "Point"]

MAX_POINTS = 10_000
MAX_KEYS = 100_000
_LARGEST = 1e5
_SHIFT = 8

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class KeyedPolygon:
    """A closed polygon in plate pixels, sample i covering [i, i + 1).

    `keys` are (frame, points) in ascending order. Between keys with equally many points every
    point moves in a straight line; where the numbers differ the earlier key is held, as are the
    first and the last key outside. Raises ValueError for keys that are none.
    """

    keys: tuple[tuple[int, tuple[Point, ...]], ...]

    def __post_init__(self) -> None:
        frames = [frame for frame, _ in self.keys]
        if not 0 < len(frames) <= MAX_KEYS or frames != sorted(set(frames)):
            raise ValueError("a polygon needs keys in ascending order")
        for frame, points in self.keys:
            if not 3 <= len(points) <= MAX_POINTS:
                raise ValueError(f"a polygon can not have {len(points)} points (key {frame})")
            if not all(math.hypot(x, y) <= _LARGEST for x, y in points):
                raise ValueError(f"a point of key {frame} is out of reach")

    @classmethod
    def of(cls, keys: Mapping[int, Iterable[Point]]) -> KeyedPolygon:
        """From points by frame, in any order."""
        return cls(
            tuple(
                (frame, tuple((float(x), float(y)) for x, y in keys[frame]))
                for frame in sorted(keys)
            )
        )

    @classmethod
    def from_json(cls, data: bytes) -> KeyedPolygon:
        """From {"keys": {"FRAME": [[x, y], ...], ...}}. Raises BadInput for anything else."""
        try:
            keys = json.loads(data)["keys"]
            return cls.of({int(frame): points for frame, points in keys.items()})
        except (
            AttributeError,
            KeyError,
            TypeError,
            ValueError,
            OverflowError,
            RecursionError,
        ) as error:
            raise BadInput(f"this is not a keyed polygon ({error!r})") from error

    def points(self, frame: int) -> npt.NDArray[np.float64]:
        """Points at a frame, (number, 2), x before y."""
        after = bisect_right(self.keys, frame, key=lambda key: key[0])
        if after == 0:
            return np.array(self.keys[0][1])
        start, first = self.keys[after - 1]
        if after == len(self.keys) or len(self.keys[after][1]) != len(first):
            return np.array(first)
        end, second = self.keys[after]
        share = (frame - start) / (end - start)
        return np.array(first) * (1 - share) + np.array(second) * share

    def rasterise(self, frame: int, extent: Extent) -> Matte:
        """The polygon alone at a frame, boolean (height, width)."""
        matte = np.zeros(extent.shape, np.bool_)
        self.draw(matte, frame)
        return matte

    def draw(self, target: Matte, frame: int) -> None:
        """Set the samples inside, and those that the outline passes, in boolean (height, width)."""
        import cv2

        corners = np.round((self.points(frame) - 0.5) * (1 << _SHIFT)).astype(np.int32)
        cv2.fillPoly(target.view(np.uint8), [corners], (1,), cv2.LINE_8, _SHIFT)
