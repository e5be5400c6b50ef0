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
_Allowed = tuple[tuple[slice, slice], Mask]


@dataclass(slots=True)
class OutsideTally:
    """Differences between a plate and one copy of it, summed over frames added in order.

    A copy of greater depth holds the plate's codes shifted up. Floats are compared by their bits;
    the codes told of them are these bits, and differences count the floats in between.
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
        originals, copies = _codes_of(plate), _codes_of(copy)
        shift = copy.layout.bits - plate.layout.bits
        if not _same_form(names, originals, component_names(copy.layout), copies) or shift < 0:
            return False
        if plate.layout.is_float != copy.layout.is_float or (shift and plate.layout.is_float):
            return False
        box = _bounds(support)
        for index, (name, stored) in enumerate(zip(names, copies, strict=True)):
            original: Any = originals[index]
            if shift:
                original = original.astype(np.uint16) << np.uint16(shift)
            allowed = _allowed(support, box, plate.layout, index)
            self._add_plane(
                plate.number, name, original, stored, allowed, floats=plate.layout.is_float
            )
        return True

    def _add_plane(
        self, frame: int, name: str, plate: Any, copy: Any, allowed: _Allowed, *, floats: bool
    ) -> None:
        differs = np.not_equal(plate, copy)
        count = int(np.count_nonzero(differs))
        if count:
            place, touched = allowed
            inside = differs[place] & touched
            gap = _steps(plate[place][inside], floats) - _steps(copy[place][inside], floats)
            self.greatest_inside = max(self.greatest_inside, int(np.abs(gap).max(initial=0)))
            differs[place] &= ~touched
            count -= int(np.count_nonzero(inside))
        self.per_plane[name] = self.per_plane.get(name, 0) + count
        if count and self.first is None:
            y, x = (int(place) for place in np.unravel_index(differs.argmax(), differs.shape))
            self.first = FirstDifference(frame, name, x, y, int(plate[y, x]), int(copy[y, x]))


def _codes_of(frame: Frame) -> tuple[Any, ...]:
    """The components; those of floats as their bits."""
    planes = component_planes(frame)
    if not frame.layout.is_float:
        return planes
    return tuple(plane.view(f"u{plane.dtype.itemsize}") for plane in planes)


def _steps(codes: Any, floats: bool) -> npt.NDArray[np.int64]:
    """Codes as whole numbers in order of value: the bits of negative floats count downwards."""
    whole: npt.NDArray[np.int64] = codes.astype(np.int64)
    if not floats:
        return whole
    sign = 1 << (codes.dtype.itemsize * 8 - 1)
    return np.where(whole >= sign, sign - whole, whole)


def _same_form(
    names: Sequence[str], planes: Sequence[Any], other: Sequence[str], copies: Sequence[Any]
) -> bool:
    shapes = [[plane.shape for plane in each] for each in (planes, copies)]
    return names == other and shapes[0] == shapes[1]


def _bounds(support: Mask) -> tuple[int, int, int, int]:
    """Top, bottom, left and right of what is true, the second ones exclusive; zeros if nothing."""
    rows = np.flatnonzero(support.any(axis=1))
    if not rows.size:
        return (0, 0, 0, 0)
    columns = np.flatnonzero(support[rows[0] : rows[-1] + 1].any(axis=0))
    return (int(rows[0]), int(rows[-1]) + 1, int(columns[0]), int(columns[-1]) + 1)


def _allowed(
    support: Mask, box: tuple[int, int, int, int], layout: PixelLayout, component: int
) -> _Allowed:
    """Samples of a component whose block has at least one pixel of the support; none of alpha.

    A place in the plane and the mask over it; everything else of the plane is outside.
    """
    if component not in _COLOUR:
        return (slice(0), slice(0)), np.zeros((0, 0), np.bool_)
    plane = next(plane for plane in layout.planes if component in plane.components)
    step_y, step_x = 1 << plane.shift_y, 1 << plane.shift_x
    top, bottom = box[0] // step_y, -(-box[1] // step_y)
    left, right = box[2] // step_x, -(-box[3] // step_x)
    part = support[top * step_y : bottom * step_y, left * step_x : right * step_x]
    touched = np.zeros((bottom - top, right - left), np.bool_)
    for y in range(step_y):
        for x in range(step_x):
            pixels = part[y::step_y, x::step_x]
            touched[: pixels.shape[0], : pixels.shape[1]] |= pixels
    return (slice(top, bottom), slice(left, right)), touched
