"""Small real movies whose frames carry their own number in their pixels.

The number is drawn as 16 bits in a grid of 4 x 4 blocks, dark or light, in luma or in all of R, G
and B: it survives any codec, and `read_number` gets it back from a decoded Frame.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from itertools import chain
from pathlib import Path
from typing import Any

import av
import numpy as np
import numpy.typing as npt
from av.video.stream import VideoStream

from void_studio.core import Extent
from void_studio.media import UNTAGGED, ColourTags, Frame, PixelLayout, layout_of

__all__ = ["SMALL", "number_planes", "numbered_movie", "planes_movie", "read_number"]

SMALL = Extent(64, 48)
_GRID = 4
_DARK, _LIGHT = 40, 210
_QUIET = {"libx265": {"x265-params": "log-level=none"}}

Planes = tuple[npt.NDArray[Any], ...]


def number_planes(number: int, pixel_format: str, extent: Extent = SMALL) -> Planes:
    """Native planes of a picture that says `number`, 0 to 65535; chroma neutral, alpha opaque."""
    layout = layout_of(pixel_format)
    bits = (number >> np.arange(_GRID * _GRID).reshape(_GRID, _GRID)) & 1
    rows = np.arange(extent.height) * _GRID // extent.height
    columns = np.arange(extent.width) * _GRID // extent.width
    scale = 1 << (layout.bits - 8)
    picture = np.where(bits[rows[:, None], columns], _LIGHT, _DARK) * scale
    return tuple(
        np.stack(
            [
                _component(component, layout, picture, plane.shape(extent)[:2])
                for component in parts
            ],
            axis=-1,
        )
        .astype(layout.dtype)
        .reshape(plane.shape(extent))
        for plane in layout.planes
        for parts in [plane.components]
    )


def _component(
    component: int, layout: PixelLayout, picture: npt.NDArray[Any], shape: tuple[int, ...]
) -> npt.NDArray[Any]:
    if component == 3:
        return np.full(shape, (1 << layout.bits) - 1)
    if layout.is_rgb or component == 0:
        return picture
    return np.full(shape, 1 << (layout.bits - 1))


def read_number(frame: Frame) -> int:
    """The number that the picture of a decoded frame says."""
    samples = frame.planes[0].reshape(*frame.extent.shape, -1)
    position = next(
        at for at, part in enumerate(frame.layout.planes[0].components) if 0 <= part < 3
    )
    height, width = frame.extent.shape
    rows = (2 * np.arange(_GRID) + 1) * height // (2 * _GRID)
    columns = (2 * np.arange(_GRID) + 1) * width // (2 * _GRID)
    centres = samples[rows[:, None], columns, position].astype(float)
    layout = frame.layout
    unit = 1 / 255 if layout.is_float else 1 << (layout.bits - 8)
    bits = centres >= (_DARK + _LIGHT) / 2 * unit
    return int(sum(1 << at for at, bit in enumerate(bits.ravel()) if bit))


def numbered_movie(
    path: Path,
    *,
    codec: str = "libx264",
    pixel_format: str = "yuv420p",
    frames: int = 24,
    rate: Fraction = Fraction(24),
    extent: Extent = SMALL,
    first: int = 0,
    **settings: Any,
) -> Path:
    """Write a movie whose N-th frame says `first` + N; `settings` as for `planes_movie`."""
    pictures = (
        number_planes(number, pixel_format, extent) for number in range(first, first + frames)
    )
    return planes_movie(path, pictures, pixel_format, codec=codec, rate=rate, **settings)


def planes_movie(
    path: Path,
    pictures: Iterable[Planes],
    pixel_format: str,
    *,
    codec: str = "ffv1",
    rate: Fraction = Fraction(24),
    timecode: str | None = None,
    tags: ColourTags = UNTAGGED,
    gop: int | None = None,
    bframes: int | None = None,
    options: Mapping[str, str] | None = None,
    container_options: Mapping[str, str] | None = None,
    pts: Sequence[int] | None = None,
    time_base: Fraction | None = None,
    pixel_aspect: Fraction | None = None,
    rotation: int = 0,
) -> Path:
    """Write native planes, shaped as `layout_of(pixel_format)` has them, as a movie.

    `pts` are presentation times in `time_base`, by default one per frame from 0 at `rate`;
    `rotation` is in degrees clockwise; `options` go to the encoder.
    """
    base = time_base or 1 / rate
    layout = layout_of(pixel_format)
    remaining = iter(pictures)
    first = next(remaining)
    height, width = first[0].shape[:2]
    with av.open(str(path), "w", options=dict(container_options or {})) as container:
        stream = container.add_stream(codec, rate=rate)
        assert isinstance(stream, VideoStream)
        stream.codec_context.options = {**_QUIET.get(codec, {}), **(options or {})}
        _set_up(stream, pixel_format, Extent(width, height), gop, bframes)
        _tag(stream, base, tags, timecode, pixel_aspect, rotation)
        for number, planes in enumerate(chain([first], remaining)):
            frame = _video_frame(planes, layout)
            frame.pts = number if pts is None else pts[number]
            frame.time_base = base
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
    return path


def _set_up(
    stream: VideoStream, pixel_format: str, extent: Extent, gop: int | None, bframes: int | None
) -> None:
    stream.width, stream.height = extent.width, extent.height
    stream.pix_fmt = pixel_format
    context = stream.codec_context
    context.thread_count = 1
    if gop is not None:
        context.gop_size = gop
    if bframes is not None:
        context.max_b_frames = bframes


def _tag(
    stream: VideoStream,
    time_base: Fraction,
    tags: ColourTags,
    timecode: str | None,
    pixel_aspect: Fraction | None,
    rotation: int,
) -> None:
    context = stream.codec_context
    context.time_base = time_base
    context.color_primaries, context.color_trc = tags.primaries, tags.transfer
    context.colorspace, context.color_range = tags.matrix, tags.range
    if timecode is not None:
        stream.metadata["timecode"] = timecode
    if pixel_aspect is not None:
        stream.sample_aspect_ratio = pixel_aspect
        context.sample_aspect_ratio = pixel_aspect
    if rotation:
        stream.set_display_rotation(-rotation)


def _video_frame(planes: Planes, layout: PixelLayout) -> av.VideoFrame:
    height, width = planes[0].shape[:2]
    frame = av.VideoFrame(width, height, layout.pixel_format)
    for stored, samples in zip(frame.planes, planes, strict=True):
        rows = np.ascontiguousarray(samples).reshape(samples.shape[0], -1).view(np.uint8)
        padded = np.zeros((rows.shape[0], stored.line_size), np.uint8)
        padded[:, : rows.shape[1]] = rows
        stored.update(padded.tobytes())
    return frame
