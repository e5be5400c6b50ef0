"""Where the weights of the VOID engine lie: the weights room knows; no torch."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from void_studio.core import NotPresent
from void_studio.weights import WEIGHTS_VARIABLE, find, find_all, read_catalogue

__all__ = ["WEIGHTS_VARIABLE", "VoidWeights", "find_tokenizer", "find_weights", "missing_libraries"]

_BASE = "cogvideox-fun"
_LIBRARIES = ("torch", "diffusers", "transformers", "safetensors", "sentencepiece")


@dataclass(frozen=True, slots=True)
class VoidWeights:
    """The base model's folder and the checkpoints of the passes."""

    base: Path
    checkpoints: tuple[Path, ...]


def missing_libraries() -> tuple[str, ...]:
    """Libraries of the engine that are not installed."""
    return tuple(name for name in _LIBRARIES if find_spec(name) is None)


def find_weights(passes: int) -> VoidWeights:
    """What `passes` passes need, wherever on this machine it lies.

    Raises NotPresent, saying what to fetch and how, where a file or a library is not there.
    """
    lacking = missing_libraries()
    if lacking:
        raise NotPresent(
            f"libraries of the VOID engine are missing: {', '.join(lacking)}",
            hint='install them with: pip install "void-studio[worker]"',
        )
    catalogue, name = read_catalogue(), "void" if passes == 1 else "void:2"
    folders = find_all(catalogue, name)
    return VoidWeights(
        folders[_BASE],
        tuple(
            folders[weights.name] / weights.parts[0]
            for weights in catalogue.chosen(name)
            if weights.name != _BASE
        ),
    )


def find_tokenizer() -> Path:
    """The folder of the tokenizer alone. Raises NotPresent where there is none."""
    folder = find(read_catalogue().get(_BASE)) / "tokenizer"
    if not folder.is_dir():
        raise NotPresent("there is no tokenizer", where=folder)
    return folder
