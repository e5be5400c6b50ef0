"""How pictures are brought to the screen. Display only: data never pass through here."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

import numpy as np

from void_studio.core import BadInput, NotPresent
from void_studio.media import PlateRef, ScreenPicture, colour_of

__all__ = ["DisplayTransform", "OcioDisplay", "PlainDisplay", "plain_name"]


class DisplayTransform(Protocol):
    """Changes what the eye sees. Used by several threads."""

    @property
    def name(self) -> str:
        """For people."""
        ...

    def apply(self, picture: ScreenPicture) -> ScreenPicture:
        """The picture as the screen is to show it: the same array, or a new one of its form."""
        ...


class PlainDisplay:
    """The plate's R'G'B' as it is."""

    name = "plain"

    def apply(self, picture: ScreenPicture) -> ScreenPicture:
        """The same picture."""
        return picture


def plain_name(plate: PlateRef) -> str:
    """`plain`, with what was assumed where the plate's tags are silent (DESIGN j)."""
    colour = colour_of(plate.colour, plate.layout, plate.extent, plate.rate)
    return f"plain ({', '.join(colour.assumed)} assumed)" if colour.assumed else "plain"


class OcioDisplay:
    """One view of an OpenColorIO configuration, from one of its colour spaces.

    Raises NotPresent where PyOpenColorIO is not installed or there is no such file, BadInput for a
    configuration that can not be used.
    """

    def __init__(self, config: Path, *, source: str, display: str = "", view: str = "") -> None:
        try:
            import PyOpenColorIO as Ocio
        except ImportError as error:
            raise NotPresent(
                "OpenColorIO is not installed", hint="install the package opencolorio"
            ) from error
        if not config.is_file():
            raise NotPresent("no such file", where=config, hint="choose an OpenColorIO config")
        try:
            made = Ocio.Config.CreateFromFile(str(config))
            shown = display or made.getDefaultDisplay()
            seen = view or made.getDefaultView(shown)
            transform = Ocio.DisplayViewTransform(src=source, display=shown, view=seen)
            processor = made.getProcessor(transform)
            self._ocio = Ocio
            self._cpu = processor.getOptimizedCPUProcessor(
                Ocio.BIT_DEPTH_UINT8, Ocio.BIT_DEPTH_UINT8, Ocio.OPTIMIZATION_DEFAULT
            )
        except Ocio.Exception as error:
            raise BadInput(
                f"this OpenColorIO config can not be used ({error})", where=config
            ) from error
        self.name = f"{shown} · {seen}"

    def apply(self, picture: ScreenPicture) -> ScreenPicture:
        """A new picture seen through the view."""
        height, width = picture.shape[:2]
        shown = np.ascontiguousarray(picture)
        if shown is picture:
            shown = picture.copy()
        described = self._ocio.PackedImageDesc(
            shown,
            width,
            height,
            self._ocio.CHANNEL_ORDERING_BGRA,
            self._ocio.BIT_DEPTH_UINT8,
            1,
            4,
            4 * width,
        )
        self._cpu.apply(described)
        return shown
