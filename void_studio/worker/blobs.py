"""The blob store: a folder of files that are named by the digest of what is in them."""

from __future__ import annotations

import os
import secrets
import time
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO, NamedTuple

from blake3 import blake3

from void_studio.core import (
    BadInput,
    NotPresent,
    Refused,
    digest_bytes,
    is_digest,
    write_whole,
)
from void_studio.worker.limits import BLOB_BYTES

__all__ = ["BlobStore", "StoredBlob", "not_here"]

_PARTIAL = ".part-"


class StoredBlob(NamedTuple):
    """A blob by when it was last asked for, in nanoseconds of the system's clock."""

    used_at_ns: int
    digest: str
    size_bytes: int


class BlobStore:
    """Blobs in `folder`, which several processes may use at once.

    A blob appears whole or not at all. It is not flushed to the disk one by one: its digest is
    verified whenever it is read, so that one torn by a power cut is dropped and counts as missing.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def missing(self, digests: Sequence[str]) -> tuple[str, ...]:
        """Those that are not here; the others count as used now. Raises BadInput for a bad one."""
        return tuple(digest for digest in digests if not self._touch(self._path(digest)))

    def wants(self, digest: str, size: int) -> bool:
        """Whether a blob is not here yet. Raises BadInput when it may not be."""
        if size > BLOB_BYTES:
            raise BadInput(f"a blob of {size} bytes", hint=f"the limit is {BLOB_BYTES}")
        return not self._touch(self._path(digest))

    def put(self, data: bytes, *, durable: bool = False) -> str:
        """Store a blob, flushed to the disk when `durable`; returns its digest."""
        digest = digest_bytes(data)
        path = self._path(digest)
        if durable:
            write_whole(path, data)
        elif not self._touch(path):
            with self._appearing(path) as file:
                file.write(data)
        return digest

    def put_chunks(self, digest: str, size: int, chunks: Iterable[bytes]) -> None:
        """Store a blob that arrives in parts.

        Raises BadInput, and keeps nothing, when the parts are not what `digest` and `size` say.
        """
        if not self.wants(digest, size):
            return
        path = self._path(digest)
        hasher, arrived = blake3(), 0
        with self._appearing(path) as file:
            for chunk in chunks:
                arrived += len(chunk)
                if arrived > size:
                    break
                hasher.update(chunk)
                file.write(chunk)
            if arrived != size or hasher.hexdigest() != digest:
                raise BadInput(
                    f"blob {digest[:12]} arrived damaged ({arrived} of {size} bytes)",
                    hint="send it again",
                )

    def get(self, digest: str) -> bytes:
        """The verified bytes of a blob. Raises NotPresent when there is none, or it is damaged."""
        path = self._path(digest)
        try:
            data = path.read_bytes()
        except FileNotFoundError:
            raise not_here(digest) from None
        if digest_bytes(data) != digest:
            path.unlink(missing_ok=True)
            raise not_here(digest)
        return data

    @contextmanager
    def open(self, digest: str) -> Iterator[tuple[BinaryIO, int]]:
        """A blob's file and size, for who verifies what is read. Raises NotPresent."""
        path = self._path(digest)
        self._touch(path)
        try:
            file = path.open("rb")
        except FileNotFoundError:
            raise not_here(digest) from None
        with file:
            yield file, os.fstat(file.fileno()).st_size

    def drop(self, digest: str) -> None:
        """Remove a blob, if it is there."""
        self._path(digest).unlink(missing_ok=True)

    def files(self) -> list[StoredBlob]:
        """Every blob that is there whole, the longest unused first."""
        found: list[StoredBlob] = []
        for path in self.folder.glob("*/*"):
            with suppress(FileNotFoundError):
                if not path.name.startswith(_PARTIAL):
                    about = path.stat()
                    found.append(StoredBlob(about.st_mtime_ns, path.name, about.st_size))
        return sorted(found)

    def sweep(self, keep: Collection[str], unused_s: float) -> int:
        """Remove what nobody used for `unused_s` seconds, and torn-off partial files.

        Only while nobody writes. `keep` stays in any case. Returns how many blobs went.
        """
        limit, gone = time.time() - unused_s, 0
        for path in self.folder.glob("*/*"):
            if path.name.startswith(_PARTIAL):
                path.unlink(missing_ok=True)
            elif path.name not in keep and path.stat().st_mtime < limit:
                path.unlink(missing_ok=True)
                gone += 1
        return gone

    def _path(self, digest: str) -> Path:
        if not is_digest(digest):
            raise BadInput(f"{digest[:80]!r} is not a digest", hint="use 64 hexadecimal digits")
        return self.folder / digest[:2] / digest

    def _touch(self, path: Path) -> bool:
        try:
            os.utime(path)
        except OSError:
            return path.exists()
        return True

    @contextmanager
    def _appearing(self, path: Path) -> Iterator[BinaryIO]:
        partial = path.with_name(_PARTIAL + secrets.token_hex(8))
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with partial.open("xb") as file:
                yield file
            partial.replace(path)
        except OSError as error:
            raise Refused(
                f"the worker can not store a blob ({error.strerror or error})",
                where=self.folder,
                hint="make room on its disk",
            ) from error
        finally:
            with suppress(OSError):
                partial.unlink(missing_ok=True)


def not_here(digest: str) -> NotPresent:
    """What is said about a blob that is missing."""
    return NotPresent(f"the worker has no blob {digest[:12]}", hint="send it, or render again")
