"""How a matte changes from frame to frame, and where that looks like a mistake.

Motion, and OpenCV with it, is imported on use: this module is imported wherever assist is.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum

import numpy as np
import numpy.typing as npt

from void_studio.assist.shifting import shifted

__all__ = [
    "DriftLimits",
    "DriftReason",
    "DriftStep",
    "FrameDrift",
    "Suspect",
    "drift_of",
    "suspects",
]

Matte = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class DriftStep:
    """A frame to measure: its matte at any one size, its `area` in plate samples.

    `grey` is the plate, uint8 of the matte's size, where motion is to be measured; `score` is a
    segmenter's.
    """

    frame: int
    matte: Matte
    area: int
    grey: npt.NDArray[np.uint8] | None = None
    score: float | None = None


@dataclass(frozen=True, slots=True)
class FrameDrift:
    """A frame against the one before. Shares are 0..1; None where there is nothing to compare.

    `area_change` is 1 - smaller / larger. `iou` is that of the two mattes laid middle on middle.
    `flow_residual` is 1 - IoU after the earlier matte was moved along with the picture.
    `at_edge` tells that the matte reaches the edge of the frame.
    """

    frame: int
    area: int
    area_change: float | None
    iou: float | None
    flow_residual: float | None
    score: float | None
    at_edge: bool


class DriftReason(Enum):
    """Why a frame is a suspect."""

    AREA = "area jumps"
    SHAPE = "shape jumps"
    MOTION = "does not follow the picture"
    SCORE = "low score"


@dataclass(frozen=True, slots=True)
class DriftLimits:
    """From where on a frame is a suspect."""

    area_change: float = 0.35
    iou: float = 0.6
    flow_residual: float = 0.5
    score: float = 0.5


@dataclass(frozen=True, slots=True)
class Suspect:
    """A frame that a person should look at, and why."""

    frame: int
    reasons: tuple[DriftReason, ...]


def drift_of(steps: Iterable[DriftStep]) -> tuple[FrameDrift, ...]:
    """Measure every frame against the one before; two frames are in memory at a time."""
    found = []
    before: DriftStep | None = None
    for step in steps:
        found.append(_drift(before, step))
        before = step
    return tuple(found)


def suspects(drift: Iterable[FrameDrift], limits: DriftLimits | None = None) -> tuple[Suspect, ...]:
    """The frames beyond a limit, in order.

    A matte at the edge of the frame may change its area and shape: the object comes or goes.
    """
    chosen = limits or DriftLimits()
    found = (Suspect(item.frame, tuple(_reasons(item, chosen))) for item in drift)
    return tuple(suspect for suspect in found if suspect.reasons)


def _reasons(drift: FrameDrift, limits: DriftLimits) -> Iterable[DriftReason]:
    inside = not drift.at_edge
    if inside and drift.area_change is not None and drift.area_change > limits.area_change:
        yield DriftReason.AREA
    if inside and drift.iou is not None and drift.iou < limits.iou:
        yield DriftReason.SHAPE
    if drift.flow_residual is not None and drift.flow_residual > limits.flow_residual:
        yield DriftReason.MOTION
    if drift.score is not None and drift.score < limits.score:
        yield DriftReason.SCORE


def _drift(before: DriftStep | None, step: DriftStep) -> FrameDrift:
    both = before is not None and before.matte.any() and step.matte.any()
    if before is None or not both:
        return FrameDrift(step.frame, step.area, None, None, None, step.score, _at_edge(step.matte))
    return FrameDrift(
        step.frame,
        step.area,
        1 - min(before.area, step.area) / max(before.area, step.area, 1),
        _iou(_aligned(before.matte, step.matte), step.matte),
        _flow_residual(before, step),
        step.score,
        _at_edge(before.matte) or _at_edge(step.matte),
    )


def _aligned(before: Matte, after: Matte) -> Matte:
    dx, dy = (round(b - a) for a, b in zip(_middle(before), _middle(after), strict=True))
    return shifted(before, dx, dy)


def _middle(matte: Matte) -> tuple[float, float]:
    rows, columns = np.nonzero(matte)
    return float(columns.mean()), float(rows.mean())


def _flow_residual(before: DriftStep, step: DriftStep) -> float | None:
    if before.grey is None or step.grey is None:
        return None
    from void_studio.motion import dense_flow, warp

    flow = dense_flow(step.grey, before.grey)
    moved = warp(before.matte.astype(np.float32), flow)
    return 1 - _iou(np.greater(moved, 0.5), step.matte)


def _iou(first: Matte, second: Matte) -> float:
    either = np.count_nonzero(first | second)
    return float(np.count_nonzero(first & second) / either) if either else 1.0


def _at_edge(matte: Matte) -> bool:
    edges = (matte[0], matte[-1], matte[:, 0], matte[:, -1])
    return any(bool(edge.any()) for edge in edges)
