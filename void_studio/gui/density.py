"""What gives way as the window shrinks, in its order."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Density", "density_of"]

_WIDTHS = (1600, 1360)
_HEIGHTS = (860, 780)


@dataclass(frozen=True, slots=True)
class Density:
    """What there is room for in a window."""

    words: bool
    wide_dock: bool
    full_timeline: bool
    full_strip: bool


def density_of(width: int, height: int) -> Density:
    """The density of a window of `width` x `height` logical pixels."""
    wide = [width >= least for least in _WIDTHS]
    high = [height >= least for least in _HEIGHTS]
    return Density(*wide, *high)
