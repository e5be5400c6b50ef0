"""Copying native samples out of FFmpeg's frames."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from void_studio.core import BadInput, Extent
from void_studio.media.frame import Samples
from void_studio.media.layout import PixelLayout

if TYPE_CHECKING:
    from av.video.frame import VideoFrame
    from av.video.plane import VideoPlane

__all__ = ["planes_of"]


def planes_of(frame: VideoFrame, layout: PixelLayout, extent: Extent) -> tuple[Samples, ...]:
    """The planes of a decoded frame as `layout` has them, copied and read-only.

    Raises BadInput when the frame is of another format or size than the plate, or is stored
    bottom-up.
    """
    if frame.format.name != layout.pixel_format or (frame.width, frame.height) != (
        extent.width,
        extent.height,
    ):
        raise BadInput(
            f"changes to {frame.width}x{frame.height} {frame.format.name} inside the plate",
            hint="export it again in one format",
        )
    stored = [plane.shape(extent) for plane in layout.planes]
    return tuple(
        _samples(plane, shape, np.dtype(layout.dtype))
        for plane, shape in zip(frame.planes, stored, strict=True)
    )


def _samples(plane: VideoPlane, shape: tuple[int, ...], dtype: np.dtype[np.generic]) -> Samples:
    """One plane, shape as in `PixelLayout`, without the padding at the end of FFmpeg's lines."""
    if plane.line_size < 0:
        raise BadInput("its lines are stored bottom-up", hint="convert it to a ProRes or DNxHR")
    rows, line = shape[0], plane.line_size
    used = int(np.prod(shape[1:])) * dtype.itemsize
    padded = np.frombuffer(memoryview(plane), np.uint8, count=rows * line).reshape(rows, line)
    samples: Samples = padded[:, :used].copy().view(dtype.newbyteorder("<"))
    samples = samples.astype(dtype, copy=False).reshape(shape)
    samples.flags.writeable = False
    return samples
