"""The prompt as the model reads it: T5's last hidden state, padding attended (VOID_SPEC 4)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import torch
from transformers import T5EncoderModel, T5Tokenizer

from void_studio.core import BadInput, NotPresent
from void_studio.engine.void.memory import Home
from void_studio.engine.void.weights import HOW_TO_GET, Weights, read_config

__all__ = ["MAX_TOKENS", "TextEncoder"]

MAX_TOKENS = 226


class TextEncoder:
    """Tokenizer and T5 encoder; the encoder is at home on the CPU."""

    def __init__(self, tokenizer: Any, model: Any) -> None:
        self._tokenizer, self.model = tokenizer, model
        self._whole = Home(model)

    @classmethod
    def load(cls, base: Path, *, dtype: torch.dtype) -> TextEncoder:
        """Both from a base model's folder, to the CPU. Raises NotPresent or BadInput."""
        tokenizer = _tokenizer(base / "tokenizer")
        folder = base / "text_encoder"
        read_config(folder)
        Weights(folder)
        try:
            model = T5EncoderModel.from_pretrained(
                folder, dtype=dtype, use_safetensors=True, local_files_only=True
            )
        except (OSError, ValueError, RuntimeError, TypeError) as error:
            raise BadInput(f"the text encoder can not be read ({error})", where=folder) from error
        return cls(tokenizer, model.eval().requires_grad_(False))

    @property
    def width(self) -> int:
        """Numbers that stand for a token."""
        return int(self.model.config.d_model)

    @contextmanager
    def lent(self, device: torch.device, *, stays: bool, streamed: bool) -> Iterator[None]:
        """The encoder on `device`; `streamed`: each block only while it computes."""
        if not streamed:
            with self._whole.lent(device, stays=stays):
                yield
            return
        blocks = self.model.encoder.block
        homes = [Home(block) for block in blocks]
        hooks = [
            hook
            for block, home in zip(blocks, homes, strict=True)
            for hook in _hooked(block, home, device)
        ]
        try:
            with Home(self.model, without=blocks).lent(device, stays=False):
                yield
        finally:
            for hook in hooks:
                hook.remove()
            for home in homes:
                home.take_back()

    def take_back(self) -> None:
        """Leave the device."""
        self._whole.take_back()

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


def _hooked(block: torch.nn.Module, home: Home, device: torch.device) -> Iterator[Any]:
    yield block.register_forward_pre_hook(lambda module, given: home.lend(device))
    yield block.register_forward_hook(lambda module, given, out: home.take_back())


def _tokenizer(folder: Path) -> Any:
    if not (folder / "spiece.model").is_file() and not (folder / "tokenizer.json").is_file():
        raise NotPresent("weights are missing: no spiece.model", where=folder, hint=HOW_TO_GET)
    try:
        return T5Tokenizer.from_pretrained(folder, local_files_only=True)
    except (OSError, ValueError) as error:
        raise BadInput(f"the tokenizer can not be read ({error})", where=folder) from error
