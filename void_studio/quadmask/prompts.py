"""What a person pointed at on a layer, for a segmenter; in plate pixels and plate numbering."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["BoxPrompt", "LayerPrompt", "PointPrompt"]


@dataclass(frozen=True, slots=True)
class PointPrompt:
    """A click on or, when not `positive`, off the object; sample i covers [i, i + 1)."""

    frame: int
    x: float
    y: float
    positive: bool = True


@dataclass(frozen=True, slots=True)
class BoxPrompt:
    """A box around the object; right and bottom are edges, not samples."""

    frame: int
    left: float
    top: float
    right: float
    bottom: float


LayerPrompt = PointPrompt | BoxPrompt
