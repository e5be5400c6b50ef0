"""Where the weights of the VOID engine lie; no torch."""

from __future__ import annotations

import os
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from platformdirs import user_data_path

from void_studio.core import NotPresent

__all__ = ["WEIGHTS_VARIABLE", "VoidWeights", "find_tokenizer", "find_weights"]

WEIGHTS_VARIABLE = "VOID_STUDIO_WEIGHTS"
_BASE = "CogVideoX-Fun-V1.5-5b-InP"
_VOID = "void-model"
_LIBRARIES = ("torch", "diffusers", "transformers", "safetensors", "sentencepiece")


@dataclass(frozen=True, slots=True)
class VoidWeights:
    """The base model's folder and the checkpoints of the passes."""

    base: Path
    checkpoints: tuple[Path, ...]


def find_weights(passes: int) -> VoidWeights:
    """What `passes` passes need, under VOID_STUDIO_WEIGHTS or the user's data folder.

    Raises NotPresent, saying what to fetch and where to put it, where a file or a library is not
    there.
    """
    lacking = [name for name in _LIBRARIES if find_spec(name) is None]
    if lacking:
        raise NotPresent(
            f"libraries of the VOID engine are missing: {', '.join(lacking)}",
            hint='install them with: pip install "void-studio[worker]"',
        )
    root = _root()
    checkpoints = tuple(
        root / _VOID / f"void_pass{number}.safetensors" for number in range(1, passes + 1)
    )
    base = root / _BASE
    parts = ("transformer", "vae", "text_encoder", "tokenizer", "scheduler")
    for path in (*(base / part for part in parts), *checkpoints):
        if not path.exists():
            raise NotPresent(
                "weights are missing",
                where=path,
                hint=f"fetch alibaba-pai/{_BASE} and netflix/{_VOID} from huggingface.co into"
                f" {root}, or name their folder in {WEIGHTS_VARIABLE}",
            )
    return VoidWeights(base, checkpoints)


def find_tokenizer() -> Path:
    """The folder of the tokenizer alone. Raises NotPresent where there is none."""
    folder = _root() / _BASE / "tokenizer"
    if not folder.is_dir():
        raise NotPresent("there is no tokenizer", where=folder)
    return folder


def _root() -> Path:
    named = os.environ.get(WEIGHTS_VARIABLE)
    return Path(named) if named else user_data_path("void-studio") / "weights"
