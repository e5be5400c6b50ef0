"""Are weights what they should be: there, whole, no pickles, of the known content."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from void_studio.core import BadInput, StudioError
from void_studio.weights.catalogue import WeightFile, Weights
from void_studio.weights.pins import Pin, Pins
from void_studio.weights.safetensors_file import PICKLES, check_safetensors, check_suffix

__all__ = ["FileCheck", "Found", "sha256_of", "verify"]

_CHUNK_BYTES = 1 << 22
_SHA256_CHARS = 64


class Found(Enum):
    """What became of the check of a file."""

    GOOD = "good"
    LEARNT = "learnt"
    MISSING = "missing"
    BAD = "bad"


@dataclass(frozen=True, slots=True)
class FileCheck:
    """A file's check; `why` is one line for what is not good, `sha256` "" where not computed."""

    path: Path
    found: Found
    size_bytes: int
    sha256: str
    why: str


def verify(
    weights: Weights,
    folder: Path,
    pins: Pins,
    *,
    learn_again: bool = False,
    on_progress: Callable[[int, int], None],
) -> tuple[FileCheck, ...]:
    """Every file of `weights` in `folder`, read to its end.

    A digest that nobody published is learnt the first time and kept in `pins`; from then on it is
    the one that counts, unless `learn_again`. `on_progress` is told bytes done and to do.
    """
    present = [folder / file.path for file in weights.files]
    total = sum(path.stat().st_size for path in present if path.is_file())
    done = 0

    def step(count: int) -> None:
        nonlocal done
        done += count
        on_progress(done, total)

    return tuple(
        _checked(weights, file, folder / file.path, pins, learn_again=learn_again, step=step)
        for file in weights.files
    )


def sha256_of(path: Path, step: Callable[[int], None] = lambda _: None) -> str:
    """SHA-256 of a file, as Hugging Face publishes it. Raises BadInput when it can not be read."""
    hasher = hashlib.sha256()
    try:
        with path.open("rb") as file:
            while chunk := file.read(_CHUNK_BYTES):
                hasher.update(chunk)
                step(len(chunk))
    except OSError as error:
        raise BadInput(f"can not be read: {error.strerror or error}", where=path) from error
    return hasher.hexdigest()


def _checked(
    weights: Weights,
    file: WeightFile,
    path: Path,
    pins: Pins,
    *,
    learn_again: bool,
    step: Callable[[int], None],
) -> FileCheck:
    if not path.is_file():
        return _absent(path)
    size = path.stat().st_size
    try:
        check_suffix(path)
        if path.suffix == ".safetensors":
            check_safetensors(path)
        sha256 = sha256_of(path, step)
    except StudioError as error:
        return FileCheck(path, Found.BAD, size, "", error.what)
    pin = None if learn_again else pins.file(weights.repo, file.path)
    known = file.sha256 or _cached_digest(path) or (pin.sha256 if pin else "")
    if not known:
        pins.keep_file(weights.repo, file.path, Pin(size, sha256, "first seen"))
        return FileCheck(path, Found.LEARNT, size, sha256, "")
    if sha256 != known:
        why = f"its sha256 is {sha256[:12]}..., expected {known[:12]}..."
        return FileCheck(path, Found.BAD, size, sha256, why)
    return FileCheck(path, Found.GOOD, size, sha256, "")


def _absent(path: Path) -> FileCheck:
    stem = path.name.removesuffix(".safetensors")
    others = (path.with_name(stem + suffix) for suffix in sorted(PICKLES))
    pickle = next((other for other in others if other.exists()), None)
    if path.suffix == ".safetensors" and pickle is not None:
        why = f"{pickle.name} is there instead, which may run code when it is read"
        return FileCheck(path, Found.BAD, 0, "", why)
    return FileCheck(path, Found.MISSING, 0, "", "not there")


def _cached_digest(path: Path) -> str:
    """The published digest by which the cache of huggingface_hub names a large file's blob."""
    name = path.resolve().name
    is_blob = path.is_symlink() and len(name) == _SHA256_CHARS
    return name if is_blob and set(name) <= set("0123456789abcdef") else ""
