"""The parameters of the VOID engine; no torch."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

import numpy as np
import numpy.typing as npt

from void_studio.core import UsageError
from void_studio.engine.params import ParamKind, ParamSpec, ParamValue
from void_studio.engine.void.windows import OVERLAP, WINDOW, check_windows

__all__ = [
    "AUTO",
    "PLANS",
    "SECOND_SPECS",
    "SPECS",
    "Noise",
    "Tier",
    "VoidParams",
    "check_steps",
    "timesteps",
]

TRAIN_STEPS = 1000
AUTO = "auto"
PLANS = (AUTO, "A", "B", "C", "D", "E", "E-tiled", "F")
WHOLE = -1
_DRAFT_STEPS = 12
_DRAFT_SECOND_STEPS = 20
_MAX_SEED = (1 << 63) - 1


class Noise(Enum):
    """Where the noise on the plate comes from: our own seeded one, or laid out as the reference."""

    OWN = "own"
    REFERENCE = "reference"


class Tier(Enum):
    """What is given up for speed.

    EXACT: nothing. FAST: blocks are compiled, attention uses the fastest kernel that is there, and
    a model call whose first block changes little repeats the rest of the call before; needs NEAR.
    DRAFT: at most 12 steps, 20 in pass 2.
    """

    EXACT = "exact"
    FAST = "fast"
    DRAFT = "draft"


SPECS = (
    ParamSpec(
        "canvas", ParamKind.TEXT, "672x384", "multiples of 16; the model was trained on 672x384"
    ),
    ParamSpec("steps", ParamKind.INT, 30, "denoising steps of pass 1", low=1, high=TRAIN_STEPS),
    ParamSpec("guidance", ParamKind.FLOAT, 1.0, "1 is no guidance, half the time", low=1, high=30),
    ParamSpec("negative_prompt", ParamKind.TEXT, "", "used where guidance is above 1"),
    ParamSpec("seed", ParamKind.INT, 42, "of the initial noise", low=0, high=_MAX_SEED),
    ParamSpec(
        "augmentation_seed", ParamKind.INT, 0, "of the noise on the plate", low=0, high=_MAX_SEED
    ),
    ParamSpec(
        "window", ParamKind.INT, WINDOW, "frames at a time, 8j+5; trained: 85", low=5, high=1 << 16
    ),
    ParamSpec("overlap", ParamKind.INT, OVERLAP, "frames that windows share", low=0, high=1 << 16),
    ParamSpec(
        "noise",
        ParamKind.CHOICE,
        Noise.OWN.value,
        "how the noise on the plate is drawn; reference is for comparisons",
        choices=tuple(noise.value for noise in Noise),
    ),
    ParamSpec("frame0_rule", ParamKind.BOOL, True, "clear the affected region in the first frame"),
    ParamSpec(
        "preview_every", ParamKind.INT, 5, "steps between previews; 0 is none", low=0, high=1000
    ),
    ParamSpec(
        "tier",
        ParamKind.CHOICE,
        Tier.EXACT.value,
        "fast: compiled, cached, near numbers (the first job compiles); draft: 12 steps",
        choices=tuple(tier.value for tier in Tier),
    ),
    ParamSpec(
        "cache_threshold",
        ParamKind.FLOAT,
        0.05,
        "tier fast: how much the first block may change for the rest to be repeated; 0 is never",
        low=0,
        high=1,
    ),
    ParamSpec(
        "plan",
        ParamKind.CHOICE,
        AUTO,
        "memory plan; A, B, C and E give the same numbers, D, E-tiled and F near ones",
        choices=PLANS,
    ),
    ParamSpec(
        "fresh_first",
        ParamKind.INT,
        WHOLE,
        "first frame of the clip to make anew, the others being a kept take's; -1 is all",
        low=WHOLE,
        high=1 << 31,
    ),
    ParamSpec(
        "fresh_last",
        ParamKind.INT,
        WHOLE,
        "last frame of the clip to make anew; -1 is all",
        low=WHOLE,
        high=1 << 31,
    ),
)

SECOND_SPECS = (
    *SPECS,
    ParamSpec(
        "second_steps", ParamKind.INT, 50, "denoising steps of pass 2", low=1, high=TRAIN_STEPS
    ),
    ParamSpec("second_guidance", ParamKind.FLOAT, 6.0, "guidance of pass 2", low=1, high=30),
)


@dataclass(frozen=True, slots=True)
class VoidParams:
    """Checked values of `SPECS`, or `SECOND_SPECS` for both passes; sizes in frames.

    With `fresh_first` to `fresh_last` (indices into the clip, inclusive) only that range is made
    anew: the clip's other frames are those of a kept take, its quadmask there is all keep, and
    their latents are held to the take's at every step of both passes (`keep.Kept`). -1 and -1 is
    the whole clip.
    """

    steps: int = 30
    guidance: float = 1.0
    negative_prompt: str = ""
    seed: int = 42
    augmentation_seed: int = 0
    window: int = WINDOW
    overlap: int = OVERLAP
    noise: Noise = Noise.OWN
    frame0_rule: bool = True
    preview_every: int = 5
    passes: int = 1
    second_steps: int = 50
    second_guidance: float = 6.0
    tier: Tier = Tier.EXACT
    cache_threshold: float = 0.05
    plan: str = AUTO
    fresh_first: int = WHOLE
    fresh_last: int = WHOLE

    def __post_init__(self) -> None:
        check_steps(self.steps)
        check_steps(self.second_steps)
        check_windows(self.window, self.overlap)
        if self.plan not in PLANS:
            raise UsageError(f"no memory plan {self.plan!r}", hint=f"use {', '.join(PLANS)}")
        _check_range(self.fresh_first, self.fresh_last)

    @classmethod
    def of(cls, values: Mapping[str, ParamValue]) -> VoidParams:
        """From a complete mapping, as `complete_params` returns it; of `SECOND_SPECS`: both passes.

        Raises UsageError for steps, a window or an overlap that the model can not work with.
        """
        return cls(
            int(values["steps"]),
            float(values["guidance"]),
            str(values["negative_prompt"]),
            int(values["seed"]),
            int(values["augmentation_seed"]),
            int(values["window"]),
            int(values["overlap"]),
            Noise(values["noise"]),
            bool(values["frame0_rule"]),
            int(values["preview_every"]),
            2 if "second_steps" in values else 1,
            int(values.get("second_steps", 50)),
            float(values.get("second_guidance", 6.0)),
            Tier(values["tier"]),
            float(values["cache_threshold"]),
            str(values["plan"]),
            int(values["fresh_first"]),
            int(values["fresh_last"]),
        )

    @property
    def all_steps(self) -> int:
        """Steps of all passes."""
        return sum(self.steps_of(number) for number in range(1, self.passes + 1))

    @property
    def fresh(self) -> range | None:
        """Frames of the clip that are made anew; None is all."""
        if self.fresh_first == WHOLE:
            return None
        return range(self.fresh_first, self.fresh_last + 1)

    def steps_of(self, model_pass: int) -> int:
        """Steps of a pass in this tier."""
        steps = self.steps if model_pass == 1 else self.second_steps
        if self.tier is not Tier.DRAFT:
            return steps
        return min(steps, _DRAFT_STEPS if model_pass == 1 else _DRAFT_SECOND_STEPS)

    def guidance_of(self, model_pass: int) -> float:
        """Guidance of a pass."""
        return self.guidance if model_pass == 1 else self.second_guidance


def timesteps(steps: int) -> npt.NDArray[np.int64]:
    """The schedule of `steps` steps as the samplers lay it out ("trailing" spacing)."""
    spaced = np.round(np.arange(TRAIN_STEPS, 0, -TRAIN_STEPS / steps))
    return spaced.astype(np.int64) - 1


def check_steps(steps: int) -> None:
    """Raise UsageError where the schedule would run past its end (VOID_SPEC 12.12)."""
    if not 1 <= steps <= TRAIN_STEPS:
        raise UsageError(f"{steps} steps", hint=f"use 1 to {TRAIN_STEPS}")
    if not _overruns(steps):
        return
    nearest = min(
        (count for count in range(1, TRAIN_STEPS + 1) if not _overruns(count)),
        key=lambda count: abs(count - steps),
    )
    raise UsageError(f"a schedule of {steps} steps runs past its end", hint=f"use {nearest}")


def _check_range(first: int, last: int) -> None:
    if (first == WHOLE) != (last == WHOLE) or last < first:
        raise UsageError(
            f"frames {first} to {last} are no range to make anew",
            hint="use a first frame and a last one that is not before it, or -1 and -1",
        )


def _overruns(steps: int) -> bool:
    schedule = timesteps(steps)
    return len(schedule) != steps or int(schedule[-1]) < 0
