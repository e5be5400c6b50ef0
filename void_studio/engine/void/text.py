"""The prompt as the model reads it: T5's last hidden state, padding attended (VOID_SPEC 4)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch
from transformers import T5EncoderModel, T5Tokenizer

from void_studio.core import BadInput, NotPresent
from void_studio.engine.void.weights import HOW_TO_GET, Weights, read_config

__all__ = ["MAX_TOKENS", "TextEncoder"]

MAX_TOKENS = 226


class TextEncoder:
    """Tokenizer and T5 encoder of a base model's folder."""

    def __init__(self, base: Path, *, dtype: torch.dtype) -> None:
        """Load both, on the CPU. Raises NotPresent or BadInput."""
        self._tokenizer = _tokenizer(base / "tokenizer")
        folder = base / "text_encoder"
        read_config(folder)
        Weights(folder)
        self.model = T5EncoderModel.from_pretrained(
            folder, dtype=dtype, use_safetensors=True, local_files_only=True
        )
        self.model.eval().requires_grad_(False)

    def tokens(self, prompt: str) -> int:
        """Tokens of a prompt with its end token, before anything is cut off."""
        return len(self._tokenizer(prompt).input_ids)

    def ids(self, prompt: str) -> torch.Tensor:
        """Token ids, int64 (1, 226): cut off or padded."""
        return self._tokenizer(
            [prompt],
            padding="max_length",
            max_length=MAX_TOKENS,
            truncation=True,
            add_special_tokens=True,
            return_tensors="pt",
        ).input_ids

    def encode(self, prompt: str) -> torch.Tensor:
        """Embedding (1, 226, width) in the encoder's type, on its device."""
        with torch.inference_mode():
            return self.model(self.ids(prompt).to(self.model.device))[0]


def _tokenizer(folder: Path) -> Any:
    if not (folder / "spiece.model").is_file() and not (folder / "tokenizer.json").is_file():
        raise NotPresent("weights are missing: no spiece.model", where=folder, hint=HOW_TO_GET)
    try:
        return T5Tokenizer.from_pretrained(folder, local_files_only=True)
    except (OSError, ValueError) as error:
        raise BadInput(f"the tokenizer can not be read ({error})", where=folder) from error
