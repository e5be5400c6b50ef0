"""The denoiser: diffusers' own CogVideoX transformer with 48 input channels."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import torch
from diffusers import CogVideoXTransformer3DModel
from diffusers.models.embeddings import get_3d_rotary_pos_embed

from void_studio.core import BadInput
from void_studio.engine.void.weights import (
    KeyReport,
    Weights,
    assign,
    made,
    read_config,
    report,
)

__all__ = ["CHANNELS", "Denoiser", "adapt_projection", "load_transformer", "rotary"]

CHANNELS = 48
PROJECTION = "patch_embed.proj.weight"
_END_COLUMNS = 128
_WIDTH = CHANNELS * 8
_BASE_WIDTH = 33 * 8
_REPEATS = 16


@dataclass(frozen=True, slots=True, eq=False)
class Denoiser:
    """A transformer, whether the plate given to it is noised, and how its checkpoint met it."""

    model: CogVideoXTransformer3DModel
    noises_plate: bool
    report: KeyReport


def load_transformer(folder: Path, checkpoint: Path, *, dtype: torch.dtype) -> Denoiser:
    """The base model in `folder` with a VOID checkpoint over it, on the CPU, ready to evaluate.

    What the checkpoint lacks stays the base's. Raises NotPresent or BadInput.
    """
    config = dict(read_config(folder))
    noises_plate = bool(config.pop("add_noise_in_inpaint_model", False))
    base, over = Weights(folder), Weights(checkpoint)
    config["in_channels"] = CHANNELS
    model = made(CogVideoXTransformer3DModel.from_config, config, folder)
    met = report(model.state_dict(), over)
    if not met.taken:
        raise BadInput("holds no parameter of this model", where=checkpoint)

    def adapted(key: str, value: torch.Tensor) -> torch.Tensor:
        return _adapted_projection(base, value) if key == PROJECTION else value

    assign(model, (over, base), dtype=dtype, take=adapted)
    return Denoiser(model.eval().requires_grad_(False), noises_plate, met)


def adapt_projection(weight: torch.Tensor, given: torch.Tensor) -> torch.Tensor:
    """The projection of 48 channels from a base of 33 and a checkpoint (VOID_SPEC 1.1).

    `weight` is the base's (out, 264) or already (out, 384); `given` the checkpoint's. The mask
    channel is repeated; a checkpoint of another width gives only noise and plate columns. Raises
    BadInput for a width that has no place for them.
    """
    if given.shape[1] == _WIDTH:
        return given
    if min(given.shape[1], weight.shape[1]) < 2 * _END_COLUMNS or weight.shape[0] != given.shape[0]:
        raise BadInput(f"an input projection of shape {tuple(given.shape)} fits no 48 channels")
    whole = _widened(weight).clone()
    whole[:, :_END_COLUMNS] = given[:, :_END_COLUMNS]
    whole[:, -_END_COLUMNS:] = given[:, -_END_COLUMNS:]
    return whole


def rotary(
    model: CogVideoXTransformer3DModel, latents: int, height: int, width: int
) -> tuple[torch.Tensor, torch.Tensor]:
    """Cosines and sines of a window's positions, float32 (tokens, head size); all in latents.

    Every window begins at time 0 (VOID_SPEC 6).
    """
    config = model.config
    patch = config.patch_size
    cos, sin = get_3d_rotary_pos_embed(
        embed_dim=config.attention_head_dim,
        crops_coords=None,
        grid_size=(height // patch, width // patch),
        temporal_size=latents // config.patch_size_t,
        grid_type="slice",
        max_size=(config.sample_height // patch, config.sample_width // patch),
    )
    return cos, sin


def _adapted_projection(base: Weights, given: torch.Tensor) -> torch.Tensor:
    if given.shape[1] == _WIDTH:
        return given
    weight = base.tensor(PROJECTION) if PROJECTION in base else given
    return adapt_projection(weight, given)


def _widened(weight: torch.Tensor) -> torch.Tensor:
    if weight.shape[1] == _WIDTH:
        return weight
    if weight.shape[1] != _BASE_WIDTH:
        raise BadInput(f"an input projection of width {weight.shape[1]} is not of 33 channels")
    mask = weight[:, _END_COLUMNS : _END_COLUMNS + 8].repeat(1, _REPEATS)
    return torch.cat([weight[:, :_END_COLUMNS], mask, weight[:, -_END_COLUMNS:]], dim=1)
