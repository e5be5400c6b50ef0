"""How much work a clip is for an engine, comparable between its jobs; no torch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from void_studio.core import Extent
from void_studio.engine.params import ParamValue
from void_studio.engine.void.cost import cost_of
from void_studio.engine.void.params import VoidParams
from void_studio.engine.void.windows import trimmed

__all__ = ["Workload", "is_partial", "speed_variant", "workload_of"]

_VOID = ("void", "void:2")
_SPEED = ("plan", "tier")


@dataclass(frozen=True, slots=True)
class Workload:
    """`frames` are worked on, as `padded`, in `windows`, `steps` times over (0: no such thing).

    `amount` is FLOP where `is_flop`, else samples of the canvas.
    """

    frames: int
    padded: int
    windows: int
    steps: int
    amount: float
    is_flop: bool


def workload_of(
    engine: str, masked: Sequence[bool], canvas: Extent, params: Mapping[str, ParamValue]
) -> Workload:
    """The work that an engine has with a clip; `masked` tells where there is anything to fill.

    `params` is complete. Raises UsageError for values that the engine can not work with.
    """
    if engine not in _VOID:
        count = len(masked)
        return Workload(count, count, 0, 0, float(count) * canvas.width * canvas.height, False)
    checked = VoidParams.of(params)
    frames = len(trimmed(masked, checked.window))
    if not frames:
        return Workload(0, 0, 0, 0, 0.0, True)
    cost = cost_of(frames, canvas, checked)
    return Workload(cost.frames, cost.padded, cost.windows, checked.all_steps, cost.flop, True)


def is_partial(params: Mapping[str, ParamValue]) -> bool:
    """Whether only some frames of the clip are filled: its size then tells little of the time."""
    return params.get("only_first", -1) != -1


def speed_variant(params: Mapping[str, ParamValue]) -> str:
    """Those parameters that make a job faster or slower than its amount of work tells."""
    return ", ".join(f"{name}={params[name]}" for name in _SPEED if name in params)
