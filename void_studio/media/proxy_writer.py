"""Writing proxies."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from types import TracebackType
from typing import Self

from void_studio.core import FrameRange
from void_studio.media.colour import ColourTags, colour_of
from void_studio.media.frame import Frame
from void_studio.media.layout import layout_of
from void_studio.media.plate import PlateRef
from void_studio.media.proxy import proxy_extent
from void_studio.media.screen import ScreenPicture, picture_planes
from void_studio.media.writer import Encoding, MovieWriter

__all__ = ["ProxyWriter"]

_BT709_LIMITED = ColourTags(1, 1, 1, 1)
_OPTIONS = {"preset": "ultrafast", "crf": "16", "g": "1", "keyint": "1", "bf": "0"}


class ProxyWriter:
    """Writes screen pictures, one after the other, as an H.264 intra movie that appears whole.

    As a context it leaves nothing behind unless `finish` was called. Used by one thread.
    """

    def __init__(self, path: Path, plate: PlateRef, frames: FrameRange) -> None:
        layout = layout_of("yuv420p")
        self._ref = replace(
            plate,
            available_range=FrameRange(0, len(frames)),
            extent=proxy_extent(plate.extent),
            layout=layout,
            colour=_BT709_LIMITED,
            pixel_aspect=Fraction(1),
            start_timecode=None,
            variable_rate=False,
            interlaced=False,
            rotation=0,
        )
        encoding = Encoding(
            container="matroska",
            codec="libx264",
            layout=layout,
            colour=_BT709_LIMITED,
            prepare=_as_it_is,
            codec_options=_OPTIONS,
        )
        self._colour = colour_of(self._ref.colour, layout, self._ref.extent, plate.rate)
        self._writer = MovieWriter(path, self._ref, encoding, first_frame=0)
        self._written = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._writer.abort()

    def write(self, picture: ScreenPicture) -> None:
        """Append the next frame's picture, of the plate's size. Raises Refused on a full disk."""
        ref = self._ref
        planes = picture_planes(picture, ref.extent)
        self._writer.write(Frame(self._written, ref.extent, ref.layout, self._colour, planes))
        self._written += 1

    def finish(self) -> None:
        """Put the file in place."""
        self._writer.finish()


def _as_it_is(frame: Frame) -> Frame:
    return frame
