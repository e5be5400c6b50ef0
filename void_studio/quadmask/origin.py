"""Where the matte of a frame is from, and how a frame of a layer stands."""

from __future__ import annotations

from enum import Enum

__all__ = ["FrameState", "Origin"]


class Origin(Enum):
    """Who made what is painted on a frame: a person, or a segmenter that followed it."""

    PAINTED = "painted"
    PROPAGATED = "propagated"


class FrameState(Enum):
    """How a frame of a layer, or of all visible layers, stands.

    LOCKED comes before all others, KEYED means that a shape has a key there. A shape between two
    keys counts as propagated.
    """

    EMPTY = "empty"
    PAINTED = "painted"
    KEYED = "keyed"
    PROPAGATED = "propagated"
    LOCKED = "locked"
