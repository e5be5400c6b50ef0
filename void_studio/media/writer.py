"""One encoder and one muxer behind FrameWriter: masters and deliveries differ in `Encoding`."""

from __future__ import annotations

import errno
from collections.abc import Callable, Mapping
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
from av.container import OutputContainer
from av.packet import Packet
from av.video.stream import VideoStream

from void_studio.core import Refused, StudioError, appearing_whole
from void_studio.media.colour import ColourTags
from void_studio.media.frame import Frame
from void_studio.media.layout import PixelLayout
from void_studio.media.plate import PlateRef
from void_studio.media.screen import av_frame
from void_studio.media.sound import Sound
from void_studio.media.writing import OpenWriter

__all__ = ["Encoding", "Moment", "MovieWriter", "encoded", "tick_of"]

_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_PROGRESSIVE = 1


@dataclass(frozen=True, slots=True)
class Moment:
    """When a frame is shown and for how long, in units of `tick` seconds."""

    at: int
    duration: int
    tick: Fraction


def tick_of(ref: PlateRef) -> Fraction:
    """Seconds of the clock that a copy of the plate is written by.

    A frame at a constant rate; else the plate's own unit, or a whole part of it where it is not
    one over a whole number, as containers need it.
    """
    if ref.variable_rate and ref.time_base is not None:
        return Fraction(1, ref.time_base.denominator)
    return 1 / ref.rate


def encoded(stream: VideoStream, frame: Frame, moment: Moment) -> list[Packet[Any]]:
    """What FFmpeg's encoder gives for the frame at this moment; may lag behind."""
    picture = av_frame(frame)
    context = stream.codec_context
    picture.color_primaries, picture.color_trc = context.color_primaries, context.color_trc
    picture.colorspace, picture.color_range = context.colorspace, context.color_range
    picture.pts, picture.time_base = moment.at, moment.tick
    picture.duration = moment.duration
    return stream.encode(picture)


def _nothing(path: Path) -> None:
    """Leave the file as it is."""


@dataclass(frozen=True, slots=True)
class Encoding:
    """How frames become a file: everything that FFmpeg is told.

    `layout` is the one that `codec` is given, `prepare` brings the plate's frames to it, `packets`
    makes packets of them, `seal` puts the last hand to the closed file.
    """

    container: str
    codec: str
    layout: PixelLayout
    colour: ColourTags
    prepare: Callable[[Frame], Frame]
    codec_options: Mapping[str, str] = field(default_factory=dict)
    container_options: Mapping[str, str] = field(default_factory=dict)
    threads: str = "SLICE"
    packets: Callable[[VideoStream, Frame, Moment], list[Packet[Any]]] = encoded
    metadata: Mapping[str, str] = field(default_factory=dict)
    seal: Callable[[Path], None] = _nothing


