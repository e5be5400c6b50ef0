"""The demo's movies: ProRes 422 HQ with a timecode track, encoded from a synthetic scene."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from fractions import Fraction
from pathlib import Path

import numpy as np
import numpy.typing as npt

from void_studio.core import Extent, FrameRange, Timecode
from void_studio.media import (
    Colour,
    ColourTags,
    DeliveryKind,
    Frame,
    PixelLayout,
    PlateRef,
    colour_of,
    layout_of,
    open_delivery,
    samples_of_rgb,
)

__all__ = ["FIRST_FRAME", "RATE", "write_movie"]

RATE = Fraction(24000, 1001)
FIRST_FRAME = 86400
_BT709_LIMITED = ColourTags(primaries=1, transfer=1, matrix=1, range=1)

Render = Callable[[int], npt.NDArray[np.uint16]]


def write_movie(
    path: Path, render: Render, extent: Extent, frames: int, *, first_frame: int = FIRST_FRAME
) -> None:
    """Encode `render(0)` .. `render(frames - 1)`, RGB uint16, as a tagged 10-bit 4:2:2 movie."""
    layout = layout_of("yuv422p10le")
    colour = colour_of(_BT709_LIMITED, layout, extent, RATE)
    ref = _ref(path, layout, extent, FrameRange(first_frame, frames))
    with open_delivery(path, ref, DeliveryKind.PRORES_422_HQ, first_frame=first_frame) as writer:
        for index, rgb in enumerate(_ahead(render, frames)):
            writer.write(_frame(rgb, layout, colour, extent, first_frame + index))
        writer.finish()


def _ahead(render: Render, frames: int) -> Iterator[npt.NDArray[np.uint16]]:
    """Render one frame ahead of the encoder."""
    with ThreadPoolExecutor(1, thread_name_prefix="scene") as pool:
        coming = pool.submit(render, 0)
        for index in range(1, frames):
            rgb, coming = coming.result(), pool.submit(render, index)
            yield rgb
        yield coming.result()


def _ref(path: Path, layout: PixelLayout, extent: Extent, frames: FrameRange) -> PlateRef:
    return PlateRef(
        location=path,
        available_range=frames,
        rate=RATE,
        extent=extent,
        pixel_aspect=Fraction(1),
        layout=layout,
        colour=_BT709_LIMITED,
        start_timecode=Timecode(frames.start, RATE),
        codec="prores",
        container="mov",
        variable_rate=False,
        interlaced=False,
        rotation=0,
        keyframes=len(frames),
    )


def _frame(
    rgb: npt.NDArray[np.uint16],
    layout: PixelLayout,
    colour: Colour,
    extent: Extent,
    number: int,
) -> Frame:
    parts = samples_of_rgb(rgb, layout=layout, colour=colour, extent=extent, rect=extent.rect)
    planes = tuple(
        np.clip(np.rint(part[1]), 4, 1019).astype(np.uint16) for part in parts if part is not None
    )
    return Frame(number, extent, layout, colour, planes)
