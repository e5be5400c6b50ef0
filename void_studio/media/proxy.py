"""Proxies: small intra movies to look at while the plate's own frame is decoded."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

from void_studio.core import Extent, FrameRange
from void_studio.media.plate import PlateRef

if TYPE_CHECKING:
    from void_studio.media.proxy_writer import ProxyWriter

__all__ = ["PROXY_SUFFIX", "open_proxy_writer", "proxy_extent"]

PROXY_SUFFIX = ".mkv"
_LARGEST = Extent(1920, 1080)


def proxy_extent(extent: Extent) -> Extent:
    """The size of a plate's proxy: even, and at most 1920x1080 without changing its shape."""
    shrink = max(
        Fraction(1),
        Fraction(extent.width, _LARGEST.width),
        Fraction(extent.height, _LARGEST.height),
    )
    width, height = (int(side / shrink) // 2 * 2 for side in (extent.width, extent.height))
    return Extent(max(2, width), max(2, height))


def open_proxy_writer(path: Path, plate: PlateRef, frames: FrameRange) -> ProxyWriter:
    """A writer of the proxy of `frames`; `path` ends in PROXY_SUFFIX.

    Raises Refused when it can not be written.
    """
    from void_studio.media.proxy_writer import ProxyWriter

    return ProxyWriter(path, plate, frames)
