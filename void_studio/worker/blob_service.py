"""BlobService: blobs in and out, part by part."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing

import grpc

from void_studio.core import BadInput, is_digest, read_ahead
from void_studio.worker.blob_parts import Part, bundled, data_of_one, fill
from void_studio.worker.blobs import BlobStore, not_here
from void_studio.worker.limits import CHUNK_BYTES, DIGESTS_PER_QUESTION
from void_studio.worker.proto.void_studio.v1 import blob_pb2, blob_pb2_grpc
from void_studio.worker.room import BlobRoom

__all__ = ["BlobService"]

_AHEAD = 3  # messages that one thread receives while another verifies and stores


class BlobService(blob_pb2_grpc.BlobServiceServicer):
    """Serves a blob store that is kept within a quota."""

    def __init__(self, blobs: BlobStore, room: BlobRoom) -> None:
        self._blobs = blobs
        self._room = room

    def FindMissing(  # noqa: N802  named by the protocol
        self, request: blob_pb2.FindMissingRequest, context: grpc.ServicerContext
    ) -> blob_pb2.FindMissingResponse:
        """Which of some blobs are not here."""
        _check_count(request.digests)
        self._room.promise(filter(is_digest, request.digests))
        return blob_pb2.FindMissingResponse(digests=self._blobs.missing(request.digests))

    def Put(  # noqa: N802
        self, request_iterator: Iterator[blob_pb2.PutRequest], context: grpc.ServicerContext
    ) -> blob_pb2.PutResponse:
        """Store one blob."""
        first = next(request_iterator, None)
        if first is None:
            raise BadInput("a blob was announced and not sent")

        def parts() -> Iterator[bytes]:
            yield first.data
            yield from (request.data for request in request_iterator)

        self._store(first.digest, first.size_bytes, parts())
        return blob_pb2.PutResponse(digest=first.digest)

    def Get(  # noqa: N802
        self, request: blob_pb2.GetBlobRequest, context: grpc.ServicerContext
    ) -> Iterator[blob_pb2.GetBlobResponse]:
        """The bytes of a blob from an offset on; whoever asked verifies the whole."""
        with self._blobs.open(request.digest) as (file, size):
            if request.offset > size:
                raise BadInput(f"offset {request.offset} in a blob of {size} bytes")
            file.seek(request.offset)
            part = file.read(CHUNK_BYTES)
            yield blob_pb2.GetBlobResponse(size_bytes=size, data=part)
            while part := file.read(CHUNK_BYTES):
                yield blob_pb2.GetBlobResponse(size_bytes=size, data=part)

    def PutMany(  # noqa: N802
        self, request_iterator: Iterator[blob_pb2.PutManyRequest], context: grpc.ServicerContext
    ) -> blob_pb2.PutManyResponse:
        """Store blobs as they arrive; the next messages are received meanwhile."""
        count = 0
        with closing(read_ahead(request_iterator, _AHEAD)) as requests:
            parts = (part for request in requests for part in request.parts)
            for first in parts:
                data = data_of_one(first, parts)
                self._store(first.digest, first.size_bytes, data)
                for _passed_over in data:
                    pass
                count += 1
        return blob_pb2.PutManyResponse(count=count)

    def GetMany(  # noqa: N802
        self, request: blob_pb2.GetManyRequest, context: grpc.ServicerContext
    ) -> Iterator[blob_pb2.GetManyResponse]:
        """Blobs in the order asked for.

        A thread that reads ahead was tried and cost more than it hid: gRPC sends while the next
        part is read, and the kernel reads ahead.
        """
        _check_count(request.digests)
        for digest in self._blobs.missing(request.digests):
            raise not_here(digest)
        for parts in bundled(self._parts(request)):
            yield fill(blob_pb2.GetManyResponse(), parts)

    def _store(self, digest: str, size_bytes: int, data: Iterator[bytes]) -> None:
        if self._blobs.wants(digest, size_bytes):
            self._room.admit(digest, size_bytes)
        self._blobs.put_chunks(digest, size_bytes, data)

    def _parts(self, request: blob_pb2.GetManyRequest) -> Iterator[Part]:
        offset = request.offset
        for digest in request.digests:
            with self._blobs.open(digest) as (file, size):
                if offset > size:
                    raise BadInput(f"offset {offset} in a blob of {size} bytes")
                file.seek(offset)
                part = file.read(CHUNK_BYTES)
                yield Part(part, digest, size)
                while part := file.read(CHUNK_BYTES):
                    yield Part(part)
            offset = 0


def _check_count(digests: Sequence[str]) -> None:
    if len(digests) > DIGESTS_PER_QUESTION:
        raise BadInput(f"{len(digests)} digests at once", hint=f"ask for {DIGESTS_PER_QUESTION}")
