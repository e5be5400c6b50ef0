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

__all__ = ["SECOND_SPECS", "SPECS", "Noise", "VoidParams", "check_steps", "timesteps"]

TRAIN_STEPS = 1000
_MAX_SEED = (1 << 63) - 1


class Noise(Enum):
    """Where the noise on the plate comes from: our own seeded one, or laid out as the reference."""

    OWN = "own"
    REFERENCE = "reference"


SPECS = (
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
    """Checked values of `SPECS`, or `SECOND_SPECS` for both passes; sizes in frames."""

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

    def __post_init__(self) -> None:
        check_steps(self.steps)
        check_steps(self.second_steps)
        check_windows(self.window, self.overlap)

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
        )

    @property
    def all_steps(self) -> int:
        """Steps of all passes."""
        return self.steps + (self.second_steps if self.passes == 2 else 0)

    def steps_of(self, model_pass: int) -> int:
        """Steps of a pass."""
        return self.steps if model_pass == 1 else self.second_steps

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


def _overruns(steps: int) -> bool:
    schedule = timesteps(steps)
    return len(schedule) != steps or int(schedule[-1]) < 0
