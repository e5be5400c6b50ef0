"""Attention of the fast tier: through diffusers' dispatcher, by the fastest kernel that is there.

The reference's processor calls torch's attention itself, so that no other kernel can be chosen.
"""

from __future__ import annotations

from importlib.util import find_spec
from typing import Any

import torch
from diffusers.models.attention_dispatch import AttentionBackendName, dispatch_attention_fn
from diffusers.models.embeddings import apply_rotary_emb

__all__ = ["NATIVE", "DispatchedAttention", "attention_backend"]

NATIVE = AttentionBackendName.NATIVE.value
_CANDIDATES = (
    (AttentionBackendName.SAGE.value, "sageattention"),
    ("_flash_3", "flash_attn_interface"),
    ("_native_cudnn", "torch"),
)
_HOPPER = (9, 0)


class DispatchedAttention:
    """Joint attention over text and picture tokens, rotated as CogVideoX does."""

    def __init__(self, backend: str) -> None:
        self.backend = AttentionBackendName(backend)

    def __call__(
        self,
        attn: Any,
        hidden_states: torch.Tensor,
        encoder_hidden_states: torch.Tensor,
        attention_mask: torch.Tensor | None = None,
        image_rotary_emb: tuple[torch.Tensor, torch.Tensor] | None = None,
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Picture tokens and text tokens, (batch, tokens, width) each, after attention."""
        text = encoder_hidden_states.shape[1]
        tokens = torch.cat([encoder_hidden_states, hidden_states], dim=1)
        query, key, value = (
            project(tokens).unflatten(2, (attn.heads, -1)).transpose(1, 2)
            for project in (attn.to_q, attn.to_k, attn.to_v)
        )
        query, key = attn.norm_q(query), attn.norm_k(key)
        if image_rotary_emb is not None:
            query = _rotated(query, text, image_rotary_emb)
            key = _rotated(key, text, image_rotary_emb)
        mixed = dispatch_attention_fn(
            query.transpose(1, 2),
            key.transpose(1, 2),
            value.transpose(1, 2),
            attn_mask=attention_mask,
            backend=self.backend,
        )
        out = attn.to_out[0](mixed.flatten(2, 3).to(tokens.dtype))
        return out[:, text:], out[:, :text]


def attention_backend(device: torch.device, dtype: torch.dtype) -> str:
    """The fastest backend that is installed and computes on `device`; else torch's own."""
    if device.type != "cuda" or torch.cuda.get_device_capability(device) < _HOPPER:
        return NATIVE
    installed = (name for name, package in _CANDIDATES if find_spec(package) is not None)
    return next((name for name in installed if _computes(name, device, dtype)), NATIVE)


def _computes(backend: str, device: torch.device, dtype: torch.dtype) -> bool:
    sample = torch.ones(1, 256, 2, 64, device=device, dtype=dtype)
    try:
        mixed = dispatch_attention_fn(sample, sample, sample, backend=AttentionBackendName(backend))
    except (RuntimeError, ValueError, TypeError, ImportError, KeyError):
        return False
    return bool(torch.isfinite(mixed).all())


def _rotated(
    states: torch.Tensor, text: int, rotary: tuple[torch.Tensor, torch.Tensor]
) -> torch.Tensor:
    return torch.cat([states[:, :, :text], apply_rotary_emb(states[:, :, text:], rotary)], dim=2)
