"""One frame in the plate's own samples."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from void_studio.core import Extent
from void_studio.media.colour import Colour
from void_studio.media.layout import PAD, PixelLayout, Plane

__all__ = ["Frame", "component_planes", "repack"]

Samples = (
    npt.NDArray[np.uint8]
    | npt.NDArray[np.uint16]
    | npt.NDArray[np.float16]
    | npt.NDArray[np.float32]
)


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """Native planes as decoded, never converted.

    `number` is in the plate's numbering. `planes[i]` has the shape `layout.planes[i].shape(extent)`
    and `layout.dtype`, is owned by the frame and must not be written to. `pts` is the presentation
    time in units of the stream's time base, kept for variable-rate plates.
    """

    number: int
    extent: Extent
    layout: PixelLayout
    colour: Colour
    planes: tuple[Samples, ...]
    pts: int = 0

    def rgb(self) -> npt.NDArray[np.uint16]:
        """R'G'B' of shape (height, width, 3), uint16 full range; computed anew at every call.

        Float samples go through the sRGB curve and are clipped to 0..1 (see `media.light`).
        """
        from void_studio.media.convert import rgb_of

        return rgb_of(self, self.extent.rect)


def component_planes(frame: Frame) -> tuple[Samples, ...]:
    """The components as 2-D views in the order of `component_names`, whatever their storage.

    Two frames hold the same picture when these are equal: rgb24 and bgr0 of the same samples are.
    """
    found: dict[int, Samples] = {}
    for plane, samples in zip(frame.layout.planes, frame.planes, strict=True):
        for position, component in enumerate(plane.components):
            if component != PAD:
                found[component] = samples if samples.ndim == 2 else samples[..., position]
    return tuple(found[component] for component in sorted(found))


def repack(frame: Frame, layout: PixelLayout) -> Frame:
    """The same samples arranged as `layout`; no sample changes, padding becomes 0.

    Raises ValueError when `layout` has other components, depth or subsampling.
    """
    if layout == frame.layout:
        return frame
    if _content(layout) != _content(frame.layout):
        raise ValueError(
            f"{frame.layout.pixel_format} can not be re-arranged as {layout.pixel_format}"
        )
    order = sorted(_content(layout)[2])
    by_component = {
        component: samples
        for (component, *_), samples in zip(order, component_planes(frame), strict=True)
    }
    planes = tuple(_gathered(plane, by_component, layout, frame) for plane in layout.planes)
    return replace(frame, layout=layout, planes=planes)


def _content(layout: PixelLayout) -> tuple[str, bool, frozenset[tuple[int, int, int]]]:
    components = frozenset(
        (component, plane.shift_x, plane.shift_y)
        for plane in layout.planes
        for component in plane.components
        if component != PAD
    )
    depth = f"{'float' if layout.is_float else 'code'} {layout.bits}"
    return depth, layout.is_rgb, components


def _gathered(
    plane: Plane, by_component: dict[int, Samples], layout: PixelLayout, frame: Frame
) -> Samples:
    if len(plane.components) == 1:
        return by_component[plane.components[0]]
    packed: Samples = np.zeros(plane.shape(frame.extent), layout.dtype)
    for position, component in enumerate(plane.components):
        if component != PAD:
            packed[..., position] = by_component[component]
    return packed
