"""Noise that moves with the picture: what pass 2 starts from.

The idea is that of Go-with-the-Flow (Burgert et al., 2025): noise is carried along the optical
flow at a high resolution, and reduced so that its variance stays one. The code is our own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt
import torch

from void_studio.core import BadInput, Extent

__all__ = ["reference_noise", "warped_noise"]

_CHANNELS = 16
_FINE = 4
Samples = npt.NDArray[np.float32]
Flow = npt.NDArray[np.float32]


def reference_noise(noise: npt.NDArray[Any], latents: int, extent: Extent) -> torch.Tensor:
    """A given noise (frames, height, width, 16) as the research code takes it in (VOID_SPEC 5).

    Frames are picked evenly and resized bilinearly, which lowers the variance. Returns float32
    (1, `latents`, 16, h, w) for `extent` in latents. Raises BadInput for another shape.
    """
    if noise.ndim != 4 or noise.shape[-1] != _CHANNELS or not len(noise):
        raise BadInput(f"noise of shape {noise.shape} is not (frames, height, width, {_CHANNELS})")
    picked = noise[np.floor(np.linspace(0, len(noise) - 1, latents)).astype(int)]
    frames = [_bilinear(frame.astype(np.float32), extent) for frame in picked]
    return torch.from_numpy(np.stack(frames)).permute(0, 3, 1, 2)[None].contiguous()


def warped_noise(flows: Iterable[Flow], latents: int, extent: Extent, seed: int) -> torch.Tensor:
    """Float32 (1, `latents`, 16, h, w), unit variance, white in space, carried along `flows`.

    `extent` is in latents. `flows` yields, for every latent after the first, the displacement
    float32 (H, W, 2) in pixels of the flow's own size that leads from a pixel of the later frame
    back to the earlier one.
    """
    rng = np.random.Generator(np.random.PCG64(seed))
    frames = list(_carried(rng, iter(flows), latents, extent))
    return torch.from_numpy(np.stack(frames)).permute(0, 3, 1, 2)[None].contiguous()


def _carried(
    rng: np.random.Generator, flows: Iterator[Flow], latents: int, extent: Extent
) -> Iterator[Samples]:
    fine = Extent(extent.width * _FINE, extent.height * _FINE)
    noise = _drawn(rng, fine)
    yield _reduced(noise, extent)
    for _ in range(latents - 1):
        noise = _moved(noise, next(flows), rng)
        yield _reduced(noise, extent)


def _moved(noise: Samples, flow: Flow, rng: np.random.Generator) -> Samples:
    """Each sample is taken whole from where the flow says, once: a second taker gets new noise.

    Copying instead of mixing keeps every sample normal; taking it once keeps samples independent.
    """
    height, width = noise.shape[:2]
    source, inside = _sources(flow, Extent(width, height))
    order = rng.permutation(height * width)
    wanted = source[order]
    _, first = np.unique(wanted, return_index=True)
    takers = order[first]
    takers = takers[inside[takers]]
    moved = _drawn(rng, Extent(width, height))
    moved.reshape(-1, _CHANNELS)[takers] = noise.reshape(-1, _CHANNELS)[source[takers]]
    return moved


def _sources(flow: Flow, extent: Extent) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.bool_]]:
    rows, columns = flow.shape[:2]
    sized = cv2.resize(flow, (extent.width, extent.height), interpolation=cv2.INTER_LINEAR)
    x = np.arange(extent.width)[None] + np.rint(sized[..., 0] * extent.width / columns)
    y = np.arange(extent.height)[:, None] + np.rint(sized[..., 1] * extent.height / rows)
    inside = (x >= 0) & (x < extent.width) & (y >= 0) & (y < extent.height)
    index = np.where(inside, y * extent.width + x, -1).astype(np.intp)
    return index.ravel(), inside.ravel()


def _reduced(noise: Samples, extent: Extent) -> Samples:
    """Sums of disjoint blocks, divided by the root of their size: variance stays one."""
    blocks = noise.reshape(extent.height, _FINE, extent.width, _FINE, _CHANNELS)
    return np.asarray(blocks.sum(axis=(1, 3)) / _FINE, np.float32)


def _drawn(rng: np.random.Generator, extent: Extent) -> Samples:
    return rng.standard_normal((*extent.shape, _CHANNELS), dtype=np.float32)


def _bilinear(frame: Samples, extent: Extent) -> Samples:
    if frame.shape[:2] == extent.shape:
        return frame
    size = (extent.width, extent.height)
    channels = [
        cv2.resize(np.ascontiguousarray(frame[..., channel]), size, interpolation=cv2.INTER_LINEAR)
        for channel in range(_CHANNELS)
    ]
    return np.stack(channels, axis=-1)
