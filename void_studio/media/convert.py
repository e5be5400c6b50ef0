"""Native samples to full-range R'G'B' and back: the only place where they are mixed."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from void_studio.core import Extent, Rect
from void_studio.media.colour import Colour
from void_studio.media.frame import Frame, component_planes
from void_studio.media.layout import PixelLayout, Plane, plane_rect
from void_studio.media.levels import WHITE, code_levels, codes_from_rgb, rgb_from_codes
from void_studio.media.light import linear_of_signal, signal_of_linear
from void_studio.media.siting import chroma_at_luma, luma_to_chroma

__all__ = ["PlaneSamples", "rgb_of", "samples_of_rgb"]

Rgb16 = npt.NDArray[np.uint16]
PlaneSamples = tuple[Rect, npt.NDArray[np.float32]]
_STRIP_ROWS = 64


def rgb_of(frame: Frame, rect: Rect) -> Rgb16:
    """R'G'B' of `rect`, which lies in the frame: (height, width, 3), uint16 full range.

    Grey gives three equal components; alpha is left out. Chroma is interpolated linearly between
    its sites. Parts are equal to the same parts of the whole. Levels outside 0..1 are clipped;
    floats are light and go through the sRGB curve.
    """
    if rect.intersect(frame.extent.rect) != rect:
        raise ValueError(f"{rect} is not inside a frame of {frame.extent}")
    out = np.empty((rect.height, rect.width, 3), np.uint16)
    for top in range(rect.y, rect.bottom, _STRIP_ROWS):
        strip = Rect.of(rect.x, top, rect.right, min(top + _STRIP_ROWS, rect.bottom))
        out[top - rect.y : strip.bottom - rect.y] = _strip_of(frame, strip)
    return out


def _strip_of(frame: Frame, strip: Rect) -> Rgb16:
    if not strip.area:
        return np.empty((*strip.extent.shape, 3), np.uint16)
    if frame.layout.is_rgb:
        return _widened(frame, strip)
    if frame.layout.is_grey:
        return _grey_strip(frame, strip)
    return _yuv_strip(frame, strip)


def _yuv_strip(frame: Frame, strip: Rect) -> Rgb16:
    import cv2

    luma, *chroma = (
        chroma_at_luma(samples, plane, strip)
        for plane, samples in zip(frame.layout.planes[:3], frame.planes, strict=False)
    )
    codes = cv2.merge([np.ascontiguousarray(part) for part in (luma, *chroma)])
    return _to_uint16(cv2.transform(codes, rgb_from_codes(frame.layout, frame.colour)))


def _widened(frame: Frame, strip: Rect) -> Rgb16:
    parts = [plane[strip.slices] for plane in component_planes(frame)[:3]]
    if frame.layout.is_float:
        return signal_of_linear(np.stack(parts, axis=-1))
    packed = np.stack(parts, axis=-1).astype(np.uint16, copy=False)
    if frame.layout.bits == 8:
        return packed * np.uint16(257)
    if frame.layout.bits == 16:
        return packed
    return _to_uint16(packed.astype(np.float32) * np.float32(WHITE / frame.layout.white))


def _grey_strip(frame: Frame, strip: Rect) -> Rgb16:
    samples = component_planes(frame)[0][strip.slices]
    if frame.layout.is_float:
        return np.repeat(signal_of_linear(samples)[..., None], 3, axis=-1)
    scale, offset = code_levels(frame.layout, frame.colour)
    codes = samples.astype(np.float32)
    grey = _to_uint16((codes - np.float32(offset[0])) * np.float32(WHITE / scale[0]))
    return np.repeat(grey[..., None], 3, axis=-1)


def _to_uint16(values: npt.NDArray[Any]) -> Rgb16:
    """Nearest integers within 0..65535."""
    whole: Rgb16 = np.clip(np.rint(values), 0, WHITE).astype(np.uint16)
    return whole


def samples_of_rgb(
    rgb: npt.NDArray[Any], *, layout: PixelLayout, colour: Colour, extent: Extent, rect: Rect
) -> tuple[PlaneSamples | None, ...]:
    """What the planes of a frame of `extent` would hold for `rgb`, which covers `rect` of it.

    `rgb` is (height, width, 3), uint16 or float32 in 0..65535. One entry per stored plane: the
    rectangle of the plane (see `plane_rect`) and its code values, float32 and neither rounded nor
    clipped; None for a plane of alpha only. In packed planes the components that colour does not
    tell, alpha and padding, hold the highest code; keep the stored ones instead. Floats get light
    from 0 to 1, the inverse of what `rgb_of` does.

    Chroma is filtered to its site; pixels outside `rect` are taken to be like its nearest ones, so
    give a rectangle two blocks larger than what is used when its surroundings matter.
    """
    if rgb.shape != (*rect.extent.shape, 3) or rect.intersect(extent.rect) != rect:
        raise ValueError(f"{rgb.shape} does not cover {rect} of {extent}")
    codes = _codes_of(rgb, layout, colour)
    return tuple(_plane_samples(codes, plane, layout, extent, rect) for plane in layout.planes)


def _codes_of(rgb: npt.NDArray[Any], layout: PixelLayout, colour: Colour) -> npt.NDArray[Any]:
    import cv2

    if layout.is_float:
        light = linear_of_signal(rgb)
        weights = np.array([[colour.kr, 1 - colour.kr - colour.kb, colour.kb]])
        return light if layout.is_rgb else cv2.transform(light, np.repeat(weights, 3, axis=0))
    values = rgb.astype(np.float32, copy=False)
    if layout.is_rgb:
        return values * np.float32(layout.white / WHITE)
    return cv2.transform(values, codes_from_rgb(layout, colour))


def _plane_samples(
    codes: npt.NDArray[Any], plane: Plane, layout: PixelLayout, extent: Extent, rect: Rect
) -> PlaneSamples | None:
    import cv2

    if plane.is_alpha:
        return None
    where = plane_rect(plane, rect, extent)
    if len(plane.components) == 1:
        single = np.asarray(cv2.extractChannel(codes, plane.components[0]), np.float32)
        return where, luma_to_chroma(single, plane, rect)
    packed = np.full((*rect.extent.shape, len(plane.components)), layout.white, np.float32)
    for position, component in enumerate(plane.components):
        if component in (0, 1, 2):
            packed[..., position] = codes[..., component]
    return where, packed
