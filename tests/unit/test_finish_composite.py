"""Composites in native samples: the fill inside, the very same samples outside."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from void_studio.core import Extent, Rect
from void_studio.finish import composite, covering_rect, support_of, trim_patch
from void_studio.media import (
    UNTAGGED,
    Colour,
    Frame,
    colour_of,
    component_planes,
    layout_of,
    rgb_of,
)

FORMATS = [
    "yuv420p",
    "yuv420p10le",
    "yuv422p",
    "yuv422p10le",
    "yuv444p",
    "yuv444p10le",
    "yuv411p",
    "gbrp",
    "gbrp10le",
    "rgb24",
    "bgr0",
    "rgb48le",
    "gray",
]
BT709 = Colour(kr=0.2126, kb=0.0722, full_range=False, assumed=())


def _noise_frame(pixel_format, extent, seed=0):
    layout = layout_of(pixel_format)
    random = np.random.default_rng(seed)
    planes = tuple(
        random.integers(0, 1 << layout.bits, plane.shape(extent)).astype(layout.dtype)
        for plane in layout.planes
    )
    colour = Colour(0.2126, 0.0722, full_range=layout.is_rgb, assumed=())
    return Frame(7, extent, layout, colour, planes)


def _blocks_of(fill, shape, pixel_format):
    """Literal rule: a sample belongs when any pixel of its block is filled."""
    steps = {"yuv420": (2, 2), "yuv422": (2, 1), "yuv411": (4, 1)}
    step_x, step_y = steps.get(pixel_format[:6], (1, 1)) if shape != fill.shape else (1, 1)
    mask = np.zeros(shape, np.bool_)
    for y, x in np.argwhere(fill):
        mask[y // step_y, x // step_x] = True
    return mask


@settings(max_examples=80, deadline=None)
@given(
    pixel_format=st.sampled_from(FORMATS),
    size=st.tuples(st.integers(2, 33), st.integers(2, 25)),
    corner=st.tuples(st.floats(0, 1), st.floats(0, 1)),
    side=st.tuples(st.integers(1, 9), st.integers(1, 9)),
)
def test_outside_every_sample_is_the_stored_one_and_inside_all_is_fill(
    pixel_format, size, corner, side
):
    extent = Extent(*size)
    frame = _noise_frame(pixel_format, extent)
    x, y = int(corner[0] * (size[0] - 1)), int(corner[1] * (size[1] - 1))
    hole = Rect(x, y, *side).intersect(extent.rect)
    fill = np.zeros(extent.shape, np.bool_)
    fill[hole.slices] = True
    white = np.full((*hole.extent.shape, 3), 65535, np.uint16)
    result = composite(frame, hole, white, support_of(fill, frame.layout))
    for before, after in zip(component_planes(frame), component_planes(result), strict=True):
        mask = _blocks_of(fill, before.shape, pixel_format)
        np.testing.assert_array_equal(before[~mask], after[~mask])
    assert (rgb_of(result, hole).reshape(-1, 3)[:, 1] > 40000).all() or not frame.layout.is_rgb
    inside = component_planes(result)[0][fill]
    white_code = 235 << (frame.layout.bits - 8)
    assert (inside == (white_code if not frame.layout.is_rgb else inside.max())).all()


@pytest.mark.parametrize("pixel_format", ["gbrp", "gbrp10le", "rgb24"])
def test_alpha_blends_in_native_codes_and_rounds_to_nearest(pixel_format):
    extent = Extent(30, 20)
    frame = _noise_frame(pixel_format, extent)
    fill = np.zeros(extent.shape, np.bool_)
    fill[8:12, 10:20] = True
    support = support_of(fill, frame.layout, feather=4)
    rgb = np.random.default_rng(1).integers(0, 65536, (*extent.shape, 3)).astype(np.uint16)
    result = composite(frame, extent.rect, rgb, support)
    top = (1 << frame.layout.bits) - 1
    rect, alpha = support.alpha(0)
    for component in range(3):
        before = component_planes(frame)[component][rect.slices].astype(np.float64)
        target = rgb[rect.slices][..., component].astype(np.float64) * top / 65535
        exact = before * (1 - alpha) + target * alpha
        after = component_planes(result)[component][rect.slices]
        assert np.abs(after - exact).max() <= 0.5 + 1e-3


@pytest.mark.parametrize("pixel_format", ["yuva444p10le", "rgba", "argb", "gbrap10le"])
def test_the_plates_alpha_is_copied(pixel_format):
    frame = _noise_frame(pixel_format, Extent(16, 12))
    fill = np.ones((12, 16), np.bool_)
    black = np.zeros((12, 16, 3), np.uint16)
    result = composite(frame, frame.extent.rect, black, support_of(fill, frame.layout))
    assert (component_planes(result)[0] != component_planes(frame)[0]).any()
    np.testing.assert_array_equal(component_planes(result)[3], component_planes(frame)[3])


def test_the_padding_of_a_packed_plate_is_copied():
    frame = _noise_frame("bgr0", Extent(8, 8))
    fill = np.ones((8, 8), np.bool_)
    black = np.zeros((8, 8, 3), np.uint16)
    result = composite(frame, frame.extent.rect, black, support_of(fill, frame.layout))
    np.testing.assert_array_equal(result.planes[0][..., 3], frame.planes[0][..., 3])
    assert not result.planes[0][..., :3].any()


def test_the_frame_given_is_not_written_to():
    frame = _noise_frame("yuv422p10le", Extent(16, 12))
    kept = [plane.copy() for plane in frame.planes]
    fill = np.ones((12, 16), np.bool_)
    black = np.zeros((12, 16, 3), np.uint16)
    composite(frame, frame.extent.rect, black, support_of(fill, frame.layout))
    for plane, before in zip(frame.planes, kept, strict=True):
        np.testing.assert_array_equal(plane, before)


def test_an_empty_support_gives_the_frame_itself():
    frame = _noise_frame("yuv420p", Extent(16, 12))
    support = support_of(np.zeros((12, 16), np.bool_), frame.layout, feather=3)
    assert composite(frame, Rect(0, 0, 0, 0), np.zeros((0, 0, 3), np.uint16), support) is frame


def test_a_patch_that_leaves_a_part_of_the_support_open_is_refused():
    frame = _noise_frame("yuv420p", Extent(16, 12))
    fill = np.zeros((12, 16), np.bool_)
    fill[4:8, 4:8] = True
    support = support_of(fill, frame.layout, feather=2)
    with pytest.raises(ValueError, match="does not cover"):
        composite(frame, Rect(4, 4, 4, 4), np.zeros((4, 4, 3), np.uint16), support)


@pytest.mark.parametrize("pixel_format", ["yuv420p", "yuv411p", "gbrp"])
def test_a_trimmed_patch_gives_the_same_composite_as_the_whole(pixel_format):
    frame = _noise_frame(pixel_format, Extent(64, 48))
    fill = np.zeros((48, 64), np.bool_)
    fill[21:30, 31:37] = True
    support = support_of(fill, frame.layout, feather=3)
    rgb = np.random.default_rng(3).integers(0, 65536, (48, 64, 3)).astype(np.uint16)
    rect, trimmed = trim_patch(frame.extent.rect, rgb, support)
    assert rect.intersect(covering_rect(support)) == covering_rect(support)
    assert rect.area < frame.extent.rect.area
    whole = composite(frame, frame.extent.rect, rgb, support)
    part = composite(frame, rect, trimmed, support)
    for one, other in zip(whole.planes, part.planes, strict=True):
        np.testing.assert_array_equal(one, other)


def test_filling_with_the_plates_own_pixels_changes_luma_by_rounding_only():
    extent = Extent(48, 32)
    layout = layout_of("yuv420p10le")
    rows, columns = np.mgrid[0:32, 0:48]
    planes = (
        (300 + 6 * columns + 4 * rows).astype(np.uint16),
        (512 + 2 * columns[::2, ::2]).astype(np.uint16),
        (500 - 3 * rows[::2, ::2]).astype(np.uint16),
    )
    frame = Frame(0, extent, layout, BT709, planes)
    support = support_of(np.ones(extent.shape, np.bool_), layout)
    result = composite(frame, extent.rect, frame.rgb(), support)
    assert np.abs(result.planes[0].astype(int) - planes[0]).max() <= 1


def test_a_wrongly_assumed_colour_still_changes_nothing_outside():
    frame = _noise_frame("yuv420p", Extent(20, 20))
    colour = colour_of(UNTAGGED, frame.layout, frame.extent, 24)
    other = Frame(7, frame.extent, frame.layout, colour, frame.planes)
    fill = np.zeros((20, 20), np.bool_)
    fill[5:9, 5:9] = True
    support = support_of(fill, frame.layout)
    result = composite(other, Rect(4, 4, 6, 6), np.zeros((6, 6, 3), np.uint16), support)
    np.testing.assert_array_equal(result.planes[0][~fill], frame.planes[0][~fill])
