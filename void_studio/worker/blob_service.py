"""BlobService: blobs in and out, part by part."""

from __future__ import annotations

from collections.abc import Iterator

import grpc

from void_studio.core import BadInput, is_digest
from void_studio.worker.blobs import BlobStore
from void_studio.worker.limits import CHUNK_BYTES, DIGESTS_PER_QUESTION
from void_studio.worker.proto.void_studio.v1 import blob_pb2, blob_pb2_grpc
from void_studio.worker.room import BlobRoom

__all__ = ["BlobService"]


class BlobService(blob_pb2_grpc.BlobServiceServicer):
    """Serves a blob store that is kept within a quota."""

    def __init__(self, blobs: BlobStore, room: BlobRoom) -> None:
        self._blobs = blobs
        self._room = room

    def FindMissing(  # noqa: N802  named by the protocol
        self, request: blob_pb2.FindMissingRequest, context: grpc.ServicerContext
    ) -> blob_pb2.FindMissingResponse:
        """Which of some blobs are not here."""
        if len(request.digests) > DIGESTS_PER_QUESTION:
            raise BadInput(
                f"{len(request.digests)} digests at once", hint=f"ask for {DIGESTS_PER_QUESTION}"
            )
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

        if self._blobs.wants(first.digest, first.size_bytes):
            self._room.admit(first.digest, first.size_bytes)
        self._blobs.put_chunks(first.digest, first.size_bytes, parts())
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
