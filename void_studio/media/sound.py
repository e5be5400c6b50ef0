"""The sound of a plate, copied packet by packet beside new pictures."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from void_studio.core import Refused
from void_studio.media.pattern import is_sequence
from void_studio.media.read_container import open_container, video_stream

if TYPE_CHECKING:
    from av.audio.stream import AudioStream
    from av.container import OutputContainer
    from av.packet import Packet
    from av.stream import Stream

__all__ = ["Sound", "check_sound", "sound_of", "streams_left_out"]

_KEPT_TAGS = ("language", "title")


class Sound:
    """Copies every sound packet of a movie into another, each at its time against the pictures.

    Coded bytes are not touched. Times are moved by that of the first picture, to the nearest tick
    of the new file: exact in MOV, whose tick is a sample, and in Matroska one of 1 ms.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._container = open_container(path)
        self._streams = [stream for stream in self._container.streams.audio if _is_known(stream)]
        self._copies: dict[int, AudioStream] = {}
        self._packets = self._demuxed()
        self._next = next(self._packets, None)

    def add_to(self, output: OutputContainer) -> None:
        """Give `output` a stream for each of these. Raises Refused for sound that it can not hold.

        Must be called once, before the header of `output` is written.
        """
        check_sound(self._path, output.format.name)
        for stream in self._streams:
            copy = output.add_stream_from_template(stream)
            for tag in _KEPT_TAGS:
                if tag in stream.metadata:
                    copy.metadata[tag] = stream.metadata[tag]
            self._copies[stream.index] = copy

    def copy_until(
        self, output: OutputContainer, time_s: Fraction | None, *, begin_s: Fraction
    ) -> None:
        """Write the packets up to `time_s` after the first picture, or all that are left.

        `begin_s` is when the first picture is shown, on the clock of the movie that is read.
        """
        while self._next is not None:
            packet, base = self._next, self._next.time_base
            dts, pts = packet.dts, packet.pts
            if dts is None or pts is None:
                raise Refused(
                    "a sound packet has no time",
                    where=self._path,
                    hint="leave the sound out with --no-audio",
                )
            shift = round(begin_s / base)
            if time_s is not None and (dts - shift) * base > time_s:
                return
            copy = self._copies[packet.stream_index]
            packet.pts, packet.dts = pts - shift, dts - shift
            packet.stream = copy
            output.mux(packet)
            self._next = next(self._packets, None)

    def close(self) -> None:
        """Release the file. Idempotent."""
        self._next = None
        self._container.close()

    def _demuxed(self) -> Iterator[Packet[Any]]:
        if self._streams:
            yield from (packet for packet in self._container.demux(self._streams) if packet.size)


def check_sound(path: Path, container: str) -> None:
    """Raise Refused when the sound of a movie can not be kept in `container`: matroska or mov.

    What FFmpeg lists as supported is not enough: a header is written to find out.
    """
    import av

    with open_container(path) as movie:
        streams = [stream for stream in movie.streams.audio if _is_known(stream)]
        try:
            with av.open(BytesIO(), "w", format=container) as output:
                for stream in streams:
                    output.add_stream_from_template(stream)
                output.start_encoding()
        except (av.FFmpegError, ValueError) as error:
            names = ", ".join(stream.codec_context.name for stream in streams)
            raise Refused(
                f"its sound, {names}, can not be kept in {container}",
                where=path,
                hint="leave it out with --no-audio, or write another kind of file",
            ) from error


def sound_of(path: Path) -> tuple[str, ...]:
    """A line for each sound stream: codec, rate, channels. Empty when there is none."""
    if is_sequence(path):
        return ()
    with open_container(path) as container:
        return tuple(
            f"{stream.codec_context.name}, {stream.rate} Hz, {stream.channels} channels"
            for stream in container.streams.audio
            if _is_known(stream)
        )


def streams_left_out(path: Path) -> tuple[str, ...]:
    """A line for each stream that is neither the picture, nor sound, nor timecode."""
    if is_sequence(path):
        return ()
    with open_container(path) as container:
        picture = video_stream(container, path)
        left = [
            stream
            for stream in container.streams
            if stream.index != picture.index and not _is_kept(stream)
        ]
        lines = [f"stream {stream.index}: {stream.type}, {_codec(stream)}" for stream in left]
        chapters = len(container.chapters())
        return (*lines, *([f"{chapters} chapters"] if chapters else []))


def _is_kept(stream: Stream) -> bool:
    if stream.type == "audio":
        return stream.codec_context is not None
    names = {name.lower() for name in stream.metadata}
    return stream.type == "data" and ("timecode" in names or _codec(stream) == "tmcd")


def _is_known(stream: AudioStream) -> bool:
    return stream.codec_context is not None


def _codec(stream: Stream) -> str:
    context = getattr(stream, "codec_context", None)
    return str(context.name) if context is not None else "unknown codec"
