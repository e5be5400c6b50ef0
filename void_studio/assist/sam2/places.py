"""Where the weights of SAM 2.1 lie; no torch."""

from __future__ import annotations

import os
from importlib.util import find_spec
from pathlib import Path

from void_studio.core import NotPresent
from void_studio.weights import WEIGHTS_VARIABLE, find, read_catalogue

__all__ = [
    "CHECKPOINT_VARIABLE",
    "PACKAGE_ID",
    "SIZES",
    "WEIGHTS_VARIABLE",
    "find_checkpoint",
    "find_folder",
]

CHECKPOINT_VARIABLE = "VOID_STUDIO_SAM2_CHECKPOINT"
SIZES = ("tiny", "small", "base-plus", "large")
PACKAGE_ID = "sam2-checkpoint"
_WITHOUT = "the segmenter flow works without weights"


def find_folder(name: str) -> Path:
    """The folder of a checkpoint in Hugging Face's layout, `name` as in sam2.1-hiera-tiny.

    Raises NotPresent, saying which command fetches it, where a file or a library is not there.
    """
    _check_libraries("torch", "transformers", "safetensors")
    try:
        return find(read_catalogue().get(name))
    except NotPresent as error:
        hint = f"{error.hint}; {_WITHOUT}"
        raise NotPresent(error.what, where=error.where, hint=hint) from error


def find_checkpoint() -> Path:
    """The .pt file of Meta's own release that VOID_STUDIO_SAM2_CHECKPOINT names.

    Raises NotPresent where none is named, or it or a library is not there.
    """
    named = os.environ.get(CHECKPOINT_VARIABLE)
    if not named:
        raise NotPresent(
            "no SAM 2.1 checkpoint of Meta's own release is configured",
            hint=f"name a .pt file in {CHECKPOINT_VARIABLE}; {_WITHOUT}",
        )
    _check_libraries("torch", "sam2")
    path = Path(named)
    if not path.is_file():
        raise NotPresent("the SAM 2.1 checkpoint is missing", where=path, hint=_WITHOUT)
    return path


def _check_libraries(*names: str) -> None:
    lacking = [name for name in names if find_spec(name) is None]
    if lacking:
        raise NotPresent(
            f"libraries of SAM 2 are missing: {', '.join(lacking)}",
            hint=f'install them with: pip install "void-studio[worker,sam2]"; {_WITHOUT}',
        )
