"""Reading model weights: safetensors only, by memory map, one tensor at a time."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open

from void_studio.core import BadInput, NotPresent, read_limited

__all__ = [
    "HOW_TO_GET",
    "KeyReport",
    "Weights",
    "assign",
    "made",
    "read_config",
    "report",
]

HOW_TO_GET = "void-studio doctor says what to fetch and where to put it"
_CONFIG_LIMIT_BYTES = 1 << 24
_PICKLES = frozenset({".bin", ".ckpt", ".pkl", ".pt", ".pth"})
Take = Callable[[str, torch.Tensor], torch.Tensor]


@dataclass(frozen=True, slots=True)
class KeyReport:
    """How a checkpoint met a model: parameters it gave, it lacks, and keys that nothing has."""

    taken: int
    missing: tuple[str, ...]
    unexpected: tuple[str, ...]

    def line(self) -> str:
        """For the job's log."""
        names = [*self.missing[:3], *self.unexpected[:3]]
        shown = f" ({', '.join(names)})" if names else ""
        missing, unknown = len(self.missing), len(self.unexpected)
        return f"{self.taken} taken, {missing} missing, {unknown} unknown{shown}"


class Weights:
    """Tensors of one file, or of a model folder whose index names its shards."""

    def __init__(self, path: Path) -> None:
        """Open a `.safetensors` file, or the one (sharded or whole) in a folder.

        Raises NotPresent where there is none, BadInput for a pickle or a damaged file.
        """
        self.path = path
        self._files = {}
        self._where: dict[str, str] = {}
        for part in _parts(path):
            opened = _opened(part)
            self._files[part.name] = opened
            self._where.update(dict.fromkeys(opened.keys(), part.name))

    def __contains__(self, key: str) -> bool:
        return key in self._where

    def keys(self) -> Iterable[str]:
        """Names of the tensors."""
        return self._where.keys()

    def shape(self, key: str) -> tuple[int, ...]:
        """Shape of a tensor, which is not read."""
        return tuple(self._files[self._where[key]].get_slice(key).get_shape())

    def tensor(self, key: str) -> torch.Tensor:
        """One tensor on the CPU, in its stored type."""
        return self._files[self._where[key]].get_tensor(key)


def read_config(folder: Path) -> dict[str, Any]:
    """`config.json` of a model folder. Raises NotPresent or BadInput."""
    path = folder / "config.json"
    if not path.is_file():
        raise NotPresent("weights are missing: no config.json", where=folder, hint=HOW_TO_GET)
    try:
        config = json.loads(read_limited(path, _CONFIG_LIMIT_BYTES))
    except (ValueError, RecursionError) as error:
        raise BadInput(f"the model's configuration is not JSON ({error})", where=path) from error
    if not isinstance(config, dict):
        raise BadInput("the model's configuration is not a JSON object", where=path)
    return config


def made(make: Callable[[Mapping[str, Any]], Any], config: Mapping[str, Any], folder: Path) -> Any:
    """A model made from its configuration on the meta device: no memory, no numbers.

    Raises BadInput for values that no such model has.
    """
    try:
        with torch.device("meta"):
            return make(config)
    except (TypeError, ValueError, ArithmeticError, LookupError, RuntimeError) as error:
        raise BadInput(
            f"the configuration fits no such model ({error})", where=folder, hint="fetch it again"
        ) from error


def assign(
    model: torch.nn.Module, sources: Iterable[Weights], *, dtype: torch.dtype, take: Take
) -> None:
    """Give a model made on the meta device its parameters, each read once and cast to `dtype`.

    The first of `sources` that has a key gives it; `take` sees name and tensor before the cast.
    Raises BadInput for a parameter that no source has, or that has another shape.
    """
    ordered = tuple(sources)
    state = {}
    for key, wanted in model.state_dict().items():
        source = next((weights for weights in ordered if key in weights), None)
        if source is None:
            raise BadInput(f"the weights lack {key}", where=ordered[-1].path)
        value = take(key, source.tensor(key))
        if value.shape != wanted.shape:
            raise BadInput(
                f"{key} has the shape {tuple(value.shape)}, not {tuple(wanted.shape)}",
                where=source.path,
            )
        state[key] = value.to(dtype).contiguous()
    model.load_state_dict(state, strict=True, assign=True)


def _parts(path: Path) -> list[Path]:
    if path.suffix in _PICKLES:
        raise BadInput(
            f"a {path.suffix} file may run code when it is read",
            where=path,
            hint="use a .safetensors file",
        )
    if path.is_file():
        return [path]
    if not path.is_dir():
        raise NotPresent("weights are missing", where=path, hint=HOW_TO_GET)
    indexes = sorted(path.glob("*.safetensors.index.json"))
    parts = _shards(indexes[0]) if indexes else sorted(path.glob("*.safetensors"))
    if not parts:
        raise NotPresent("weights are missing: no .safetensors", where=path, hint=HOW_TO_GET)
    if not indexes and len(parts) > 1:
        raise BadInput("several weights and no index", where=path, hint="keep one of them")
    return parts


def _shards(index: Path) -> list[Path]:
    try:
        named = json.loads(read_limited(index, _CONFIG_LIMIT_BYTES))["weight_map"].values()
        names = sorted({Path(name).name for name in named})
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise BadInput(f"the index of shards is malformed ({error})", where=index) from error
    parts = [index.with_name(name) for name in names]
    for part in parts:
        if not part.is_file():
            raise NotPresent("a shard of the weights is missing", where=part, hint=HOW_TO_GET)
    return parts


def _opened(path: Path) -> Any:
    try:
        return safe_open(path, framework="pt", device="cpu")
    except (SafetensorError, OSError) as error:
        raise BadInput(
            f"not a whole safetensors file ({error})", where=path, hint="fetch it again"
        ) from error


def report(model_keys: Mapping[str, Any], weights: Weights) -> KeyReport:
    """How the keys of `weights` meet those of a model."""
    known, given = set(model_keys), set(weights.keys())
    return KeyReport(len(known & given), tuple(sorted(known - given)), tuple(sorted(given - known)))
