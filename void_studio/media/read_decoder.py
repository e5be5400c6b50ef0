"""One pass of decoding through a movie: from a key onwards, every frame with its number."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from void_studio.media.index import FrameIndex, Key
from void_studio.media.read_container import open_container, video_stream
from void_studio.media.read_damage import ErrorWitness, detection_of, is_damaged

if TYPE_CHECKING:
    from av.packet import Packet
    from av.video.frame import VideoFrame
    from av.video.stream import VideoStream

__all__ = ["MovieDecoder", "Threads"]

Threads = Literal["AUTO", "SLICE"]
_Numbered = tuple[int, "VideoFrame"]


class MovieDecoder:
    """Decodes forward from a key; `start` moves it to another one.

    `damage` lists the positions of packets that did not decode well since the start; with SLICE
    threads they are exact, with AUTO they may be a few packets late, but never later than the next
    frame that comes out. `reached` is the number of the last frame that came out, -1 at the start.
    """

    def __init__(self, path: Path, index: FrameIndex, *, threads: Threads) -> None:
        self.damage: list[int] = []
        self.reached = -1
        self.starts = 0
        self._path = path
        self._index = index
        self._frames: Iterator[_Numbered] = iter(())
        self._open(threads)

    def _open(self, threads: Threads) -> None:
        self.threads = threads
        self._container = open_container(self._path)
        self._stream = video_stream(self._container, self._path)
        self._codec = self._stream.codec_context
        # WORKAROUND: sliced threads of FFmpeg 8.1's v210 decoder overwrite the first samples of
        # the line that follows a slice; seen on UHD, no public report known
        self._stream.thread_type = "FRAME" if self._codec.name == "v210" else threads
        self._codec.options = detection_of(self._codec.name)
        self._codec.flags |= _flag_unaligned()
        self._witness = ErrorWitness(self._codec.name)
        self._at_start = True

    def close(self) -> None:
        """Release the file. Idempotent."""
        self._frames = iter(())
        self._release()

    def _release(self) -> None:
        """Stop the decoder's threads before it goes: they may want to log, which needs the GIL."""
        self._codec.flush_buffers()
        self._container.close()

    def start(self, key: Key, *, threads: Threads) -> None:
        """Continue from `key`, with as many threads as asked for."""
        if threads != self.threads:
            self._release()
            self._open(threads)
        self.starts += 1
        self.damage = []
        self.reached = -1
        self._frames = self._run(key)

    def next(self) -> _Numbered | None:
        """The next frame in presentation order and its number; None at the end."""
        found = next(self._frames, None)
        if found is not None:
            self.reached = found[0]
        return found

    def _run(self, key: Key) -> Iterator[_Numbered]:
        first = 0 if key == self._index.keys[0] else self._index.number_of(key.pts) or 0
        count = 0
        for position, packet in self._packets_and_end(key):
            for frame in self._decoded(packet, position, key):
                number = self._index.number_of(frame.pts) if self._index.seekable else count
                count += 1
                if number is None or not first <= number < len(self._index):
                    continue
                if frame.is_corrupt:
                    self.damage.append(int(self._index.positions[number]))
                yield number, frame

    def _decoded(
        self, packet: Packet[VideoStream] | None, position: int, key: Key
    ) -> list[VideoFrame]:
        import av

        failed = packet is not None and is_damaged(packet)
        frames: list[VideoFrame] = []
        try:
            frames = self._codec.decode(packet)
        except (av.FFmpegError, ValueError):
            failed = True
        failed |= self._witness.saw_error()
        if failed and not _is_leading(packet, key):
            self.damage.append(position)
        return frames

    def _packets_and_end(self, key: Key) -> Iterator[tuple[int, Packet[VideoStream] | None]]:
        position = key.position
        for position, packet in self._packets_from(key):
            yield position, packet
        yield position, None

    def _packets_from(self, key: Key) -> Iterator[tuple[int, Packet[VideoStream]]]:
        """Packets with their positions, `key`'s first."""
        packets = self._packets_by_seeking(key)
        first = next(packets, None)
        if first is None:
            packets = self._packets_by_counting(key)
            first = next(packets, None)
        if first is not None:
            yield first
            yield from packets

    def _packets_by_seeking(self, key: Key) -> Iterator[tuple[int, Packet[VideoStream]]]:
        """As `_packets_from`, none when the container can not go to `key`."""
        import av

        if not self._index.seekable:
            return
        if not (self._at_start and key.position == 0):
            try:
                self._container.seek(self._seek_time(key), stream=self._stream)
            except av.FFmpegError:
                return
        self._at_start = False
        position = None
        for packet in self._read():
            if position is None:
                if _is_past(packet, key):
                    return
                if not (packet.is_keyframe and packet.pts == key.pts):
                    continue
                position = key.position
            yield position, packet
            position += 1

    def _packets_by_counting(self, key: Key) -> Iterator[tuple[int, Packet[VideoStream]]]:
        """As `_packets_from`, by reading the file from its beginning."""
        if not self._at_start:
            self._release()
            self._open(self.threads)
        self._at_start = False
        for position, packet in enumerate(self._read()):
            if position >= key.position:
                yield position, packet

    def _read(self) -> Iterator[Packet[VideoStream]]:
        """Packets that hold something; PyAV ends the list with an empty one."""
        return (packet for packet in self._container.demux(self._stream) if packet.size)

    def _seek_time(self, key: Key) -> int:
        """Matroska is searched by presentation time, the others by decoding time."""
        if self._container.format.name.startswith("matroska") or key.dts is None:
            return key.pts
        return key.dts


def _flag_unaligned() -> int:
    """Crop exactly, also where that leaves lines that are not aligned in memory."""
    from av.codec.context import Flags

    return int(Flags.unaligned)


def _is_past(packet: Packet[VideoStream], key: Key) -> bool:
    return packet.is_keyframe and packet.pts is not None and packet.pts > key.pts


def _is_leading(packet: Packet[VideoStream] | None, key: Key) -> bool:
    """Whether a packet follows `key` and is shown before it: it may miss what it refers to."""
    return packet is not None and packet.pts is not None and packet.pts < key.pts
