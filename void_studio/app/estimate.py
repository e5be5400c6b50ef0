"""Work and time of one job: counted from its clip, timed by what earlier jobs took."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from void_studio.core import Extent
from void_studio.engine import ParamValue, Workload, speed_variant, workload_of
from void_studio.jobs import Rate

__all__ = ["Estimate", "duration_text", "estimate_of"]

_MINUTE_S = 60


@dataclass(frozen=True, slots=True)
class Estimate:
    """`measured` is the job that the time is taken from, None where none was measured yet."""

    canvas: Extent
    work: Workload
    measured: Rate | None

    @property
    def seconds(self) -> float | None:
        """How long it will take, models loaded; None where nothing was measured yet."""
        if self.measured is None:
            return None
        return self.work.amount / self.measured.amount * self.measured.seconds

    def line(self) -> str:
        """For people."""
        parts = [f"{self.work.frames} frames at {self.canvas}"]
        if self.work.is_flop:
            windows = "1 window" if self.work.windows == 1 else f"{self.work.windows} windows"
            parts.append(f"{self.work.padded} with padding, {windows}, {self.work.steps} steps")
            parts.append(f"{self.work.amount / 1e15:.2f} PFLOP")
        seconds = self.seconds
        took = "time not measured yet" if seconds is None else f"about {duration_text(seconds)}"
        return ", ".join([*parts, took])


def estimate_of(
    engine: str,
    masked: Sequence[bool],
    canvas: Extent,
    params: Mapping[str, ParamValue],
    rates: Sequence[Rate],
) -> Estimate:
    """The estimate for a clip; `masked` tells of every frame whether it has a fill.

    Raises UsageError for parameters that the engine can not work with.
    """
    work = workload_of(engine, masked, canvas, params)
    return Estimate(canvas, work, _measured(engine, canvas, speed_variant(params), rates))


def duration_text(seconds: float) -> str:
    """`40 s` or `12 min`."""
    if seconds < 2 * _MINUTE_S:
        return f"{max(1, round(seconds))} s"
    return f"{round(seconds / _MINUTE_S)} min"


def _measured(engine: str, canvas: Extent, variant: str, rates: Sequence[Rate]) -> Rate | None:
    """The latest job of the kind, on this canvas if there is one."""
    alike = [
        rate
        for rate in rates
        if (rate.engine, rate.variant) == (engine, variant) and rate.amount > 0
    ]
    return next((rate for rate in reversed(alike) if rate.canvas == canvas), None) or next(
        reversed(alike), None
    )
