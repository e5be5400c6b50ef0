"""Movies for exchange with research code: H.264 in MP4, lossless, read by any FFmpeg."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from void_studio.media.colour import RANGE_FULL, ColourTags
from void_studio.media.frame import Frame, repack
from void_studio.media.layout import PixelLayout, layout_of
from void_studio.media.plate import PlateRef

if TYPE_CHECKING:
    from void_studio.media.writer import MovieWriter

__all__ = ["is_exchange_exact", "open_exchange"]

_RGB = layout_of("rgb24")
_YUV_BITS = (8, 10)
_YUV = ("4:2:0", "4:2:2", "4:4:4")


def is_exchange_exact(ref: PlateRef) -> bool:
    """Whether an exchange movie holds every sample of the plate: YUV of 8 or 10 bits, 8-bit RGB.

    What else there is becomes 8-bit RGB: deeper RGB, 12-bit YUV, grey, alpha, odd subsampled sizes.
    """
    layout = ref.layout
    if layout.is_rgb:
        return layout.bits == 8 and not layout.has_alpha
    odd = ref.extent.width % 2 or ref.extent.height % 2
    if layout.has_alpha or (odd and layout.subsampling != "4:4:4"):
        return False
    return layout.subsampling in _YUV and layout.bits in _YUV_BITS


def open_exchange(path: Path, ref: PlateRef, *, first_frame: int) -> MovieWriter:
    """A writer of lossless intra H.264 at the plate's rate; takes frames of the plate's layout.

    A plate of variable rate gets its average one: the readers that this is for count frames.
    """
    from void_studio.media.writer import Encoding, MovieWriter

    layout, colour = _stored(ref)
    encoding = Encoding(
        container="mp4",
        codec="libx264rgb" if layout.is_rgb else "libx264",
        layout=layout,
        colour=colour,
        prepare=partial(repack, layout=layout) if is_exchange_exact(ref) else _as_rgb,
        codec_options={"qp": "0", "preset": "veryfast"},
    )
    steady = replace(ref, variable_rate=False)
    return MovieWriter(path, steady, encoding, first_frame=first_frame)


def _stored(ref: PlateRef) -> tuple[PixelLayout, ColourTags]:
    if ref.layout.is_rgb or not is_exchange_exact(ref):
        return _RGB, replace(ref.colour, matrix=0, range=RANGE_FULL)
    return layout_of(ref.layout.pixel_format.replace("yuvj", "yuv")), ref.colour


def _as_rgb(frame: Frame) -> Frame:
    rgb = np.rint(frame.rgb() / np.float32(257)).astype(np.uint8)
    return replace(frame, layout=_RGB, planes=(rgb,))
