"""How pictures are brought to the screen. Display only: data never pass through here."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from void_studio.core import BadInput, NotPresent
from void_studio.media import PlateRef, ScreenPicture, colour_of

__all__ = ["DisplayTransform", "OcioViews", "PlainDisplay", "ocio_config", "plain_name"]


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


class OcioViews:
    """The views of an OpenColorIO configuration. Reads the file; slow: for tasks.

    `names` are what a person chooses from, "display: view". Raises NotPresent where PyOpenColorIO
    is not installed or there is no such file, BadInput for a configuration that can not be used.
    """

    def __init__(self, config: Path) -> None:
        try:
            import PyOpenColorIO as Ocio
        except ImportError as error:
            raise NotPresent(
                "OpenColorIO is not installed", hint="install the package opencolorio"
            ) from error
        if not config.is_file():
            raise NotPresent("no such file", where=config, hint="set OCIO to a config")
        self._ocio, self._path = Ocio, config
        try:
            self._config = Ocio.Config.CreateFromFile(str(config))
            pairs = [
                (display, view)
                for display in self._config.getDisplays()
                for view in self._config.getViews(display)
            ]
        except Ocio.Exception as error:
            raise self._bad(error) from error
        self._views = {f"{display}: {view}": (display, view) for display, view in pairs}

    @property
    def names(self) -> tuple[str, ...]:
        """Every view, by display."""
        return tuple(self._views)

    def view(self, name: str, plate: Path) -> OcioDisplay:
        """A view, from the colour space that the configuration's rules give to the plate."""
        display, view = self._views[name]
        source, _ = self._config.getColorSpaceFromFilepath(str(plate))
        ocio = self._ocio
        try:
            transform = ocio.DisplayViewTransform(src=source, display=display, view=view)
            cpu = self._config.getProcessor(transform).getOptimizedCPUProcessor(
                ocio.BIT_DEPTH_UINT8, ocio.BIT_DEPTH_UINT8, ocio.OPTIMIZATION_DEFAULT
            )
        except ocio.Exception as error:
            raise self._bad(error) from error
        return OcioDisplay(name, cpu, ocio)

    def _bad(self, error: Exception) -> BadInput:
        return BadInput(f"this OpenColorIO config can not be used ({error})", where=self._path)


class OcioDisplay:
    """One view of an OpenColorIO configuration."""

    def __init__(self, name: str, cpu: Any, ocio: Any) -> None:
        self.name = name
        self._cpu = cpu
        self._ocio = ocio

    def apply(self, picture: ScreenPicture) -> ScreenPicture:
        """A new picture seen through the view."""
        import cv2

        height, width = picture.shape[:2]
        rgba = np.ascontiguousarray(cv2.cvtColor(picture, cv2.COLOR_BGRA2RGBA))
        # a channel order would be taken for a number of channels (PyOpenColorIO 2.6): RGBA it is
        depth, line = self._ocio.BIT_DEPTH_UINT8, 4 * width
        self._cpu.apply(self._ocio.PackedImageDesc(rgba, width, height, 4, depth, 1, 4, line))
        shown: ScreenPicture = np.asarray(cv2.cvtColor(rgba, cv2.COLOR_RGBA2BGRA), np.uint8)
        return shown


def ocio_config() -> Path | None:
    """The configuration that the variable OCIO names; None without one."""
    named = os.environ.get("OCIO", "")
    return Path(named) if named else None
