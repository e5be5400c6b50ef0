"""The fill over the plate, in the plate's own samples; nothing else is touched (DESIGN e)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt

from void_studio.core import Rect
from void_studio.finish.support import Support, covering_rect, largest_block
from void_studio.media import Frame, PixelLayout, Plane, samples_of_rgb

__all__ = ["composite", "trim_patch"]

_NEIGHBOUR_BLOCKS = 2

Pixels = npt.NDArray[np.uint16]
Samples = npt.NDArray[Any]


def composite(frame: Frame, rect: Rect, rgb: Pixels, support: Support) -> Frame:
    """`frame` with `rgb` blended in where `support` allows, in native samples.

    `rgb` is R'G'B' uint16 full range (rect.height, rect.width, 3) at `rect` of the plate, which
    must contain `support.bounds`; ValueError otherwise. Inside, a sample becomes
    round(native * (1 - alpha) + fill * alpha), cut to the format's codes; every other sample, and
    the plate's alpha, is the stored one. Planes without a change are shared with `frame`.

    Float samples are mixed as light and neither rounded nor cut; the fill itself lies in 0..1. A
    stored sample that is no finite number gives way to the fill.
    """
    if not support.bounds.area:
        return frame
    rect, rgb = trim_patch(rect, rgb, support)
    fills = samples_of_rgb(
        rgb, layout=frame.layout, colour=frame.colour, extent=frame.extent, rect=rect
    )
    planes = tuple(
        stored if fill is None else _blended(stored, plane, fill, support)
        for stored, plane, fill in zip(frame.planes, frame.layout.planes, fills, strict=True)
    )
    return replace(frame, planes=planes)


def trim_patch(rect: Rect, rgb: Pixels, support: Support) -> tuple[Rect, Pixels]:
    """The part of a patch that `composite` needs: the support and two blocks more for chroma.

    Raises ValueError when the patch does not contain `support.bounds`.
    """
    if support.bounds.intersect(rect) != support.bounds:
        raise ValueError(f"the fill at {rect} does not cover the support at {support.bounds}")
    step = max(largest_block(support.layout))
    kept = covering_rect(support).grown(_NEIGHBOUR_BLOCKS * step).intersect(rect)
    return kept, rgb[kept.shifted(-rect.x, -rect.y).slices]


def _blended(
    stored: Samples, plane: Plane, fill: tuple[Rect, npt.NDArray[np.float32]], support: Support
) -> Samples:
    blended = stored.copy()
    at, values = fill
    for index, component in enumerate(plane.components):
        rect, alpha = support.alpha(component)
        if not rect.area:
            continue
        local = rect.shifted(-at.x, -at.y)
        layer: Any = blended if len(plane.components) == 1 else blended[..., index]
        colour: Any = values if len(plane.components) == 1 else values[..., index]
        _blend(layer[rect.slices], colour[local.slices], alpha, support.layout)
    return blended


def _blend(native: Any, fill: Any, alpha: npt.NDArray[np.float32], layout: PixelLayout) -> None:
    if layout.is_float:
        plate = np.where(np.isfinite(native), native, fill)
        light = (plate * (1 - alpha) + fill * alpha).astype(native.dtype)
        np.copyto(native, light, where=alpha > 0)
        return
    mixed = native * (1 - alpha) + fill * alpha
    codes = np.clip(np.rint(mixed), 0, layout.white).astype(native.dtype)
    np.copyto(native, codes, where=alpha > 0)
