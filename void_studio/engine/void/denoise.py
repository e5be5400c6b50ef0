"""The denoising loop: at every step all windows advance together (VOID_SPEC 6)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import torch

from void_studio.core import Cancelled, JobFailed
from void_studio.engine.void.transformer import rotary
from void_studio.engine.void.windows import Window

__all__ = ["Guide", "Step", "denoise", "initial_noise"]


@dataclass(frozen=True, slots=True, eq=False)
class Guide:
    """Prompt embeddings: (1, 226, width), or with guidance (2, 226, width), the negative first."""

    embeds: torch.Tensor
    scale: float

    @classmethod
    def of(cls, positive: torch.Tensor, negative: torch.Tensor | None, scale: float) -> Guide:
        """With `negative` None there is no guidance."""
        return cls(positive if negative is None else torch.cat([negative, positive]), scale)


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
    model: Any,
    scheduler: Any,
    latents: torch.Tensor,
    inpaint: torch.Tensor,
    guide: Guide,
    windows: Sequence[Window],
    *,
    steps: int,
    done: int = 0,
    cancelled: Callable[[], bool] = lambda: False,
) -> Iterator[Step]:
    """Steps `done` up to `steps`, each yielded as it is finished.

    `latents` is (1, T, 16, h, w) after `done` steps and gives the working type; `inpaint` is
    (1, T, 32, h, w), the mask's latents before the plate's. Raises Cancelled between model calls,
    JobFailed where the model gives numbers that are not finite.
    """
    scheduler.set_timesteps(steps)
    for index, timestep in enumerate(scheduler.timesteps[done:].tolist(), done + 1):
        merged, clean = _Merged(latents, windows), _Merged(latents, windows)
        for window in windows:
            if cancelled():
                raise Cancelled("cancelled while denoising")
            part = slice(window.begin, window.end)
            sample = latents[:, part]
            predicted = _predicted(model, sample, inpaint[:, part], guide, timestep)
            if not torch.isfinite(predicted).all():
                raise JobFailed(
                    f"the model gave numbers that are not finite in step {index} of {steps},"
                    f" latents {window.begin} to {window.end - 1}"
                )
            stepped = scheduler.step(predicted, timestep, sample)
            merged.add(window, stepped.prev_sample)
            clean.add(window, stepped.pred_original_sample)
        latents = merged.mean()
        yield Step(index, latents, clean.mean())


def _predicted(
    model: Any, sample: torch.Tensor, inpaint: torch.Tensor, guide: Guide, timestep: int
) -> torch.Tensor:
    batch = guide.embeds.shape[0]
    hidden = torch.cat([sample, inpaint], dim=2).expand(batch, -1, -1, -1, -1)
    cos, sin = rotary(model, sample.shape[1], sample.shape[3], sample.shape[4])
    predicted = model(
        hidden_states=hidden,
        encoder_hidden_states=guide.embeds,
        timestep=torch.full((batch,), timestep, device=sample.device),
        image_rotary_emb=(cos.to(sample.device), sin.to(sample.device)),
        return_dict=False,
    )[0].float()
    if batch == 1:
        return predicted
    without, towards = predicted.chunk(2)
    return without + guide.scale * (towards - without)


class _Merged:
    """The weighted mean of overlapping windows: sums in float32, weights in the working type."""

    def __init__(self, like: torch.Tensor, windows: Sequence[Window]) -> None:
        self._like = like
        self._single = len(windows) == 1
        self._sum = torch.zeros_like(like, dtype=torch.float32)
        self._weight = torch.zeros_like(self._sum)

    def add(self, window: Window, latents: torch.Tensor) -> None:
        part = slice(window.begin, window.end)
        cast = latents.to(self._like.dtype)
        if self._single:
            self._sum[:, part] = cast
            return
        weight = _weights(window).to(cast)
        self._sum[:, part] += weight * cast
        self._weight[:, part] += weight

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
