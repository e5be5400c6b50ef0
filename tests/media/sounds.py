"""Small movies with sound in them."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
from av.audio.stream import AudioStream

__all__ = ["SoundPacket", "sound_packets", "with_sound"]

SoundPacket = tuple[int, float, bytes]
_FORMATS: dict[str, tuple[str, Any, int]] = {
    "pcm_s16le": ("s16", np.int16, 8000),
    "pcm_s24le": ("s32", np.int32, 1 << 27),
    "flac": ("s16", np.int16, 8000),
    "libopus": ("flt", np.float32, 0),
    "aac": ("fltp", np.float32, 0),
    "vorbis": ("fltp", np.float32, 0),
}
_BLOCK = 1024


def with_sound(
    source: Path, path: Path, codecs: Sequence[str] = ("pcm_s24le",), *, seconds: float = 1.0
) -> Path:
    """A copy of a movie with a stream of noise, 48 kHz, for each of `codecs`."""
    rng = np.random.default_rng(7)
    with av.open(str(source)) as old, av.open(str(path), "w") as new:
        picture = new.add_stream_from_template(old.streams.video[0])
        streams = [_added(new, codec) for codec in codecs]
        for packet in old.demux(video=0):
            if packet.size:
                packet.stream = picture
                new.mux(packet)
        for codec, stream in zip(codecs, streams, strict=True):
            for block in range(int(seconds * 48000) // _BLOCK):
                new.mux(stream.encode(_noise(rng, codec, block)))
            new.mux(stream.encode(None))
    return path


def sound_packets(path: Path) -> list[SoundPacket]:
    """Stream among the sound streams, seconds after the first picture, bytes; in file order."""
    with av.open(str(path)) as container:
        shown = [packet for packet in container.demux(video=0) if packet.pts is not None]
        begin = min(float(packet.pts * packet.time_base) for packet in shown)
    with av.open(str(path)) as container:
        order = {stream.index: at for at, stream in enumerate(container.streams.audio)}
        if not order:
            return []
        return [
            (
                order[packet.stream_index],
                float(packet.pts * packet.time_base) - begin,
                bytes(packet),
            )
            for packet in container.demux(audio=tuple(range(len(order))))
            if packet.pts is not None and packet.size
        ]


def _added(container: Any, codec: str) -> AudioStream:
    stream = container.add_stream(codec, rate=48000)
    assert isinstance(stream, AudioStream)
    stream.layout = "stereo" if codec == "vorbis" else "mono"
    if codec == "vorbis":
        stream.codec_context.options = {"strict": "experimental"}
    return stream


def _noise(rng: np.random.Generator, codec: str, block: int) -> av.AudioFrame:
    form, dtype, scale = _FORMATS[codec]
    layout = "stereo" if codec == "vorbis" else "mono"
    shape = (2 if codec == "vorbis" else 1, _BLOCK)
    values = rng.normal(0, 0.1, shape) if not scale else rng.integers(-scale, scale, shape)
    frame = av.AudioFrame.from_ndarray(values.astype(dtype), format=form, layout=layout)
    frame.sample_rate, frame.pts, frame.time_base = 48000, block * _BLOCK, Fraction(1, 48000)
    return frame
