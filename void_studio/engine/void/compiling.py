"""Blocks compiled by torch, where that works on this machine."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

import torch

__all__ = ["Compilation", "CompiledBlock", "compiles"]

_LONGEST = 300


@cache
def compiles(device_type: str) -> bool:
    """Whether a compiled function runs on such a device here; tried once, on a GPU only."""
    if device_type != "cuda":
        return False
    try:
        doubled = torch.compile(_doubled, dynamic=False)(torch.ones(8, device=device_type))
    except (RuntimeError, OSError, ImportError, AttributeError):
        return False
    return bool((doubled == 2).all())


@dataclass(slots=True)
class Compilation:
    """How compiling a model's blocks went; `failed` says why some are called as they are."""

    failed: str = ""


class CompiledBlock:
    """A block that is compiled at its first call, and called as it is where that fails."""

    def __init__(
        self, block: torch.nn.Module, compilation: Compilation, *, backend: str = "inductor"
    ) -> None:
        self._block, self._compilation = block, compilation
        self._call: Any = torch.compile(block, dynamic=False, backend=backend)

    def __call__(self, **inputs: Any) -> tuple[torch.Tensor, torch.Tensor]:
        """See `diffusers`' CogVideoXBlock."""
        try:
            return self._call(**inputs)
        except torch._dynamo.exc.TorchDynamoException as error:  # noqa: SLF001  has no public name
            self._compilation.failed = " ".join(str(error).split())[:_LONGEST]
            self._call = self._block
            return self._block(**inputs)


def _doubled(numbers: torch.Tensor) -> torch.Tensor:
    return numbers * 2
