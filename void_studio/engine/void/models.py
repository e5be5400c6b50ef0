"""The models of a run, loaded once and kept."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import torch

from void_studio.engine.void.memory import MemoryPlan, chosen_plan, lent
from void_studio.engine.void.schedulers import load_scheduler
from void_studio.engine.void.text import TextEncoder
from void_studio.engine.void.transformer import Denoiser, load_transformer
from void_studio.engine.void.vae import VoidAutoencoder, load_vae

__all__ = ["Models", "Pass"]

_Loaded = TypeVar("_Loaded")


@dataclass(frozen=True, slots=True, eq=False)
class Pass:
    """The denoiser and the sampler of a pass; `checkpoint` says which weights these are."""

    denoiser: Denoiser
    scheduler: Any
    checkpoint: str


@dataclass(frozen=True, slots=True, eq=False)
class Models:
    """What fills, on one device; `passes` has one or two. `seconds` tells how loading went."""

    text: TextEncoder
    vae: VoidAutoencoder
    passes: tuple[Pass, ...]
    device: torch.device
    dtype: torch.dtype
    plan: MemoryPlan
    seconds: dict[str, float] = field(default_factory=dict)

    @classmethod
    def load(
        cls,
        base: Path,
        checkpoints: tuple[Path, ...],
        *,
        device: torch.device,
        dtype: torch.dtype,
        plan: str,
    ) -> Models:
        """Everything from disk to the CPU. Raises NotPresent, BadInput or Refused."""
        chosen = chosen_plan(plan, device)
        seconds: dict[str, float] = {}
        passes = tuple(
            Pass(
                _timed(
                    seconds,
                    f"transformer {number}",
                    partial(load_transformer, base / "transformer", path, dtype=dtype),
                ),
                load_scheduler(base, model_pass=number),
                f"{path.name} {path.stat().st_size}",
            )
            for number, path in enumerate(checkpoints, 1)
        )
        vae = _timed(seconds, "vae", lambda: load_vae(base / "vae", dtype=dtype))
        text = _timed(seconds, "text", lambda: TextEncoder(base, dtype=dtype))
        return cls(text, vae, passes, device, dtype, chosen, seconds)

    def text_at_work(self) -> AbstractContextManager[None]:
        """The text encoder on the device."""
        return lent(self.text.model, self.device, stays=self.plan is MemoryPlan.A)

    def vae_at_work(self) -> AbstractContextManager[None]:
        """The autoencoder on the device."""
        return lent(self.vae, self.device, stays=self.plan is not MemoryPlan.C)

    def denoiser_at_work(self, model: torch.nn.Module) -> AbstractContextManager[None]:
        """A transformer on the device; with two passes only one at a time is there."""
        alone = len(self.passes) == 1
        return lent(model, self.device, stays=alone and self.plan is not MemoryPlan.C)


def _timed(seconds: dict[str, float], name: str, load: Callable[[], _Loaded]) -> _Loaded:
    begun = time.monotonic()
    loaded = load()
    seconds[name] = time.monotonic() - begun
    return loaded
