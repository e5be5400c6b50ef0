"""What a render will cost, before it is begun; no torch. Counts of the full-size model (5.6e9)."""

from __future__ import annotations

from dataclasses import dataclass

from void_studio.core import Extent
from void_studio.engine.void.params import VoidParams
from void_studio.engine.void.windows import latent_count, padded_length, plan_windows

__all__ = ["Cost", "cost_of", "step_flop"]

_LAYERS = 42
_WIDTH = 3072
_TOKENWISE = 113.246e6
_TEXT_TOKENS = 226
_ENCODE_PER_SAMPLE = 192e12 / (85 * 384 * 672)
_DECODE_PER_SAMPLE = 407e12 / (85 * 384 * 672)


@dataclass(frozen=True, slots=True)
class Cost:
    """`frames` are worked on as `padded`, in `windows`; `flop` counts a multiply-add as two."""

    frames: int
    padded: int
    windows: int
    flop: float


def cost_of(frames: int, extent: Extent, params: VoidParams) -> Cost:
    """The cost of `frames` frames, those far from any fill not counted. Raises UsageError.

    Denoising: token-wise products of all layers and attention; the autoencoder: measured for one
    window at 384x672, and in proportion to the samples.
    """
    padded = padded_length(frames, params.window)
    windows = plan_windows(latent_count(padded), params.window, params.overlap)
    step = step_flop(frames, extent, params)
    denoising = sum(
        step * params.steps_of(model_pass) * (2 if params.guidance_of(model_pass) > 1 else 1)
        for model_pass in range(1, params.passes + 1)
    )
    samples = padded * extent.width * extent.height
    encoded, decoded = params.passes + 1, 2 * params.passes - 1
    pictures = samples * (encoded * _ENCODE_PER_SAMPLE + decoded * _DECODE_PER_SAMPLE)
    return Cost(frames, padded, len(windows), denoising + pictures)


def step_flop(frames: int, extent: Extent, params: VoidParams) -> float:
    """FLOP of one step over `frames` frames, without guidance. Raises UsageError."""
    latents = latent_count(padded_length(frames, params.window))
    windows = plan_windows(latents, params.window, params.overlap)
    return sum(_forward(len(window), extent) for window in windows)


def _forward(latents: int, extent: Extent) -> float:
    tokens = latents // 2 * (extent.width // 16) * (extent.height // 16) + _TEXT_TOKENS
    return _LAYERS * (2 * _TOKENWISE * tokens + 4 * tokens**2 * _WIDTH)
