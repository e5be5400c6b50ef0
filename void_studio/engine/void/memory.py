"""Where the models lie while a job runs: memory plans that all give the same numbers (PERF 1.4)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from enum import Enum

import torch

from void_studio.core import Refused, UsageError

__all__ = ["MemoryPlan", "chosen_plan", "lent"]

_GIB = 1 << 30


class MemoryPlan(Enum):
    """A: all on the device. B: the text encoder leaves. C: every model leaves after its stage."""

    A = "A"
    B = "B"
    C = "C"


NEEDS_GIB = {MemoryPlan.A: 31.0, MemoryPlan.B: 21.5, MemoryPlan.C: 14.0}


def chosen_plan(name: str, device: torch.device) -> MemoryPlan:
    """The plan called `name`, or for "auto" the fastest that fits what is free on `device`.

    Raises UsageError for an unknown name, Refused with what each plan needs where none fits.
    """
    if name != "auto":
        if name not in MemoryPlan.__members__:
            raise UsageError(f"no memory plan {name!r}", hint="use auto, A, B or C")
        return MemoryPlan[name]
    if device.type != "cuda":
        return MemoryPlan.A
    free = torch.cuda.mem_get_info(device)[0] / _GIB
    for plan, needed in NEEDS_GIB.items():
        if needed <= free:
            return plan
    needs = ", ".join(f"{plan.value} {needed} GiB" for plan, needed in NEEDS_GIB.items())
    raise Refused(
        f"{free:.1f} GiB are free on {device}; the plans need {needs} at 384x672",
        hint="free memory, or render on another machine",
    )


@contextmanager
def lent(model: torch.nn.Module, device: torch.device, *, stays: bool) -> Iterator[None]:
    """The model on `device` for a stage; afterwards on the CPU again unless it `stays`."""
    model.to(device)
    try:
        yield
    finally:
        if not stays:
            model.to("cpu")
            if device.type == "cuda":
                torch.cuda.empty_cache()
