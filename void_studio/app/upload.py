"""A shot's work range as a canvas clip in a worker's blob store: decode, frame, pack, send."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from itertools import chain
from typing import Protocol, TypeVar

from void_studio.app.clip_source import ClipSource
from void_studio.app.progress import raise_if
from void_studio.core import FrameRange, digest_bytes
from void_studio.finish import Framing, canvas_depth, canvas_pixels, canvas_quadmask
from void_studio.media import CanvasManifest, Frame, pack_array
from void_studio.quadmask import Quadmask

__all__ = ["BlobSink", "upload_clip"]

_T = TypeVar("_T")

_PACKERS = 2  # frames that are decoded and converted at once: they are large
_IN_FLIGHT = 4  # batches of packed frames on their way: a link with a long delay needs several
_BATCH_BYTES = 1 << 21  # beyond this a batch is sent; one frame may be larger


class BlobSink(Protocol):
    """Where a clip's blobs go: a worker, or a folder."""

    def put_many(self, blobs: Mapping[str, bytes]) -> None:
        """Store those of the blobs, by their digests, that are not there."""
        ...

    def put(self, blob: bytes) -> str:
        """Store a blob; returns its digest. Idempotent."""
        ...


@dataclass(slots=True)
class _Sender:
    """Packs and sends one frame; runs in the pool's threads."""

    sink: BlobSink
    framing: Framing
    depth: int

    def pack(self, frame: Frame, quadmask: Quadmask) -> tuple[bytes, bytes]:
        """The blobs of the frame's pixels and of its quadmask."""
        pixels = pack_array(canvas_pixels(self.framing, frame, depth=self.depth))
        matte = pack_array(canvas_quadmask(self.framing, quadmask.values(frame.number)))
        return pixels, matte

    def send(self, batch: Sequence[tuple[bytes, bytes]]) -> list[tuple[str, str]]:
        """The digests of each pair, held by the worker; only what it lacks crosses the wire."""
        digests = [(digest_bytes(pixels), digest_bytes(matte)) for pixels, matte in batch]
        self.sink.put_many(dict(zip(chain(*digests), chain(*batch), strict=True)))
        return digests


def upload_clip(
    sink: BlobSink,
    reader: ClipSource,
    framing: Framing,
    quadmask: Quadmask,
    *,
    step: Callable[[int, int], None],
    cancelled: Callable[[], bool],
) -> CanvasManifest:
    """Send the frames of `quadmask.range`; only blobs that the worker lacks cross the wire.

    Decoding goes on while earlier frames are packed and sent; at most a few frames are in memory.
    Returns the manifest, which the worker then holds as well.
    """
    sender = _Sender(sink, framing, canvas_depth(framing, reader.ref.layout))
    pairs: list[tuple[str, str]] = []
    with (
        ThreadPoolExecutor(_PACKERS, thread_name_prefix="pack") as packers,
        ThreadPoolExecutor(_IN_FLIGHT, thread_name_prefix="upload") as senders,
    ):
        frames = _frames(reader, quadmask.range, cancelled)
        packing = (packers.submit(sender.pack, frame, quadmask) for frame in frames)
        batches = _batches(_bounded(packing, _PACKERS))
        sending = (senders.submit(sender.send, batch) for batch in batches)
        for pair in (pair for sent in _bounded(sending, _IN_FLIGHT) for pair in sent):
            pairs.append(pair)
            step(len(pairs), len(quadmask.range))
    manifest = CanvasManifest(
        framing.canvas,
        sender.depth,
        tuple(pixels for pixels, _ in pairs),
        tuple(matte for _, matte in pairs),
    )
    sink.put(manifest.encode())
    return manifest


def _frames(
    reader: ClipSource, frames: FrameRange, cancelled: Callable[[], bool]
) -> Iterator[Frame]:
    for number in frames:
        raise_if(cancelled)
        yield reader.read(number)


def _batches(pairs: Iterator[tuple[bytes, bytes]]) -> Iterator[list[tuple[bytes, bytes]]]:
    """Pairs together until they are worth a call."""
    batch: list[tuple[bytes, bytes]] = []
    size = 0
    for pixels, matte in pairs:
        batch.append((pixels, matte))
        size += len(pixels) + len(matte)
        if size >= _BATCH_BYTES:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def _bounded(futures: Iterator[Future[_T]], limit: int) -> Iterator[_T]:
    """Results in order, with at most `limit` futures begun ahead of the one that is waited for."""
    waiting: deque[Future[_T]] = deque()
    for future in futures:
        waiting.append(future)
        if len(waiting) > limit:
            yield waiting.popleft().result()
    while waiting:
        yield waiting.popleft().result()
