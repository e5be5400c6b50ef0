"""The video autoencoder: diffusers' own, with the decoder's chunks as VOID was trained on them.

Both ways are streams, so that pixels never lie in memory as a whole. Latents here are scaled
(VOID_SPEC 3 and 7): what the transformer sees.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any

import torch
from diffusers import AutoencoderKLCogVideoX
from diffusers.models.autoencoders.vae import DecoderOutput
from torch.nn import functional

from void_studio.engine.void.shelf import Cache, EncodedShelf, moved
from void_studio.engine.void.tiles import Tile, blended, tiles_of
from void_studio.engine.void.weights import Weights, assign, made, read_config

__all__ = ["VoidAutoencoder", "encode_spans", "load_vae"]

_ENCODED_AT_A_TIME = 8
_DECODED_AT_A_TIME = 2
_ENCODED_TOGETHER = 12
_DECODED_TOGETHER = 12
_SPACE = 8
_TILE = (30, 48)
_TILE_OVERLAP = 8
_UNNEEDED = ("conv_y", "conv_b")
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


class _TileCaches:
    """What the next frames of each tile need, on the CPU until the tile's turn."""

    def __init__(self, device: torch.device) -> None:
        self.device = device
        self._caches: dict[int, Cache] = {}

    def take(self, number: int) -> Cache:
        return moved(self._caches.pop(number, None), self.device)

    def give(self, number: int, cache: Cache) -> None:
        self._caches[number] = moved(cache, torch.device("cpu"))


