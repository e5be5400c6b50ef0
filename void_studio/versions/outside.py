"""Counting what differs outside a support, written apart from the code that composites."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from void_studio.media import Frame, PixelLayout, component_names, component_planes
from void_studio.versions.certificate import FirstDifference

__all__ = ["OutsideTally"]

_COLOUR = range(3)

Mask = npt.NDArray[np.bool_]


@dataclass(slots=True)
class OutsideTally:
    """Differences between a plate and one copy of it, summed over frames added in order.

    A copy of greater depth holds the plate's codes shifted up.
    """

    per_plane: dict[str, int] = field(default_factory=dict)
    greatest_inside: int = 0
    first: FirstDifference | None = None

    @property
    def outside(self) -> int:
        """Samples outside the support that differ, in all planes."""
        return sum(self.per_plane.values())

    def add(self, plate: Frame, copy: Frame, support: Mask) -> bool:
        """Compare one frame; `support` is bool (height, width) at luma or RGB size.

        False when the two have other planes or the copy has less depth, so that nothing was done.
        """
        names = component_names(plate.layout)
        originals, copies = component_planes(plate), component_planes(copy)
        shift = copy.layout.bits - plate.layout.bits
        if not _same_form(names, originals, component_names(copy.layout), copies) or shift < 0:
            return False
        for index, (name, stored) in enumerate(zip(names, copies, strict=True)):
            original: Any = originals[index]
            if shift:
                original = original.astype(np.uint16) << np.uint16(shift)
            allowed = _allowed(support, plate.layout, index, stored.shape)
            self._add_plane(plate.number, name, original, stored, allowed)
        return True

    def _add_plane(self, frame: int, name: str, plate: Any, copy: Any, allowed: Mask) -> None:
        differs = np.not_equal(plate, copy)
        inside = differs & allowed
        if inside.any():
            gap = np.abs(plate[inside].astype(np.int32) - copy[inside].astype(np.int32))
            self.greatest_inside = max(self.greatest_inside, int(gap.max()))
        outside = differs & ~allowed
        count = int(np.count_nonzero(outside))
        self.per_plane[name] = self.per_plane.get(name, 0) + count
        if count and self.first is None:
            y, x = (int(place) for place in np.argwhere(outside)[0])
            self.first = FirstDifference(frame, name, x, y, int(plate[y, x]), int(copy[y, x]))


def _same_form(
    names: Sequence[str], planes: Sequence[Any], other: Sequence[str], copies: Sequence[Any]
) -> bool:
    shapes = [[plane.shape for plane in each] for each in (planes, copies)]
    return names == other and shapes[0] == shapes[1]


def _allowed(support: Mask, layout: PixelLayout, component: int, shape: tuple[int, ...]) -> Mask:
    """Samples of a component whose block has at least one pixel of the support; none of alpha."""
    if component not in _COLOUR:
        return np.zeros(shape, np.bool_)
    plane = next(plane for plane in layout.planes if component in plane.components)
    step_y, step_x = 1 << plane.shift_y, 1 << plane.shift_x
    if (step_y, step_x) == (1, 1):
        return support
    touched = np.zeros(shape, np.bool_)
    for y in range(step_y):
        for x in range(step_x):
            part = support[y::step_y, x::step_x]
            touched[: part.shape[0], : part.shape[1]] |= part
    return touched
