"""Memory plans: where the models lie during a job and what that needs; whole numbers, no torch.

Counts are those of the full-size model (PERF 1.4), in bytes (GB is 1e9), and leave a gigabyte for
the libraries. The encoder and the decoder of pictures need the most, in proportion to the canvas.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from void_studio.core import Extent, Refused
from void_studio.engine.protocol import Exactness
from void_studio.engine.void.params import AUTO, Tier, VoidParams
from void_studio.engine.void.windows import latent_count

__all__ = [
    "MemoryPlan",
    "PlanNeed",
    "Traits",
    "check_allowed",
    "choose_plan",
    "plan_after",
    "plan_table",
]

_GB = 10**9
_TEXT = 9_520_000_000
_TEXT_STREAMED = 700_000_000
_DENOISER = 11_140_000_000
_DENOISER_FP8 = 6_400_000_000
_DENOISER_ENDS = 40_000_000
_BLOCK = 264_400_000
_BLOCK_FP8 = 151_100_000
_FORWARD = 900_000_000
_FORWARD_TOKENS = 11_314
_TEXT_TOKENS = 226
_AUTOENCODER = 430_000_000
_PICTURES = 9_300_000_000
_PICTURES_TILED = 3_600_000_000
_PICTURES_AREA = 384 * 672


@dataclass(frozen=True, slots=True)
class Traits:
    """What distinguishes a plan.

    `exact`: gives the same numbers as every other exact plan. `keeps_text`, `keeps_pictures` and
    `keeps_denoiser`: that model stays on the device between its stages. `fp8`: the denoiser's
    blocks are stored as float8_e4m3fn, without their norms, and computed in the working type.
    `streamed`: they come to the device one at a time. `tiled`: pictures are encoded and decoded in
    tiles.
    """

    exact: bool
    keeps_text: bool = False
    keeps_pictures: bool = False
    keeps_denoiser: bool = False
    fp8: bool = False
    streamed: bool = False
    tiled: bool = False


class MemoryPlan(Enum):
    """The plans, the fastest first."""

    A = "A"
    B = "B"
    C = "C"
    D = "D"
    E = "E"
    E_TILED = "E-tiled"
    F = "F"

    @property
    def traits(self) -> Traits:
        """What the plan does."""
        return _TRAITS[self]


_TRAITS = {
    MemoryPlan.A: Traits(exact=True, keeps_text=True, keeps_pictures=True, keeps_denoiser=True),
    MemoryPlan.B: Traits(exact=True, keeps_pictures=True, keeps_denoiser=True),
    MemoryPlan.C: Traits(exact=True),
    MemoryPlan.D: Traits(exact=False, fp8=True, tiled=True),
    MemoryPlan.E: Traits(exact=True, streamed=True),
    MemoryPlan.E_TILED: Traits(exact=False, streamed=True, tiled=True),
    MemoryPlan.F: Traits(exact=False, fp8=True, streamed=True, tiled=True),
}


@dataclass(frozen=True, slots=True)
class PlanNeed:
    """What a plan needs on the device, and whether it gives the same numbers as plan A."""

    plan: MemoryPlan
    exact: bool
    needed_bytes: int

    def line(self) -> str:
        """For people."""
        numbers = "exact" if self.exact else "near"
        return f"{self.plan.value} {self.needed_bytes / _GB:.1f} GB ({numbers})"


def plan_table(extent: Extent, params: VoidParams) -> tuple[PlanNeed, ...]:
    """Every plan with its need for a canvas and parameters, the fastest first."""
    return tuple(
        PlanNeed(plan, plan.traits.exact, _needed(plan.traits, extent, params))
        for plan in MemoryPlan
    )


def choose_plan(
    free_bytes: int | None, allow: Exactness, extent: Extent, params: VoidParams
) -> MemoryPlan:
    """The plan that `params` name, or for "auto" the fastest allowed one that fits.

    `free_bytes` None is a device without memory of its own: plan A. Raises Refused, with the table
    of plans, where a plan is not allowed or none fits.
    """
    check_allowed(params, allow)
    if params.plan != AUTO:
        return MemoryPlan(params.plan)
    if free_bytes is None:
        return MemoryPlan.A
    table = plan_table(extent, params)
    for need in table:
        if (need.exact or allow is Exactness.NEAR) and need.needed_bytes <= free_bytes:
            return need.plan
    raise Refused(
        f"no {'exact ' if allow is Exactness.EXACT else ''}memory plan fits:"
        f" {free_bytes / _GB:.1f} GB are free, and {_lines(table)} are needed",
        hint=_way_out(table, free_bytes, allow),
    )


def check_allowed(params: VoidParams, allow: Exactness) -> None:
    """Raise Refused where `params` ask for near numbers and `allow` for exact ones."""
    if allow is Exactness.NEAR:
        return
    if params.tier is Tier.FAST:
        raise Refused(
            "tier fast gives near numbers, and exact ones are asked for",
            hint="allow near numbers, or use tier exact or draft",
        )
    if params.plan != AUTO and not MemoryPlan(params.plan).traits.exact:
        raise Refused(
            f"memory plan {params.plan} gives near numbers, and exact ones are asked for",
            hint="allow near numbers, or use plan A, B, C or E",
        )


def plan_after(plan: MemoryPlan, allow: Exactness) -> MemoryPlan | None:
    """The next plan that needs less and is allowed; None after the last."""
    plans = list(MemoryPlan)
    below = plans[plans.index(plan) + 1 :]
    return next((less for less in below if less.traits.exact or allow is Exactness.NEAR), None)


def _lines(table: tuple[PlanNeed, ...]) -> str:
    return ", ".join(need.line() for need in table)


def _way_out(table: tuple[PlanNeed, ...], free_bytes: int, allow: Exactness) -> str:
    near = any(need.needed_bytes <= free_bytes for need in table)
    if allow is Exactness.EXACT and near:
        return "allow near numbers, free memory, or render on another machine"
    return "free memory, or render on another machine"


def _needed(traits: Traits, extent: Extent, params: VoidParams) -> int:
    pictures = _pictures(extent, tiled=traits.tiled)
    forward = _forward(extent, params, exact=traits.exact)
    denoiser = _DENOISER_FP8 if traits.fp8 else _DENOISER
    text = _TEXT_STREAMED if traits.streamed else _TEXT
    if traits.keeps_text:
        peak = text + params.passes * denoiser + _AUTOENCODER + max(pictures, forward)
    elif traits.keeps_denoiser:
        peak = denoiser + _AUTOENCODER + max(pictures, forward)
    else:
        block = _BLOCK + (_BLOCK_FP8 if traits.fp8 else _BLOCK)
        resident = block + _DENOISER_ENDS if traits.streamed else denoiser
        resident += _BLOCK if traits.fp8 and not traits.streamed else 0
        peak = max(text, resident + forward, _AUTOENCODER + pictures)
    return int(peak + _GB)


def _pictures(extent: Extent, *, tiled: bool) -> int:
    whole = _PICTURES * extent.width * extent.height // _PICTURES_AREA
    return min(whole, _PICTURES_TILED) if tiled else whole


def _forward(extent: Extent, params: VoidParams, *, exact: bool) -> int:
    """Working memory of a model call; near plans call it for each half of the guidance."""
    latents = latent_count(params.window)
    tokens = latents // 2 * (extent.width // 16) * (extent.height // 16) + _TEXT_TOKENS
    guided = max(params.guidance_of(number) for number in range(1, params.passes + 1)) > 1
    return _FORWARD * tokens // _FORWARD_TOKENS * (2 if guided and exact else 1)
