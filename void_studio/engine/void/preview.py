"""What a step's clean latents look like, for a person who waits."""

from __future__ import annotations

import time
from collections.abc import Callable

import cv2
import numpy as np
import numpy.typing as npt
import torch

from void_studio.engine.protocol import Preview
from void_studio.engine.void.models import Models
from void_studio.engine.void.vae import VoidAutoencoder

__all__ = ["Previews", "decoded_frame", "fitted_colours"]

_LEAST_S = 0.5
_RATIO = 4
_ENLARGED = 4
Pixels = npt.NDArray[np.uint8]


class Previews:
    """At most two a second, of one frame of the clip.

    Where the plan keeps the autoencoder beside the denoiser, one pair of latents is decoded; else
    latents are turned into colours by a linear map, fitted to the plate.
    """

    def __init__(
        self,
        models: Models,
        every: int,
        first: int,
        shown: int,
        colours: Callable[[], torch.Tensor],
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`first` is the clip's frame that latent 0 stands for, `shown` the wanted one after it.

        Shown is the nearest frame before it that ends a latent. `clock` tells seconds.
        """
        self._models, self._every = models, every
        self._latent = shown // _RATIO
        self._frame = first + self._latent * _RATIO
        self._colours = colours
        self._map: torch.Tensor | None = None
        self._clock, self._at = clock, float("-inf")

    def of(self, done: int, clean: torch.Tensor) -> Preview | None:
        """After step `done`, of clean latents (1, T, 16, h, w); None where none is due."""
        now = self._clock()
        if not self._every or done % self._every or now - self._at < _LEAST_S:
            return None
        self._at = now
        return Preview(self._frame, self._pixels(clean.permute(0, 2, 1, 3, 4)))

    def _pixels(self, clean: torch.Tensor) -> Pixels:
        if self._models.plan.traits.keeps_pictures:
            with self._models.vae_at_work():
                latents = clean.to(self._models.device)
                return decoded_frame(self._models.vae, latents, self._latent)
        if self._map is None:
            self._map = self._colours()
        return _coloured(clean[0, :, self._latent].float().cpu(), self._map)


def decoded_frame(vae: VoidAutoencoder, latents: torch.Tensor, latent: int) -> Pixels:
    """The last frame that latent `latent` stands for, from it and the one before it."""
    part = latents[:, :, max(0, latent - 1) : latent + 1]
    *_, last = vae.decode_stream(part)
    frame = (last[0, :, -1] / 2 + 0.5).clamp(0, 1).float().cpu().permute(1, 2, 0)
    return (frame * 255).to(torch.uint8).numpy()


def fitted_colours(latents: torch.Tensor, pixels: npt.NDArray[np.float32]) -> torch.Tensor:
    """The linear map from 16 channels and a constant to RGB that fits best: float32 (17, 3).

    `latents` are (16, h, w) of a frame, `pixels` the frame in 0..1, float32 (8 h, 8 w, 3).
    """
    height, width = latents.shape[1:]
    size = (width, height)
    small = cv2.resize(pixels, size, interpolation=cv2.INTER_AREA).reshape(-1, 3)
    return torch.linalg.lstsq(_with_constant(latents), torch.from_numpy(small)).solution


def _coloured(latents: torch.Tensor, colours: torch.Tensor) -> Pixels:
    height, width = latents.shape[1:]
    shades = (_with_constant(latents) @ colours).reshape(height, width, 3)
    small = (shades.clamp(0, 1) * 255).to(torch.uint8).numpy()
    size = (width * _ENLARGED, height * _ENLARGED)
    return np.asarray(cv2.resize(small, size, interpolation=cv2.INTER_LINEAR), np.uint8)


def _with_constant(latents: torch.Tensor) -> torch.Tensor:
    flat = latents.float().flatten(1).T
    return torch.cat([flat, torch.ones(len(flat), 1)], dim=1)
