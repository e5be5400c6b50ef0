"""Making a range of a take anew: the latents of all other frames are held to the take's.

At every step the held latents are the take's, noised to that step's level (as RePaint does for
pictures: Lugmayr et al., 2022); just outside the range they are blended with what the model made,
so that the change is not abrupt while the picture takes shape. In the end they are the take's.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch

__all__ = ["Kept", "free_weights"]


@dataclass(frozen=True, slots=True, eq=False)
class Kept:
    """The take's latents and the noise to hide them in, (1, T, 16, h, w); `weights` (T,), float32.

    A weight is 1 where the range is made anew, 0 where the take is held, between in the overlap.
    """

    latents: torch.Tensor
    noise: torch.Tensor
    weights: torch.Tensor

    def held(self, latents: torch.Tensor, level: float) -> torch.Tensor:
        """`latents` after a step to `level`, the power of the clean signal, held to the take."""
        free = self.weights.view(1, -1, 1, 1, 1).to(latents.device)
        if level == 1.0:
            return torch.where(free == 1, latents, self.latents.to(latents))
        clean, noise = (part.to(latents.device).float() for part in (self.latents, self.noise))
        noised = level**0.5 * clean + (1 - level) ** 0.5 * noise
        return (free * latents.float() + (1 - free) * noised).to(latents.dtype)


def free_weights(fresh: Sequence[bool], overlap: int) -> torch.Tensor:
    """Weights of latents of which `fresh` tells whether a frame of them is made anew.

    Over `overlap` latents outside they fall to 0.
    """
    ramp = [1.0, *torch.linspace(1, 0, overlap + 2)[1:-1].tolist()]
    made = torch.tensor([number for number, is_fresh in enumerate(fresh) if is_fresh])
    return torch.tensor([_at(number, made, ramp) for number in range(len(fresh))])


def _at(number: int, made: torch.Tensor, ramp: list[float]) -> float:
    if not len(made):
        return 0.0
    away = int((made - number).abs().min())
    return ramp[away] if away < len(ramp) else 0.0
