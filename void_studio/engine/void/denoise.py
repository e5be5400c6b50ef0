"""The denoising loop: at every step all windows advance together (VOID_SPEC 6)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import torch

from void_studio.core import Cancelled, JobFailed
from void_studio.engine.void.keep import Kept
from void_studio.engine.void.walker import Guide, Walker
from void_studio.engine.void.windows import Window

__all__ = ["Step", "denoise", "initial_noise"]


@dataclass(frozen=True, slots=True, eq=False)
class Step:
    """After `done` steps: latents (1, T, 16, h, w), and the clean ones that they point to."""

    done: int
    latents: torch.Tensor
    clean: torch.Tensor


def initial_noise(shape: Sequence[int], seed: int) -> torch.Tensor:
    """Float32 (1, T, 16, h, w), drawn on the CPU: one seed is one noise on every device."""
    return torch.randn(tuple(shape), generator=torch.Generator().manual_seed(seed))


def denoise(
    walker: Walker,
    scheduler: Any,
    latents: torch.Tensor,
    inpaint: torch.Tensor,
    guide: Guide,
    windows: Sequence[Window],
    *,
    steps: int,
    done: int = 0,
    kept: Kept | None = None,
    device: torch.device | None = None,
    cancelled: Callable[[], bool] = lambda: False,
) -> Iterator[Step]:
    """Steps `done` up to `steps`, each yielded as it is finished.

    `latents` is (1, T, 16, h, w) after `done` steps and gives the working type; `inpaint` is
    (1, T, 32, h, w), the mask's latents before the plate's. Both may lie elsewhere than on
    `device`, where the windows are computed. Raises Cancelled between blocks, JobFailed where the
    model gives numbers that are not finite.
    """
    scheduler.set_timesteps(steps)
    at_work = device or latents.device

    def check() -> None:
        if cancelled():
            raise Cancelled("cancelled while denoising")

    for index, timestep in enumerate(scheduler.timesteps[done:].tolist(), done + 1):
        merged, clean = _Merged(latents, windows), _Merged(latents, windows)
        for together in _groups(windows, walker.together):
            check()
            samples = [latents[:, window.part].to(at_work) for _, window in together]
            inputs = [
                (number, torch.cat([sample, inpaint[:, window.part].to(at_work)], dim=2))
                for (number, window), sample in zip(together, samples, strict=True)
            ]
            predictions = walker.predict(inputs, guide, timestep, check)
            for (_, window), sample, predicted in zip(together, samples, predictions, strict=True):
                _check_finite(predicted, index, steps, window)
                stepped = scheduler.step(predicted, timestep, sample)
                merged.add(window, stepped.prev_sample)
                clean.add(window, stepped.pred_original_sample)
        latents = merged.mean()
        if kept is not None:
            level = _level_after(scheduler, timestep, steps) if index < steps else 1.0
            latents = kept.held(latents, level)
        yield Step(index, latents, clean.mean())


def _groups(windows: Sequence[Window], size: int) -> Iterator[list[tuple[int, Window]]]:
    """Windows with their numbers, `size` at a time."""
    numbered = list(enumerate(windows))
    return (numbered[first : first + size] for first in range(0, len(numbered), size))


def _level_after(scheduler: Any, timestep: int, steps: int) -> float:
    """The share of the clean signal's power (alpha bar) in what a step gives."""
    earlier = timestep - scheduler.config.num_train_timesteps // steps
    return 1.0 if earlier < 0 else float(scheduler.alphas_cumprod[earlier])


def _check_finite(predicted: torch.Tensor, step: int, steps: int, window: Window) -> None:
    if not torch.isfinite(predicted).all():
        raise JobFailed(
            f"the model gave numbers that are not finite in step {step} of {steps},"
            f" latents {window.begin} to {window.end - 1}"
        )


class _Merged:
    """The weighted mean of overlapping windows: sums in float32, weights in the working type."""

    def __init__(self, like: torch.Tensor, windows: Sequence[Window]) -> None:
        self._like = like
        self._single = len(windows) == 1
        self._sum = torch.zeros_like(like, dtype=torch.float32)
        self._weight = torch.zeros_like(self._sum)

    def add(self, window: Window, latents: torch.Tensor) -> None:
        cast = latents.to(self._like)
        if self._single:
            self._sum[:, window.part] = cast
            return
        weight = _weights(window).to(cast)
        self._sum[:, window.part] += weight * cast
        self._weight[:, window.part] += weight

    def mean(self) -> torch.Tensor:
        whole = self._sum if self._single else self._sum / self._weight
        return whole.to(self._like.dtype)


def _weights(window: Window) -> torch.Tensor:
    """Of a window's latents, (1, length, 1, 1, 1): the fall overrides the rise where both are."""
    weights = torch.ones(len(window))
    if window.rise:
        weights[: window.rise] = torch.linspace(0, 1, window.rise + 2)[1:-1]
    if window.fall:
        weights[-window.fall :] = torch.linspace(1, 0, window.fall + 2)[1:-1]
    return weights.view(1, -1, 1, 1, 1)
