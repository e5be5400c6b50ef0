"""The words for how large the fill is made."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from void_studio.finish import Framing

__all__ = ["fill_resolution"]


def fill_resolution(framing: Framing) -> str:
    """At what resolution the fill is made, as in "Fill at 1.4x up" for one that is enlarged."""
    crop = f"{framing.crop.width} x {framing.crop.height} of the plate"
    if framing.is_native:
        return f"Fill at the plate's resolution, {crop}"
    factor, way = (1 / framing.scale, "up") if framing.scale < 1 else (framing.scale, "down")
    return f"Fill at {factor:.1f}x {way}, {crop}"
