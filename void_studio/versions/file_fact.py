"""The media files of a version: their names, sizes and digests."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from void_studio.core import (
    BadInput,
    FrameRange,
    NotPresent,
    StudioError,
    digest_bytes,
    digest_chunks,
)
from void_studio.media import SequencePattern, is_pattern, parse_pattern, sequence_frames
from void_studio.versions.strict import Fields
from void_studio.versions.values import range_from, range_value

__all__ = ["FileFact", "check_present", "file_fact", "files_of"]

_CHUNK_BYTES = 1 << 20
_LONGEST_NAME = 255
_LARGEST_FILE = 1 << 53


@dataclass(frozen=True, slots=True)
class FileFact:
    """A file of the version's folder: its plain name, size and BLAKE3.

    An image sequence has its pattern, `a.####.exr`, as name and `frames`, the numbers of its files;
    the size is that of all files, the digest BLAKE3 of their digests (hexadecimal) in order.
    """

    name: str
    size_bytes: int
    digest: str
    frames: FrameRange | None = None

    def value(self) -> dict[str, Any]:
        """As JSON; `read` reads it."""
        value = {"name": self.name, "size_bytes": self.size_bytes, "digest": self.digest}
        return value if self.frames is None else value | {"frames": range_value(self.frames)}

    @classmethod
    def read(cls, fields: Fields) -> FileFact:
        """What `value` wrote; a name that could lead out of the folder is refused."""
        fact = cls(
            fields.text("name"),
            fields.whole("size_bytes", 0, _LARGEST_FILE),
            fields.digest("digest"),
            range_from(fields, "frames") if "frames" in fields.names() else None,
        )
        fields.done()
        if not _is_plain(fact.name):
            raise BadInput(f"recipe names a file {fact.name!r}, which is not a plain file name")
        if is_pattern(Path(fact.name)) != (fact.frames is not None):
            raise BadInput(f"recipe names {fact.name!r} with frames that do not belong to it")
        return fact


def file_fact(path: Path) -> FileFact:
    """Name, size and digest of a file, or of the sequence that a pattern names.

    Raises NotPresent or BadInput when it can not be read.
    """
    if not is_pattern(path):
        return FileFact(path.name, *_size_and_digest(path))
    pattern = parse_pattern(path)
    frames = sequence_frames(pattern)
    found = [_size_and_digest(pattern.file(number)) for number in frames]
    digests = "".join(digest for _, digest in found)
    size = sum(size for size, _ in found)
    return FileFact(pattern.path.name, size, digest_bytes(digests.encode()), frames)


def files_of(folder: Path, fact: FileFact) -> tuple[Path, ...]:
    """The files that a fact is about, in order."""
    if fact.frames is None:
        return (folder / fact.name,)
    pattern = parse_pattern(folder / fact.name)
    return tuple(pattern.file(number) for number in fact.frames)


def check_present(folder: Path, fact: FileFact) -> None:
    """Raise unless `folder` has this file, not a link to one, in the stated size.

    Of a sequence there must be exactly the stated files.
    """
    if fact.frames is not None:
        _check_frames(parse_pattern(folder / fact.name), fact.frames)
    size = 0
    for path in files_of(folder, fact):
        if path.is_symlink() or not path.is_file():
            raise NotPresent(
                "a file of the version is missing", where=path, hint="restore the folder"
            )
        size += path.stat().st_size
    if size != fact.size_bytes:
        where = folder / fact.name
        raise BadInput(f"has {size} bytes, {fact.size_bytes} in the recipe", where=where)


def _check_frames(pattern: SequencePattern, frames: FrameRange) -> None:
    try:
        found = sequence_frames(pattern)
    except StudioError as error:
        raise NotPresent(error.what, where=pattern.path, hint="restore the folder") from error
    if found != frames:
        raise BadInput(f"has frames {found}, {frames} in the recipe", where=pattern.path)


def _size_and_digest(path: Path) -> tuple[int, str]:
    try:
        with path.open("rb") as file:
            digest = digest_chunks(_chunks(file))
            return file.tell(), digest
    except FileNotFoundError:
        raise NotPresent("no such file", where=path, hint="the version is not complete") from None
    except OSError as error:
        raise BadInput(f"can not be read: {error.strerror or error}", where=path) from error


def _chunks(file: Any) -> Iterator[bytes]:
    while chunk := file.read(_CHUNK_BYTES):
        yield chunk


def _is_plain(name: str) -> bool:
    forbidden = set('/\\:*?"<>|')
    return (
        0 < len(name) <= _LONGEST_NAME
        and not name.startswith(".")
        and name.isprintable()
        and not forbidden & set(name)
    )
