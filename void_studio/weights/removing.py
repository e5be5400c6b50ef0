"""Taking weights away: their own files in the weights folder, and nothing else."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from void_studio.core import NotPresent, Refused
from void_studio.weights.catalogue import Weights

__all__ = ["PART_SUFFIX", "part_of", "remove"]

PART_SUFFIX = ".part"


def part_of(path: Path) -> Path:
    """Where a file grows while it is fetched."""
    return path.with_name(f".{path.name}{PART_SUFFIX}")


def remove(weights: Weights, root: Path) -> int:
    """Remove the files of `weights`, whole or half fetched; returns how many bytes that freed.

    Other files, and folders that still have some, stay. Raises NotPresent when none is there.
    """
    folder = root / weights.folder
    found = [
        path
        for file in weights.files
        for path in (folder / file.path, part_of(folder / file.path))
        if path.is_file()
    ]
    if not found:
        raise NotPresent(f"{weights.name} is not in the weights folder", where=folder)
    freed = sum(path.lstat().st_size for path in found)
    try:
        for path in found:
            path.unlink()
    except OSError as error:
        raise Refused(f"can not be removed: {error.strerror or error}", where=path) from error
    emptied = {*(item.parent for item in found), folder}
    for path in sorted(emptied, key=lambda item: len(item.parts), reverse=True):
        with suppress(OSError):
            path.rmdir()
    return freed
