"""The video autoencoder: diffusers' own, with the decoder's chunks as VOID was trained on them.

Both ways are streams, so that pixels never lie in memory as a whole. Latents here are scaled
(VOID_SPEC 3 and 7): what the transformer sees.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import torch
from diffusers import AutoencoderKLCogVideoX
from diffusers.models.autoencoders.vae import DecoderOutput
from torch.nn import functional

from void_studio.engine.void.weights import Weights, assign, read_config

__all__ = ["VoidAutoencoder", "encode_spans", "load_vae"]

_ENCODED_AT_A_TIME = 8
_DECODED_AT_A_TIME = 2
ReadFrames = Callable[[int, int], torch.Tensor]


class _TimeUpsampler(torch.nn.Module):
    """Doubles space, and time too outside the first chunk, for a lone frame as well."""

    def __init__(self, conv: torch.nn.Module) -> None:
        super().__init__()
        self.conv = conv
        self.doubles_time = False

    def forward(self, inputs: torch.Tensor) -> torch.Tensor:
        batch, channels, frames, height, width = inputs.shape
        factors = (2.0 if self.doubles_time else 1.0, 2.0, 2.0)
        grown = functional.interpolate(inputs, scale_factor=factors)
        frames, height, width = grown.shape[2:]
        flat = grown.permute(0, 2, 1, 3, 4).reshape(batch * frames, channels, height, width)
        convolved = self.conv(flat)
        return convolved.reshape(batch, frames, *convolved.shape[1:]).permute(0, 2, 1, 3, 4)


class VoidAutoencoder(AutoencoderKLCogVideoX):
    """Stock, except that T latents decode to 4 (T - 1) + 1 frames for every T (VOID_SPEC 11)."""

    time_upsamplers: list[_TimeUpsampler]

    @classmethod
    def of(cls, config: dict[str, Any]) -> VoidAutoencoder:
        """From a stock configuration; the only way to make one. Keys of the state stay stock."""
        model = cls.from_config(config)
        model.time_upsamplers = []
        for block in model.decoder.up_blocks:
            for place, upsampler in enumerate(block.upsamplers or ()):
                if upsampler.compress_time:
                    block.upsamplers[place] = _TimeUpsampler(upsampler.conv)
                    model.time_upsamplers.append(block.upsamplers[place])
        return model

    def encode_stream(self, read: ReadFrames, frames: int) -> torch.Tensor:
        """Scaled latents (1, 16, T, h, w) of `frames` frames.

        `read(begin, end)` gives frames as (1, 3, count, H, W), and is called in order.
        """
        cache = None
        chunks = []
        for begin, end in encode_spans(frames):
            moments, cache = self.encoder(read(begin, end), conv_cache=cache)
            chunks.append(moments.chunk(2, dim=1)[0])
        return torch.cat(chunks, dim=2) * self.config.scaling_factor

    def decode_stream(self, latents: torch.Tensor) -> Iterator[torch.Tensor]:
        """Frames of scaled latents (1, 16, T, h, w), as parts (1, 3, count, H, W) about -1..1."""
        return self._parts(1 / self.config.scaling_factor * latents)

    def _decode(self, z: torch.Tensor, return_dict: bool = True) -> Any:
        decoded = torch.cat(list(self._parts(z)), dim=2)
        return DecoderOutput(sample=decoded) if return_dict else (decoded,)

    def _parts(self, latents: torch.Tensor) -> Iterator[torch.Tensor]:
        cache = None
        bounds = [0, *range(1, latents.shape[2], _DECODED_AT_A_TIME), latents.shape[2]]
        for begin, end in pairwise(bounds):
            for upsampler in self.time_upsamplers:
                upsampler.doubles_time = begin > 0
            decoded, cache = self.decoder(latents[:, :, begin:end], conv_cache=cache)
            yield decoded


def encode_spans(frames: int) -> list[tuple[int, int]]:
    """Frames that are encoded together: the first chunk takes what eights leave over."""
    first = min(frames, _ENCODED_AT_A_TIME + frames % _ENCODED_AT_A_TIME)
    ends = range(first, frames + 1, _ENCODED_AT_A_TIME)
    return [(max(0, end - _ENCODED_AT_A_TIME) if end > first else 0, end) for end in ends]


def load_vae(folder: Path, *, dtype: torch.dtype) -> VoidAutoencoder:
    """The autoencoder in `folder` on the CPU, ready to evaluate. Raises NotPresent or BadInput."""
    config = read_config(folder)
    with torch.device("meta"):
        model = VoidAutoencoder.of(config)
    assign(model, (Weights(folder),), dtype=dtype, take=lambda _, value: value)
    return model.eval().requires_grad_(False)
