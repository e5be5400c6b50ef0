"""Many blobs in one stream: as the messages of BlobService's PutMany and GetMany."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator, Sequence
from typing import NamedTuple, TypeVar

from void_studio.core import BadInput
from void_studio.worker.limits import BLOB_BYTES, CHUNK_BYTES
from void_studio.worker.parts import Assembly, parts_of
from void_studio.worker.proto.void_studio.v1 import blob_pb2

__all__ = ["BlobArrivals", "Part", "bundled", "data_of_one", "fill", "parts_of_blobs"]


_Message = TypeVar("_Message", blob_pb2.PutManyRequest, blob_pb2.GetManyResponse)


class Part(NamedTuple):
    """The next bytes of a blob; digest and size of the whole only in its first part."""

    data: bytes
    digest: str = ""
    size_bytes: int = 0


def parts_of_blobs(blobs: Iterable[tuple[str, bytes]]) -> Iterator[Part]:
    """The parts of blobs that come with their digests."""
    for digest, blob in blobs:
        first, *rest = parts_of(blob)
        yield Part(first, digest, len(blob))
        yield from map(Part, rest)


def bundled(parts: Iterable[Part]) -> Iterator[list[Part]]:
    """Parts by the message: as many as fit into 1 MiB of data."""
    together: list[Part] = []
    size = 0
    for part in parts:
        if together and size + len(part.data) > CHUNK_BYTES:
            yield together
            together, size = [], 0
        together.append(part)
        size += len(part.data)
    if together:
        yield together


def fill(message: _Message, parts: Iterable[Part]) -> _Message:
    """The message with `parts` in it. Each is copied once: a BlobPart of its own would be twice."""
    for part in parts:
        message.parts.add(digest=part.digest, size_bytes=part.size_bytes, data=part.data)
    return message


def data_of_one(
    first: blob_pb2.BlobPart, parts: Iterator[blob_pb2.BlobPart]
) -> Generator[bytes, None, None]:
    """The data of the blob that begins with `first`; leaves `parts` at the next one.

    Ends early when `parts` do. Raises BadInput when another blob begins before its end.
    """
    data = first.data
    left = first.size_bytes - len(data)
    yield data
    while left > 0 and (part := next(parts, None)) is not None:
        if part.digest:
            raise BadInput(f"blob {first.digest[:12]} lacks {left} bytes", hint="send it again")
        data = part.data
        left -= len(data)
        yield data


class BlobArrivals:
    """Puts blobs together that were asked for in the order of `digests`."""

    def __init__(self, digests: Sequence[str]) -> None:
        self._digests = digests
        self._done = 0
        self._size_bytes = 0
        self._blob = Assembly(BLOB_BYTES)

    def wanted(self) -> blob_pb2.GetManyRequest:
        """What to ask for now: the blobs, and the rest of one, that have not arrived."""
        left = self._digests[self._done :]
        return blob_pb2.GetManyRequest(digests=left, offset=self._blob.filled)

    @property
    def complete(self) -> bool:
        """Whether all have arrived."""
        return self._done == len(self._digests)

    def add(self, part: blob_pb2.BlobPart) -> tuple[str, bytes] | None:
        """A digest and the bytes that came for it, not verified, when `part` was their last.

        Raises BadInput for a part of something else.
        """
        if self.complete or part.digest not in ("", self._digests[self._done]):
            raise BadInput("the worker sent a blob that it was not asked for")
        if part.digest:
            self._size_bytes = part.size_bytes
        whole = self._blob.add(self._size_bytes, part.data)
        if whole is None:
            return None
        self._done += 1
        self._size_bytes = 0
        return self._digests[self._done - 1], whole
