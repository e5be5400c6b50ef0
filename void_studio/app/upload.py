"""A shot's work range as a canvas clip in a worker's blob store: decode, frame, pack, send."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

from void_studio.app.progress import raise_if
from void_studio.core import FrameRange, digest_bytes
from void_studio.finish import Framing, canvas_depth, canvas_pixels, canvas_quadmask
from void_studio.jobs import Runner
from void_studio.media import CanvasManifest, Frame, PlateReader, pack_array
from void_studio.quadmask import Quadmask

__all__ = ["upload_clip"]

_IN_FLIGHT = 6


@dataclass(slots=True)
class _Sender:
    """Packs and sends one frame; runs in the pool's threads."""

    runner: Runner
    framing: Framing
    depth: int

    def send(self, frame: Frame, quadmask: Quadmask) -> tuple[str, str]:
        """The digests of the frame's pixels and of its quadmask, both held by the worker."""
        pixels = pack_array(canvas_pixels(self.framing, frame, depth=self.depth))
        matte = pack_array(canvas_quadmask(self.framing, quadmask.values(frame.number)))
        blobs = {digest_bytes(blob): blob for blob in (pixels, matte)}
        for digest in self.runner.missing(list(blobs)):
            self.runner.put(blobs[digest])
        return digest_bytes(pixels), digest_bytes(matte)


def upload_clip(
    runner: Runner,
    reader: PlateReader,
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
    sender = _Sender(runner, framing, canvas_depth(framing, reader.ref.layout))
    pairs: list[tuple[str, str]] = []
    with ThreadPoolExecutor(_IN_FLIGHT, thread_name_prefix="upload") as pool:
        for pair in _bounded(
            (
                pool.submit(sender.send, frame, quadmask)
                for frame in _frames(reader, quadmask.range, cancelled)
            ),
            _IN_FLIGHT,
        ):
            pairs.append(pair)
            step(len(pairs), len(quadmask.range))
    manifest = CanvasManifest(
        framing.canvas,
        sender.depth,
        tuple(pixels for pixels, _ in pairs),
        tuple(matte for _, matte in pairs),
    )
    runner.put(manifest.encode())
    return manifest


def _frames(
    reader: PlateReader, frames: FrameRange, cancelled: Callable[[], bool]
) -> Iterator[Frame]:
    for number in frames:
        raise_if(cancelled)
        yield reader.read(number)


def _bounded(futures: Iterator[Future[tuple[str, str]]], limit: int) -> Iterator[tuple[str, str]]:
    waiting: deque[Future[tuple[str, str]]] = deque()
    for future in futures:
        waiting.append(future)
        if len(waiting) > limit:
            yield waiting.popleft().result()
    while waiting:
        yield waiting.popleft().result()
