"""The movie and the contact sheet of a comparison."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import numpy.typing as npt

from void_studio.app.compare_sources import Picture, Source
from void_studio.app.mattes import proxy_extent
from void_studio.app.panels import PanelGrid
from void_studio.core import Extent
from void_studio.media import (
    ColourTags,
    DeliveryKind,
    Frame,
    FrameWriter,
    PlateRef,
    colour_of,
    layout_of,
    open_delivery,
    samples_of_rgb,
)
from void_studio.versions import Version

__all__ = ["Showing"]

_PANEL_SIDE, _SHEET_SIDE = 960, 480
_COLUMNS = 3
_BT709 = ColourTags(primaries=1, transfer=1, matrix=1, range=1)
_LAYOUT = layout_of("yuv422p10le")


class Showing:
    """The movie, and rows of the contact sheet."""

    def __init__(
        self, path: Path, sources: Sequence[Source], version: Version, stack: ExitStack
    ) -> None:
        labels = [source.label for source in sources]
        plate = version.recipe.request.plate.extent
        self._grid = PanelGrid(labels, _even(proxy_extent(plate, _PANEL_SIDE)), columns=_COLUMNS)
        self._row = PanelGrid(labels, proxy_extent(plate, _SHEET_SIDE), columns=len(labels))
        first = version.recipe.request.work_range.start
        self._ref = _ref(sources[0].reader.ref, path, self._grid.extent, version)
        self._colour = colour_of(_BT709, _LAYOUT, self._ref.extent, self._ref.rate)
        self._writer: FrameWriter = stack.enter_context(
            open_delivery(path, self._ref, DeliveryKind.PRORES_422_HQ, first_frame=first)
        )

    def add(self, number: int, pictures: Sequence[Picture]) -> None:
        """Append one frame of all sources."""
        rgb = self._grid.compose(pictures).astype(np.uint16) * np.uint16(257)
        extent = self._ref.extent
        parts = samples_of_rgb(
            rgb, layout=_LAYOUT, colour=self._colour, extent=extent, rect=extent.rect
        )
        planes = tuple(np.rint(part[1]).astype(np.uint16) for part in parts if part is not None)
        self._writer.write(Frame(number, extent, _LAYOUT, self._colour, planes))

    def small(self, pictures: Sequence[Picture]) -> npt.NDArray[np.uint8]:
        """A row of the contact sheet."""
        return self._row.compose(pictures)

    def finish(self) -> None:
        """Put the movie in place."""
        self._writer.finish()


def _even(extent: Extent) -> Extent:
    return Extent(max(2, extent.width // 2 * 2), max(2, extent.height // 2 * 2))


def _ref(like: PlateRef, path: Path, extent: Extent, version: Version) -> PlateRef:
    request = version.recipe.request
    return replace(
        like,
        location=path,
        available_range=request.plate.available_range,
        rate=request.plate.rate,
        extent=extent,
        layout=_LAYOUT,
        colour=_BT709,
        start_timecode=request.plate.start_timecode,
        variable_rate=False,
        pixel_aspect=Fraction(1),
        rotation=0,
    )
