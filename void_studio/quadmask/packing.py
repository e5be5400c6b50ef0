"""The four stored numbers of a quadmask; the only file that has them (DESIGN l)."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

__all__ = [
    "KEEP",
    "STORED",
    "affected_of",
    "apply_frame0_rule",
    "fill_of",
    "pack",
    "pack_some",
    "remove_of",
    "snap",
    "unpack_layers",
]

REMOVE, OVERLAP, AFFECTED, KEEP = 0, 63, 127, 255
STORED = (REMOVE, OVERLAP, AFFECTED, KEEP)
_CUTS = (31, 95, 191)

Matte = npt.NDArray[np.bool_]
Values = npt.NDArray[np.uint8]


def pack(remove: Matte, affected: Matte) -> Values:
    """Stored numbers of two mattes of one shape: 0 remove only, 63 both, 127 affected only, 255."""
    codes = np.left_shift(affected.view(np.uint8), 1)
    codes |= remove.view(np.uint8)
    return _looked_up(codes, (KEEP, REMOVE, AFFECTED, OVERLAP))


def pack_some(remove: Matte | None, affected: Matte | None, shape: tuple[int, int]) -> Values:
    """The same of mattes of which either may be None, for nothing set; quick then."""
    if remove is not None and affected is not None:
        return pack(remove, affected)
    if remove is not None:
        return _looked_up(remove.view(np.uint8), (KEEP, REMOVE))
    if affected is not None:
        return _looked_up(affected.view(np.uint8), (KEEP, AFFECTED))
    return np.full(shape, KEEP, np.uint8)


def _looked_up(codes: Values, numbers: tuple[int, ...]) -> Values:
    import cv2

    if not codes.size:
        return np.empty(codes.shape, np.uint8)
    table = np.full(256, KEEP, np.uint8)
    table[: len(numbers)] = numbers
    found = cv2.LUT(np.ascontiguousarray(codes), table)
    return found.astype(np.uint8, copy=False).reshape(codes.shape)


def unpack_layers(values: Values) -> tuple[Matte, Matte]:
    """The remove and the affected matte that `pack` made `values` of."""
    return remove_of(values), affected_of(values)


def remove_of(values: Values) -> Matte:
    """Where the remove layer is set."""
    return np.less_equal(values, OVERLAP)


def affected_of(values: Values) -> Matte:
    """Where the affected layer is set."""
    return np.equal(values, OVERLAP) | np.equal(values, AFFECTED)


def fill_of(values: Values) -> Matte:
    """Where anything is to be filled: remove or affected (DESIGN e)."""
    return np.not_equal(values, KEEP)


def apply_frame0_rule(values: Values) -> Values:
    """A copy of the first frame's numbers with "affected only" cleared, overlap left alone.

    VOID was trained without grey in its first frame. Only for exports that ask for it: an engine
    applies its own rule to the numbers that it is given.
    """
    cleared = values.copy()
    cleared[values == AFFECTED] = KEEP
    return cleared


def snap(values: npt.NDArray[np.generic]) -> tuple[Values, int]:
    """Nearest stored numbers of foreign values, and how many samples were off.

    The cuts are <= 31, <= 95, <= 191 (VOID_SPEC 2.5); real values are allowed.
    """
    snapped = _snapped_bytes(values) if values.dtype == np.uint8 else _snapped(values)
    return snapped, int(np.count_nonzero(snapped != values))


def _snapped(values: npt.NDArray[np.generic]) -> Values:
    classes = np.searchsorted(np.array(_CUTS), values, side="left")
    snapped: Values = np.array(STORED, np.uint8)[classes]
    return snapped


def _snapped_bytes(values: npt.NDArray[np.generic]) -> Values:
    import cv2

    table = _snapped(np.arange(256))
    flat = cv2.LUT(np.ascontiguousarray(values, np.uint8).reshape(-1, 1), table)
    return flat.astype(np.uint8, copy=False).reshape(values.shape)
