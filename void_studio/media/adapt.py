"""A plate's frames in the sample format of a delivery, always limited range."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt

from void_studio.core import Extent
from void_studio.media.colour import Colour
from void_studio.media.convert import rgb_of, samples_of_rgb
from void_studio.media.frame import Frame, component_planes
from void_studio.media.layout import ALPHA, PixelLayout, Plane
from void_studio.media.levels import code_levels
from void_studio.media.siting import chroma_at_luma, luma_to_chroma

__all__ = ["adapted"]

Samples = npt.NDArray[Any]


def adapted(frame: Frame, layout: PixelLayout) -> Frame:
    """`frame` as planar YUV `layout` in limited range.

    YUV keeps its matrix: codes are scaled to the depth and range, chroma is moved to the grid.
    R'G'B', floats and grey with alpha go through the frame's matrix weights. Alpha is scaled, or
    dropped where `layout` has none; grey gets neutral chroma.
    """
    colour = replace(frame.colour, full_range=False)
    if layout == frame.layout and frame.colour == colour:
        return frame
    if frame.layout.is_rgb or frame.layout.is_float or len(frame.planes[0].shape) > 2:
        planes = _from_rgb(frame, layout, colour)
    else:
        planes = tuple(_from_yuv(frame, plane, layout, colour) for plane in layout.planes)
    return replace(frame, layout=layout, colour=colour, planes=planes)


def _from_rgb(frame: Frame, layout: PixelLayout, colour: Colour) -> tuple[Samples, ...]:
    whole = frame.extent.rect
    found = samples_of_rgb(
        rgb_of(frame, whole), layout=layout, colour=colour, extent=frame.extent, rect=whole
    )
    return tuple(
        _alpha(frame, layout) if part is None else _whole_codes(part[1], layout) for part in found
    )


def _from_yuv(frame: Frame, plane: Plane, layout: PixelLayout, colour: Colour) -> Samples:
    component = plane.components[0]
    if component == ALPHA:
        return _alpha(frame, layout)
    if frame.layout.is_grey and component:
        return np.full(plane.shape(frame.extent), 1 << (layout.bits - 1), layout.dtype)
    source = frame.layout.planes[component]
    old_scale, old_offset = code_levels(frame.layout, frame.colour)
    new_scale, new_offset = code_levels(layout, colour)
    gain = new_scale[component] / old_scale[component]
    shift = new_offset[component] - gain * old_offset[component]
    samples = frame.planes[component]
    if (source.shift_x, source.shift_y) == (plane.shift_x, plane.shift_y):
        table = np.arange(1 << frame.layout.bits) * gain + shift
        return _whole_codes(table, layout)[samples]
    moved = _regridded(samples, source, plane, frame.extent)
    return _whole_codes(moved * np.float32(gain) + np.float32(shift), layout)


def _regridded(samples: Samples, source: Plane, target: Plane, extent: Extent) -> Samples:
    """Interpolate up to the finer of both grids on each axis, then filter down to the target's."""
    fine_x = min(source.shift_x, target.shift_x)
    fine_y = min(source.shift_y, target.shift_y)
    rows, columns = Plane((0,), fine_x, fine_y).shape(extent)
    rect = Extent(columns, rows).rect
    up = Plane((0,), source.shift_x - fine_x, source.shift_y - fine_y)
    down = Plane((0,), target.shift_x - fine_x, target.shift_y - fine_y)
    return luma_to_chroma(chroma_at_luma(samples, up, rect), down, rect)


def _alpha(frame: Frame, layout: PixelLayout) -> Samples:
    top = (1 << layout.bits) - 1
    if not frame.layout.has_alpha:
        return np.full(frame.extent.shape, top, layout.dtype)
    gain, alpha = top / frame.layout.white, component_planes(frame)[-1]
    if frame.layout.is_float:
        cover = np.nan_to_num(alpha.astype(np.float32), nan=0, posinf=1, neginf=0)
        return _whole_codes(cover.clip(0, 1) * np.float32(gain), layout)
    table = _whole_codes(np.arange(1 << frame.layout.bits) * gain, layout)
    return table[alpha]


def _whole_codes(values: Samples, layout: PixelLayout) -> Samples:
    return np.rint(values).clip(0, (1 << layout.bits) - 1).astype(layout.dtype)
