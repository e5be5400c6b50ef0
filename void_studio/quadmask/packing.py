"""The four stored numbers of a quadmask; the only file that has them (DESIGN l)."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

__all__ = ["KEEP", "affected_of", "fill_of", "pack", "remove_of", "snap"]

REMOVE, OVERLAP, AFFECTED, KEEP = 0, 63, 127, 255
_CUTS = (31, 95, 191)

Matte = npt.NDArray[np.bool_]
Values = npt.NDArray[np.uint8]


def pack(remove: Matte, affected: Matte) -> Values:
    """Stored numbers of two mattes of one shape: 0 remove only, 63 both, 127 affected only, 255."""
    table = np.array([KEEP, REMOVE, AFFECTED, OVERLAP], np.uint8)
    packed: Values = table[remove.astype(np.uint8) + 2 * affected.astype(np.uint8)]
    return packed


def remove_of(values: Values) -> Matte:
    """Where the remove layer is set."""
    return np.less_equal(values, OVERLAP)


def affected_of(values: Values) -> Matte:
    """Where the affected layer is set."""
    return np.isin(values, (OVERLAP, AFFECTED))


def fill_of(values: Values) -> Matte:
    """Where anything is to be filled: remove or affected (DESIGN e)."""
    return np.not_equal(values, KEEP)


def snap(values: npt.NDArray[np.generic]) -> tuple[Values, int]:
    """Nearest stored numbers of foreign values, and how many samples were off.

    The cuts are <= 31, <= 95, <= 191 (VOID_SPEC 2.5); real values are allowed.
    """
    classes = np.searchsorted(np.array(_CUTS), values, side="left")
    snapped = np.array([REMOVE, OVERLAP, AFFECTED, KEEP], np.uint8)[classes]
    return snapped, int(np.count_nonzero(snapped != values))