class VoidAutoencoder(AutoencoderKLCogVideoX):
    """Stock, except that T latents decode to 4 (T - 1) + 1 frames for every T (VOID_SPEC 11)."""

    time_upsamplers: list[_TimeUpsampler]

    @classmethod
    def of(cls, config: Mapping[str, Any]) -> VoidAutoencoder:
        """From a stock configuration; the only way to make one. Keys of the state stay stock."""
        model = cls.from_config(dict(config))
        model.time_upsamplers = []
        for block in model.decoder.up_blocks:
            for place, upsampler in enumerate(block.upsamplers or ()):
                if upsampler.compress_time:
                    block.upsamplers[place] = _TimeUpsampler(upsampler.conv)
                    model.time_upsamplers.append(block.upsamplers[place])
        return model

    def encode_stream(
        self, read: ReadFrames, frames: int, *, shelf: EncodedShelf | None = None
    ) -> torch.Tensor:
        """Scaled latents (1, 16, T, h, w) of `frames` frames.

        `read(begin, end)` gives frames as (1, 3, count, H, W), and is called in order. With
        `shelf`, what it holds is not encoded again.
        """
        shelf, spans = shelf or EncodedShelf.empty(), encode_spans(frames)
        chunks, cache, first = shelf.start()
        cache = moved(cache, self.device)
        for number, (begin, end) in enumerate(spans[first:], first):
            latents, cache = self.encode_part(read(begin, end), cache)
            chunks.append(latents)
            shelf.keep(number, latents, cache)
        return torch.cat([chunk.to(self.device) for chunk in chunks], dim=2)

    def encode_tiled(
        self, read: ReadFrames, frames: int, *, device: torch.device, dtype: torch.dtype
    ) -> torch.Tensor:
        """As `encode_stream`, in tiles, with frames read to the CPU: float32, near the whole's."""
        spans, caches, done = encode_spans(frames), _TileCaches(device), []
        for first in range(0, len(spans), _ENCODED_TOGETHER):
            together = spans[first : first + _ENCODED_TOGETHER]
            pixels = read(together[0][0], together[-1][1])
            tiles = _tiles(pixels.shape[-2] // _SPACE, pixels.shape[-1] // _SPACE)
            parts = [(begin - together[0][0], end - together[0][0]) for begin, end in together]
            work = partial(self._encode_tile, pixels, parts, caches, dtype)
            done.append(blended(tiles, work, 1))
        return torch.cat(done, dim=2)

    def encode_part(self, frames: torch.Tensor, cache: Cache) -> tuple[torch.Tensor, Cache]:
        """Scaled latents of the next frames (1, 3, count, H, W), and what those after need."""
        moments, cache = self.encoder(frames, conv_cache=cache)
        return moments.chunk(2, dim=1)[0] * self.config.scaling_factor, cache

    def decode_stream(self, latents: torch.Tensor) -> Iterator[torch.Tensor]:
        """Frames of scaled latents (1, 16, T, h, w), as parts (1, 3, count, H, W) about -1..1."""
        return self._parts(1 / self.config.scaling_factor * latents)

    def decode_tiled(self, latents: torch.Tensor) -> Iterator[torch.Tensor]:
        """As `decode_stream`, in tiles: float32 on the CPU, near what the whole gives.

        Time goes on within a tile for 24 latents; what the next ones need waits on the CPU, so
        that memory does not grow with the clip.
        """
        caches = _TileCaches(latents.device)
        scaled = 1 / self.config.scaling_factor * latents
        tiles = _tiles(*latents.shape[-2:])
        bounds = _decode_bounds(latents.shape[2])
        for first in range(0, len(bounds), _DECODED_TOGETHER):
            together = bounds[first : first + _DECODED_TOGETHER]
            yield blended(tiles, partial(self._decode_tile, scaled, together, caches), _SPACE)

    def _encode_tile(
        self,
        pixels: torch.Tensor,
        parts: list[tuple[int, int]],
        caches: _TileCaches,
        dtype: torch.dtype,
        number: int,
        tile: Tile,
    ) -> torch.Tensor:
        cache, encoded, frames = caches.take(number), [], tile.of(pixels, _SPACE)
        for begin, end in parts:
            given = frames[:, :, begin:end].to(caches.device, dtype)
            latents, cache = self.encode_part(given, cache)
            encoded.append(latents.cpu())
        caches.give(number, cache)
        return torch.cat(encoded, dim=2)

    def _decode_tile(
        self,
        scaled: torch.Tensor,
        bounds: list[tuple[int, int]],
        caches: _TileCaches,
        number: int,
        tile: Tile,
    ) -> torch.Tensor:
        cache, parts, latents = caches.take(number), [], tile.of(scaled, 1)
        for begin, end in bounds:
            decoded, cache = self._decode_part(latents[:, :, begin:end], begin, cache)
            parts.append(decoded.cpu())
        caches.give(number, cache)
        return torch.cat(parts, dim=2)

    def _decode(self, z: torch.Tensor, return_dict: bool = True) -> Any:
        decoded = torch.cat(list(self._parts(z)), dim=2)
        return DecoderOutput(sample=decoded) if return_dict else (decoded,)

    def _parts(self, latents: torch.Tensor) -> Iterator[torch.Tensor]:
        cache: Cache = None
        for begin, end in _decode_bounds(latents.shape[2]):
            decoded, cache = self._decode_part(latents[:, :, begin:end], begin, cache)
            yield decoded

    def _decode_part(
        self, latents: torch.Tensor, begin: int, cache: Cache
    ) -> tuple[torch.Tensor, Cache]:
        for upsampler in self.time_upsamplers:
            upsampler.doubles_time = begin > 0
        decoded, cache = self.decoder(latents, conv_cache=cache)
        return decoded, _needed(cache)


def encode_spans(frames: int) -> list[tuple[int, int]]:
    """Frames that are encoded together: the first chunk takes what eights leave over."""
    first = min(frames, _ENCODED_AT_A_TIME + frames % _ENCODED_AT_A_TIME)
    ends = range(first, frames + 1, _ENCODED_AT_A_TIME)
    return [(max(0, end - _ENCODED_AT_A_TIME) if end > first else 0, end) for end in ends]


def _tiles(height: int, width: int) -> list[Tile]:
    return tiles_of(height, width, _TILE, _TILE_OVERLAP)


def _decode_bounds(latents: int) -> list[tuple[int, int]]:
    return list(pairwise([0, *range(1, latents, _DECODED_AT_A_TIME), latents]))


def _needed(cache: dict[str, Any]) -> dict[str, Any]:
    """Without what convolutions over one frame keep and never read: half of the memory."""
    return {
        key: _needed(value) if isinstance(value, dict) else value
        for key, value in cache.items()
        if key not in _UNNEEDED
    }


def load_vae(folder: Path, *, dtype: torch.dtype) -> VoidAutoencoder:
    """The autoencoder in `folder` on the CPU, ready to evaluate. Raises NotPresent or BadInput."""
    model = made(VoidAutoencoder.of, read_config(folder), folder)
    assign(model, (Weights(folder),), dtype=dtype, take=lambda _, value: value)
    return model.eval().requires_grad_(False)
