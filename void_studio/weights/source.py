"""Where weights can be fetched from: a Source, and one that is a folder."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Protocol

from void_studio.core import BadInput, NotPresent
from void_studio.weights.catalogue import WeightFile, Weights
from void_studio.weights.safetensors_file import PICKLES

__all__ = ["FolderSource", "Remote", "Source"]

_CHUNK_BYTES = 1 << 22


@dataclass(frozen=True, slots=True)
class Remote:
    """A file as its source has it; `sha256` and `commit` are "" where the source has none."""

    size_bytes: int
    sha256: str
    commit: str
    address: str


class Source(Protocol):
    """Something that has weights."""

    def look(self, weights: Weights, file: WeightFile, commit: str) -> Remote:
        """Facts about a file at `commit`. Raises NotPresent, Refused or BadInput."""
        ...

    def copy(self, remote: Remote, sink: BinaryIO, offset: int) -> None:
        """Append the bytes from `offset` on to `sink`. Raises NotPresent when it breaks off."""
        ...


class FolderSource:
    """A mirror: a folder with one folder per repository, as the weights folder is laid out."""

    def __init__(self, folder: Path) -> None:
        """Raises NotPresent when it is no folder."""
        if not folder.is_dir():
            raise NotPresent("the mirror is no folder", where=folder, hint="check the path")
        self._folder = folder

    def look(self, weights: Weights, file: WeightFile, commit: str) -> Remote:
        """Facts about a file; a mirror knows no commits."""
        path = self._folder / weights.folder / file.path
        if not path.is_file():
            raise self._absent(path)
        return Remote(path.stat().st_size, file.sha256, "", str(path))

    def copy(self, remote: Remote, sink: BinaryIO, offset: int) -> None:
        """Append the bytes from `offset` on to `sink`."""
        try:
            with Path(remote.address).open("rb") as file:
                file.seek(offset)
                while chunk := file.read(_CHUNK_BYTES):
                    sink.write(chunk)
        except OSError as error:
            raise NotPresent(
                f"the mirror broke off: {error.strerror or error}",
                where=remote.address,
                hint="run it again: it goes on where it stopped",
            ) from error

    @staticmethod
    def _absent(path: Path) -> NotPresent | BadInput:
        stem = path.name.removesuffix(".safetensors")
        for suffix in sorted(PICKLES):
            other = path.with_name(stem + suffix)
            if path.suffix == ".safetensors" and other.exists():
                return BadInput(
                    f"a {suffix} file may run code when it is read",
                    where=other,
                    hint=f"the mirror must have {path.name}",
                )
        return NotPresent("the mirror does not have it", where=path, hint="complete the mirror")
