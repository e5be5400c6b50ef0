"""How the samples of an FFmpeg pixel format lie in planes."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from void_studio.core import BadInput, Extent, Rect

__all__ = ["ALPHA", "PAD", "PixelLayout", "Plane", "component_names", "layout_of", "plane_rect"]

ALPHA = 3
PAD = -1


@dataclass(frozen=True, slots=True)
class Plane:
    """One stored plane: its components in storage order and how far it is subsampled.

    `components` are indices into Y, U, V, A or R, G, B, A, or PAD for a sample that means nothing.
    A plane of several components has the shape (height, width, components), of one (height, width).
    The plane of a W x H frame has ceil(W / 2**shift_x) columns and ceil(H / 2**shift_y) rows.
    """

    components: tuple[int, ...]
    shift_x: int
    shift_y: int

    def shape(self, extent: Extent) -> tuple[int, ...]:
        """Array shape of this plane in a frame of `extent`."""
        rows = -(-extent.height // (1 << self.shift_y))
        columns = -(-extent.width // (1 << self.shift_x))
        count = len(self.components)
        return (rows, columns) if count == 1 else (rows, columns, count)

    @property
    def is_alpha(self) -> bool:
        """Whether it holds alpha and nothing else."""
        return self.components == (ALPHA,)


@dataclass(frozen=True, slots=True)
class PixelLayout:
    """A pixel format by its FFmpeg name, with what is needed to work on its planes.

    `bits` is the depth of a sample; values are stored in the low bits of uint8 or uint16, or are
    float16 or float32 with 1.0 as white where `is_float`.
    """

    pixel_format: str
    bits: int
    is_rgb: bool
    has_alpha: bool
    full_range: bool
    planes: tuple[Plane, ...]
    is_float: bool = False

    @property
    def dtype(self) -> npt.DTypeLike:
        """uint8 up to 8 bits, else uint16; float16 or float32 for floats."""
        if self.is_float:
            return np.float16 if self.bits == 16 else np.float32
        return np.uint8 if self.bits <= 8 else np.uint16

    @property
    def white(self) -> float:
        """The highest code; 1.0 for floats."""
        return 1.0 if self.is_float else float((1 << self.bits) - 1)

    @property
    def is_grey(self) -> bool:
        """Whether there is luma only."""
        return sum(len(plane.components) for plane in self.planes) - self.has_alpha == 1

    @property
    def subsampling(self) -> str:
        """`4:2:0`, `4:2:2`, `4:4:4`, `4:1:1`, `4:4:0`, `grey` or `rgb`."""
        if self.is_rgb:
            return "rgb"
        if self.is_grey:
            return "grey"
        chroma = next(plane for plane in self.planes if 1 in plane.components)
        names = {
            (0, 0): "4:4:4",
            (1, 0): "4:2:2",
            (1, 1): "4:2:0",
            (2, 0): "4:1:1",
            (0, 1): "4:4:0",
        }
        return names.get((chroma.shift_x, chroma.shift_y), "other")


_PLANAR_YUV = re.compile(r"yuv(a?)(j?)(420|422|444|440|411)p(?:(9|10|12|14|16)le)?")
_PLANAR_RGB = re.compile(r"gbr(a?)p(?:(9|10|12|14|16)le)?")
_GREY = re.compile(r"gray(?:(9|10|12|14|16)le)?")
_SHIFTS = {"420": (1, 1), "422": (1, 0), "444": (0, 0), "440": (0, 1), "411": (2, 0)}
_PACKED_GREY = re.compile(r"(?:gray|y(a))(8|16le|f16le|f32le)")
_PACKED_FLOAT = re.compile(r"rgb(a?)f(16|32)le")
_PACKED_RGB = {
    "rgb24": (8, (0, 1, 2)),
    "bgr24": (8, (2, 1, 0)),
    "rgb0": (8, (0, 1, 2, PAD)),
    "bgr0": (8, (2, 1, 0, PAD)),
    "rgba": (8, (0, 1, 2, 3)),
    "bgra": (8, (2, 1, 0, 3)),
    "argb": (8, (3, 0, 1, 2)),
    "abgr": (8, (3, 2, 1, 0)),
    "rgb48le": (16, (0, 1, 2)),
    "bgr48le": (16, (2, 1, 0)),
    "rgba64le": (16, (0, 1, 2, 3)),
    "bgra64le": (16, (2, 1, 0, 3)),
}


@lru_cache(maxsize=256)
def layout_of(pixel_format: str) -> PixelLayout:
    """The layout of an FFmpeg pixel format.

    Raises BadInput for a format that is not grey, YUV or RGB of 8 to 16 bits in the low bits of
    little-endian words, nor grey or packed RGB of floats: palettes, packed YUV, big-endian words,
    Bayer patterns.
    """
    if match := _PLANAR_YUV.fullmatch(pixel_format):
        return _planar_yuv(match)
    if match := _PLANAR_RGB.fullmatch(pixel_format):
        order = (1, 2, 0, 3) if match[1] else (1, 2, 0)
        planes = tuple(Plane((component,), 0, 0) for component in order)
        return _rgb(pixel_format, int(match[2] or 8), planes)
    if match := _GREY.fullmatch(pixel_format):
        return PixelLayout(pixel_format, int(match[1] or 8), False, False, False, _LUMA)
    if pixel_format in _PACKED_RGB:
        bits, packed = _PACKED_RGB[pixel_format]
        return _rgb(pixel_format, bits, (Plane(packed, 0, 0),))
    if match := _PACKED_FLOAT.fullmatch(pixel_format):
        components = (0, 1, 2, ALPHA) if match[1] else (0, 1, 2)
        planes = (Plane(components, 0, 0),)
        return replace(_rgb(pixel_format, int(match[2]), planes), is_float=True)
    if match := _PACKED_GREY.fullmatch(pixel_format):
        return _packed_grey(match)
    raise BadInput(
        f"pixel format {pixel_format!r} can not be worked on sample by sample",
        hint="convert the plate to grey, planar YUV or RGB of 8 to 16 bits",
    )


def component_names(layout: PixelLayout) -> tuple[str, ...]:
    """Names of the components in order: `Y`, `U`, `V` or `R`, `G`, `B`, then `A`; grey is `Y`."""
    names = "Y" if layout.is_grey else "RGB" if layout.is_rgb else "YUV"
    return tuple(names + "A" * layout.has_alpha)


def plane_rect(plane: Plane, rect: Rect, extent: Extent) -> Rect:
    """The samples of `plane` that share a pixel with `rect`, which is in pixels of the frame."""
    step_x, step_y = 1 << plane.shift_x, 1 << plane.shift_y
    inside = rect.intersect(extent.rect)
    return Rect.of(
        inside.x // step_x,
        inside.y // step_y,
        -(-inside.right // step_x),
        -(-inside.bottom // step_y),
    )


_LUMA = (Plane((0,), 0, 0),)


def _planar_yuv(match: re.Match[str]) -> PixelLayout:
    shift_x, shift_y = _SHIFTS[match[3]]
    chroma = tuple(Plane((component,), shift_x, shift_y) for component in (1, 2))
    alpha = (Plane((ALPHA,), 0, 0),) if match[1] else ()
    bits = int(match[4] or 8)
    planes = _LUMA + chroma + alpha
    return PixelLayout(match[0], bits, False, bool(alpha), bool(match[2]), planes)


def _packed_grey(match: re.Match[str]) -> PixelLayout:
    is_float, has_alpha = match[2].startswith("f"), bool(match[1])
    bits = int(match[2].strip("fle"))
    planes = (Plane((0, ALPHA), 0, 0),) if has_alpha else _LUMA
    return PixelLayout(match[0], bits, False, has_alpha, is_float, planes, is_float)


def _rgb(pixel_format: str, bits: int, planes: tuple[Plane, ...]) -> PixelLayout:
    has_alpha = any(ALPHA in plane.components for plane in planes)
    return PixelLayout(pixel_format, bits, True, has_alpha, True, planes)