class MovieWriter(OpenWriter):
    """A FrameWriter of one video stream with the plate's rate, timecode, pixel aspect and rotation.

    A plate of variable rate keeps the times between its frames. `sound`, closed with the writer, is
    copied along.
    As a context it aborts when left by an exception and must be finished before it is left
    otherwise. Used by one thread. Equal frames give equal bytes.
    """

    def __init__(
        self,
        path: Path,
        ref: PlateRef,
        encoding: Encoding,
        *,
        first_frame: int,
        sound: Sound | None = None,
    ) -> None:
        if ref.variable_rate and ref.time_base is None:
            raise Refused(
                "a plate of variable rate whose frames have no times can not be written",
                where=ref.location,
                hint="make a copy of constant rate first",
            )
        super().__init__(path, ref)
        self._encoding = encoding
        self._sound = sound
        self._written = 0
        self._begin = 0
        self._last = -1
        self._whole = ExitStack()
        self._temporary = self._whole.enter_context(appearing_whole(path))
        try:
            self._container, self._stream = _opened(
                self._temporary, ref, encoding, first_frame, sound
            )
        except StudioError:
            self._discard()
            raise
        except (av.FFmpegError, OSError, ValueError) as error:
            self._discard()
            raise self._told(error) from error

    def write(self, frame: Frame) -> None:
        """Append a frame.

        Raises ValueError when its layout or extent is not the plate's, Refused when there is no
        room, StudioError when the encoder fails; after the latter two nothing is left behind.
        """
        if not self._open:
            raise ValueError("this writer is finished")
        self._check(frame)
        prepared = self._encoding.prepare(frame)
        moment = self._moment(frame)
        try:
            self._container.mux(self._encoding.packets(self._stream, prepared, moment))
            self._copy_sound(moment.at * moment.tick)
        except (av.FFmpegError, OSError) as error:
            self.abort()
            raise self._told(error) from error
        self._written += 1

    def finish(self) -> None:
        """Flush, fsync and put the file in place. Raises ValueError when no frame was written."""
        if not self._written:
            self.abort()
            raise ValueError(f"no frame was written to {self._path}")
        if not self._open:
            raise ValueError("this writer is finished")
        try:
            self._container.mux(self._stream.encode(None))
            self._copy_sound(None)
            self._container.close()
            self._encoding.seal(self._temporary)
        except (av.FFmpegError, OSError) as error:
            self.abort()
            raise self._told(error) from error
        self._open = False
        self._close_sound()
        self._whole.close()

    def abort(self) -> None:
        """Leave nothing behind. Idempotent; does nothing after `finish`.

        The encoder is drained first: PyAV frees it while holding the GIL, and an encoding thread
        that then logs would wait for the GIL for ever.
        """
        if self._open:
            with suppress(av.FFmpegError, OSError):
                self._stream.encode(None)
            with suppress(av.FFmpegError, OSError):
                self._container.close()
            self._discard()

    def _moment(self, frame: Frame) -> Moment:
        """Raises ValueError for a frame that is not after the one before."""
        tick = tick_of(self._ref)
        if not self._written:
            self._begin = frame.pts
        if not self._ref.variable_rate:
            return Moment(self._written, 1, tick)
        base = self._ref.time_base or tick
        at = int((frame.pts - self._begin) * base / tick)
        if at <= self._last:
            raise ValueError(f"frame {frame.number} is not shown after the one before it")
        self._last = at
        return Moment(at, max(1, round(1 / (self._ref.rate * tick))), tick)

    def _copy_sound(self, time_s: Fraction | None) -> None:
        if self._sound is not None:
            begin_s = self._begin * (self._ref.time_base or Fraction(0))
            self._sound.copy_until(self._container, time_s, begin_s=begin_s)

    def _close_sound(self) -> None:
        if self._sound is not None:
            self._sound.close()

    def _discard(self) -> None:
        self._open = False
        self._close_sound()
        with suppress(_Aborted):
            self._whole.__exit__(_Aborted, _Aborted(), None)

    def _told(self, error: Exception) -> StudioError:
        code = getattr(error, "errno", None)
        if code in _NO_ROOM:
            return Refused("disk full", where=self._path, hint="make room or choose another folder")
        reason = getattr(error, "strerror", None) or str(error)
        if not self._written:
            form = f"{self._ref.extent} {self._encoding.layout.pixel_format}"
            return Refused(
                f"{self._encoding.codec} can not be written as {form} ({reason})",
                where=self._path,
                hint="choose another delivery or folder",
            )
        return StudioError(
            f"{self._encoding.codec} failed at frame {self._written} ({reason})",
            where=self._path,
            hint="check the disk and try again",
        )


class _Aborted(Exception):
    """Tells `appearing_whole` that the file must not appear."""


def _opened(
    path: Path, ref: PlateRef, encoding: Encoding, first_frame: int, sound: Sound | None
) -> tuple[OutputContainer, VideoStream]:
    options = {"fflags": "+bitexact", **encoding.container_options}
    container = av.open(str(path), "w", format=encoding.container, options=options)
    try:
        stream = container.add_stream(
            encoding.codec, rate=ref.rate, options=dict(encoding.codec_options)
        )
        if not isinstance(stream, VideoStream):
            raise TypeError(f"{encoding.codec} is not a video codec")
        _describe(stream, ref, encoding, first_frame)
        if sound is not None:
            sound.add_to(container)
        container.start_encoding()
    except BaseException:
        with suppress(av.FFmpegError, OSError):
            container.close()
        raise
    return container, stream


def _describe(stream: VideoStream, ref: PlateRef, encoding: Encoding, first_frame: int) -> None:
    context, tags = stream.codec_context, encoding.colour
    stream.width, stream.height = ref.extent.width, ref.extent.height
    stream.pix_fmt = encoding.layout.pixel_format
    stream.time_base = context.time_base = tick_of(ref)
    context.gop_size = 1
    context.thread_type, context.thread_count = encoding.threads, 0
    context.sample_aspect_ratio = ref.pixel_aspect
    context.color_primaries, context.color_trc = tags.primaries, tags.transfer
    context.colorspace, context.color_range = tags.matrix, tags.range
    if not ref.interlaced:
        context.field_order = _PROGRESSIVE
    if ref.rotation:
        stream.set_display_rotation(-ref.rotation)
    stream.metadata.update(encoding.metadata)
    if ref.start_timecode is not None:
        stream.metadata["timecode"] = str(ref.timecode_at(first_frame))
