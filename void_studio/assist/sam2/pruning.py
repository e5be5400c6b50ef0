"""How much of what was tracked is remembered: as much as SAM 2 looks at, and no more."""

from __future__ import annotations

from typing import Any

__all__ = ["Conditions", "drop_older"]

_POINTERS = 16
_NEAREST = 4


class Conditions:
    """The outputs of prompted frames; the model sees the four that are nearest in time."""

    def __init__(self) -> None:
        self._outputs: dict[int, Any] = {}

    def add(self, index: int, output: Any) -> None:
        """Keep the output of a prompted frame."""
        self._outputs[index] = output

    def forget(self, index: int) -> None:
        """Let go of one; harmless where there is none."""
        self._outputs.pop(index, None)

    def near(self, index: int) -> dict[int, Any]:
        """Those nearest to a frame, in order of time."""
        nearest = sorted(self._outputs, key=lambda at: (abs(at - index), at))[:_NEAREST]
        return {at: self._outputs[at] for at in sorted(nearest)}


def drop_older(tracked: dict[int, Any], index: int) -> None:
    """Drop the outputs of frames that no later step looks at.

    Memories reach 6 frames back, object pointers 15.
    """
    for at in [at for at in tracked if abs(at - index) >= _POINTERS]:
        del tracked[at]
