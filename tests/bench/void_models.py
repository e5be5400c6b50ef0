"""The VOID model's architecture with random weights, of the real size or tiny, made in place."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import torch
from diffusers import CogVideoXTransformer3DModel
from transformers import T5Config, T5EncoderModel

from tests.tiny_void import SCHEDULER, TRANSFORMER
from void_studio.engine.void.models import Models, Pass
from void_studio.engine.void.schedulers import scheduler_of
from void_studio.engine.void.text import TextEncoder
from void_studio.engine.void.transformer import CHANNELS, Denoiser
from void_studio.engine.void.vae import VoidAutoencoder
from void_studio.engine.void.weights import KeyReport

__all__ = ["FULL", "TINY", "Sizes", "random_models", "stored_transformer"]

Sizes = Mapping[str, Mapping[str, Any]]
_BLOCKS = {
    "down_block_types": ("CogVideoXDownBlock3D",) * 4,
    "up_block_types": ("CogVideoXUpBlock3D",) * 4,
    "latent_channels": 16,
    "scaling_factor": 0.7,
}
FULL: Sizes = {
    "transformer": {
        **TRANSFORMER,
        "num_attention_heads": 48,
        "attention_head_dim": 64,
        "num_layers": 42,
        "text_embed_dim": 4096,
        "time_embed_dim": 512,
    },
    "vae": {
        **_BLOCKS,
        "block_out_channels": (128, 256, 256, 512),
        "layers_per_block": 3,
        "norm_num_groups": 32,
    },
    "text": {
        "vocab_size": 32128,
        "d_model": 4096,
        "d_kv": 64,
        "d_ff": 10240,
        "num_layers": 24,
        "num_heads": 64,
    },
}
TINY: Sizes = {
    "transformer": {**TRANSFORMER},
    "vae": {
        **_BLOCKS,
        "block_out_channels": (4, 4, 8, 8),
        "layers_per_block": 1,
        "norm_num_groups": 2,
    },
    "text": {
        "vocab_size": 128,
        "d_model": 16,
        "d_kv": 8,
        "d_ff": 32,
        "num_layers": 1,
        "num_heads": 2,
    },
}


class _Words:
    """A tokenizer of letters, since random weights read nothing."""

    def __call__(self, text: str | list[str], **options: Any) -> SimpleNamespace:
        letters = [*(ord(letter) % 100 + 2 for letter in "".join(text)[:225]), 1]
        if not options:
            return SimpleNamespace(input_ids=letters)
        padded = letters + [0] * (options["max_length"] - len(letters))
        return SimpleNamespace(input_ids=torch.tensor([padded]))


def random_models(
    sizes: Sizes, device: torch.device, dtype: torch.dtype, *, passes: int = 1
) -> Models:
    """Models at home on the CPU, their weights drawn on `device`; seeded."""
    torch.manual_seed(11)
    denoisers = []
    for _ in range(passes):
        with torch.device("meta"):
            model = CogVideoXTransformer3DModel(**{**sizes["transformer"], "in_channels": CHANNELS})
        denoisers.append(_drawn(model, device, dtype))
    with torch.device("meta"):
        vae = VoidAutoencoder.of(dict(sizes["vae"]))
        text = T5EncoderModel(T5Config(**sizes["text"], feed_forward_proj="gated-gelu"))
    met = KeyReport(0, (), ())
    all_passes = tuple(
        Pass(
            Denoiser(model, True, met),
            scheduler_of(SCHEDULER, model_pass=number),
            f"random {number}",
        )
        for number, model in enumerate(denoisers, 1)
    )
    words = TextEncoder(_Words(), _drawn(text, device, dtype))
    return Models(words, _drawn(vae, device, dtype), all_passes, device, dtype)


def stored_transformer(models: Models, folder: Path) -> Path:
    """The first denoiser as files that `load_transformer` reads: (folder / "void.safetensors")."""
    from safetensors.torch import save_file

    model = models.passes[0].denoiser.model
    (folder / "transformer").mkdir(parents=True)
    model.save_config(folder / "transformer")
    state = model.state_dict()
    key = "patch_embed.proj.weight"
    save_file({key: state[key]}, folder / "transformer" / "one.safetensors")
    save_file(
        {name: tensor.contiguous() for name, tensor in state.items()}, folder / "void.safetensors"
    )
    return folder


def _drawn(model: torch.nn.Module, device: torch.device, dtype: torch.dtype) -> torch.nn.Module:
    """Weights that keep numbers in bounds: norms are 1, biases 0, others of variance 1 / inputs."""
    drawn: dict[int, torch.nn.Parameter] = {}
    for module in model.modules():
        for name, parameter in module.named_parameters(recurse=False):
            if id(parameter) not in drawn:
                value = _values(parameter, name, device, dtype)
                drawn[id(parameter)] = torch.nn.Parameter(value, requires_grad=False)
            setattr(module, name, drawn[id(parameter)])
    return model.eval()


def _values(
    parameter: torch.Tensor, name: str, device: torch.device, dtype: torch.dtype
) -> torch.Tensor:
    if parameter.ndim == 1:
        fill = torch.ones if name == "weight" else torch.zeros
        return fill(parameter.shape, dtype=dtype)
    spread = float(parameter[0].numel()) ** -0.5
    values = torch.empty(parameter.shape, device=device, dtype=dtype).normal_(0, spread)
    return values.cpu()
