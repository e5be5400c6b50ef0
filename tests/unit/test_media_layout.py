"""Pixel formats as planes."""

import av
import numpy as np
import pytest

from void_studio.core import BadInput, Extent, Rect
from void_studio.media import layout_of, plane_rect

KNOWN = [
    "yuv420p",
    "yuv422p10le",
    "yuv444p12le",
    "yuvj420p",
    "yuva444p12le",
    "yuv411p",
    "yuv440p",
    "gbrp",
    "gbrp10le",
    "gbrap",
    "rgb24",
    "bgr24",
    "rgba",
    "argb",
    "bgra",
    "abgr",
    "rgb48le",
    "bgra64le",
    "gray",
    "gray10le",
    "gray16le",
]


@pytest.mark.parametrize("name", KNOWN)
def test_a_layout_agrees_with_ffmpeg(name: str) -> None:
    layout, theirs = layout_of(name), av.VideoFormat(name, 65, 47)
    frame = av.VideoFrame(65, 47, name)
    shapes = [plane.shape(Extent(65, 47)) for plane in layout.planes]
    rows_and_columns = [shape[:2] for shape in shapes]
    assert rows_and_columns == [(plane.height, plane.width) for plane in frame.planes]
    assert layout.bits == max(component.bits for component in theirs.components)
    assert layout.is_rgb == theirs.is_rgb
    assert layout.has_alpha == any(component.is_alpha for component in theirs.components)


def test_samples_of_more_than_eight_bits_take_two_bytes() -> None:
    assert np.dtype(layout_of("yuv420p").dtype) == np.uint8
    assert np.dtype(layout_of("gray10le").dtype) == np.uint16


@pytest.mark.parametrize(
    ("name", "subsampling"),
    [
        ("yuv420p", "4:2:0"),
        ("yuva422p10le", "4:2:2"),
        ("yuvj444p", "4:4:4"),
        ("yuv411p", "4:1:1"),
        ("yuv440p", "4:4:0"),
        ("gray12le", "grey"),
        ("bgr0", "rgb"),
    ],
)
def test_subsampling_has_the_name_that_people_use(name: str, subsampling: str) -> None:
    assert layout_of(name).subsampling == subsampling


@pytest.mark.parametrize("name", ["pal8", "gbrpf32le", "yuyv422", "yuv420p10be", "bayer_rggb8", ""])
def test_other_formats_are_refused_by_name(name: str) -> None:
    with pytest.raises(BadInput, match="sample by sample"):
        layout_of(name)


def test_a_block_belongs_to_a_rectangle_when_any_of_its_pixels_does() -> None:
    luma, chroma, _ = layout_of("yuv420p").planes
    extent = Extent(65, 47)
    assert plane_rect(luma, Rect(3, 5, 4, 2), extent) == Rect(3, 5, 4, 2)
    assert plane_rect(chroma, Rect(3, 5, 4, 2), extent) == Rect(1, 2, 3, 2)
    assert plane_rect(chroma, extent.rect, extent).extent.shape == chroma.shape(extent)
    assert plane_rect(chroma, Rect(60, 40, 90, 90), extent) == Rect(30, 20, 3, 4)
    assert plane_rect(layout_of("yuv411p").planes[1], Rect(7, 1, 2, 1), extent) == Rect(1, 1, 2, 1)
    assert not plane_rect(chroma, Rect(80, 80, 4, 4), extent).area
