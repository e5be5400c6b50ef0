"""Where weights lie on this machine.

First the weights folder: VOID_STUDIO_WEIGHTS, or `weights` in the user's data folder; every
repository is a folder there, called by its name without the owner. It may be filled by hand. Then
the cache of huggingface_hub (HF_HUB_CACHE, HF_HOME), as other programs leave it.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

from platformdirs import user_data_path

from void_studio.core import NotPresent
from void_studio.weights.catalogue import Catalogue, Weights

__all__ = [
    "WEIGHTS_VARIABLE",
    "find",
    "find_all",
    "how_to_get",
    "lacking",
    "missing_parts",
    "weights_root",
]

WEIGHTS_VARIABLE = "VOID_STUDIO_WEIGHTS"
_COMMIT = re.compile(r"[0-9a-f]{40}")
_REF_BYTES = 64


def weights_root() -> Path:
    """The folder that weights are fetched into."""
    named = os.environ.get(WEIGHTS_VARIABLE)
    return Path(named) if named else user_data_path("void-studio") / "weights"


def free_bytes(root: Path) -> int:
    """Free room where `root` is, or will be made."""
    existing = next(folder for folder in (root, *root.parents) if folder.exists())
    return shutil.disk_usage(existing).free


def find(weights: Weights) -> Path:
    """The folder that has every part of `weights`. Raises NotPresent, saying how to get them."""
    folder = _found(weights)
    if folder is None:
        raise _absent((weights,))
    return folder


def find_all(catalogue: Catalogue, name: str) -> dict[str, Path]:
    """Folders, by name of the weights, of all that the engine or segmenter `name` needs.

    Raises one NotPresent for everything that is missing, saying how to get it.
    """
    missing = lacking(catalogue, name)
    if missing:
        raise _absent(missing)
    return {weights.name: find(weights) for weights in catalogue.chosen(name)}


def how_to_get(*chosen: Weights) -> str:
    """The command line that fetches some weights."""
    return f"void-worker weights fetch {' '.join(weights.name for weights in chosen)}"


def missing_parts(weights: Weights, folder: Path) -> tuple[str, ...]:
    """Those parts that `folder` does not have."""
    return tuple(part for part in weights.parts if not (folder / part).exists())


def lacking(catalogue: Catalogue, name: str) -> tuple[Weights, ...]:
    """What the engine or segmenter `name` needs and this machine does not have."""
    return tuple(weights for weights in catalogue.chosen(name) if _found(weights) is None)


def _found(weights: Weights) -> Path | None:
    folders = _candidates(weights)
    return next((folder for folder in folders if not missing_parts(weights, folder)), None)


def _absent(missing: tuple[Weights, ...]) -> NotPresent:
    size = sum(weights.about_bytes for weights in missing) / 1e9
    names = ", ".join(f"{weights.name} ({weights.licence.name})" for weights in missing)
    return NotPresent(
        f"weights are missing: {names}, {size:.1f} GB",
        where=weights_root(),
        hint=f"fetch them with: {how_to_get(*missing)}; or name a folder that has "
        f"{', '.join(dict.fromkeys(weights.folder for weights in missing))} in {WEIGHTS_VARIABLE}",
    )


def _candidates(weights: Weights) -> Iterator[Path]:
    yield weights_root() / weights.folder
    cached = _hub_cache() / f"models--{weights.repo.replace('/', '--')}"
    commit = weights.revision
    if not _COMMIT.fullmatch(commit):
        commit = _main_of(cached)
    if commit:
        yield cached / "snapshots" / commit


def _main_of(cached: Path) -> str:
    """The commit that the cache has for "main"; empty where it has none."""
    try:
        text = (cached / "refs" / "main").read_bytes()[:_REF_BYTES].decode("ascii").strip()
    except (OSError, UnicodeDecodeError):
        return ""
    return text if _COMMIT.fullmatch(text) else ""


def _hub_cache() -> Path:
    named = os.environ.get("HF_HUB_CACHE") or os.environ.get("HUGGINGFACE_HUB_CACHE")
    if named:
        return Path(named)
    home = os.environ.get("HF_HOME")
    return (Path(home) if home else Path.home() / ".cache" / "huggingface") / "hub"
