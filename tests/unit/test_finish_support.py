"""Which samples a fill may touch, against a slow literal reading of the rule."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from void_studio.core import Extent, Rect
from void_studio.finish import covering_rect, support_of
from void_studio.media import layout_of


def _literal_alpha(fill, feather):
    inside = np.argwhere(fill)
    alpha = np.zeros(fill.shape)
    for y, x in np.ndindex(fill.shape):
        if fill[y, x]:
            alpha[y, x] = 1
        elif feather and len(inside):
            distance = math.sqrt(((inside - (y, x)) ** 2).sum(axis=1).min())
            alpha[y, x] = max(0.0, 1 - distance / feather)
    return alpha


def _literal_blocks(luma, shift_x, shift_y):
    step_y, step_x = 1 << shift_y, 1 << shift_x
    height, width = luma.shape
    return np.array(
        [
            [luma[y : y + step_y, x : x + step_x].mean() for x in range(0, width, step_x)]
            for y in range(0, height, step_y)
        ]
    )


def _whole(support, component, plane, extent):
    whole = np.zeros(plane.shape(extent)[:2], np.float32)
    rect, alpha = support.alpha(component)
    whole[rect.slices] = alpha
    return whole


@settings(max_examples=60, deadline=None)
@given(
    pixel_format=st.sampled_from(
        ["yuv420p", "yuv422p10le", "yuv444p", "yuv411p", "yuv440p", "gbrp10le", "rgb24", "gray"]
    ),
    width=st.integers(1, 21),
    height=st.integers(1, 17),
    feather=st.sampled_from([0.0, 1.0, 2.5, 4.0]),
    seed=st.integers(0, 1000),
)
def test_alpha_is_the_distance_ramp_in_luma_and_its_block_mean_in_every_other_plane(
    pixel_format, width, height, feather, seed
):
    layout, extent = layout_of(pixel_format), Extent(width, height)
    fill = np.random.default_rng(seed).random((height, width)) < 0.06
    support = support_of(fill, layout, feather=feather)
    luma = _literal_alpha(fill, feather)
    for plane in layout.planes:
        expected = _literal_blocks(luma, plane.shift_x, plane.shift_y)
        for component in plane.components:
            got = _whole(support, component, plane, extent)
            np.testing.assert_allclose(got, expected, atol=1e-6)
            np.testing.assert_array_equal(support.mask(component), got > 0)


@pytest.mark.parametrize(("x", "y"), [(4, 4), (5, 4), (4, 5), (5, 5), (8, 6)])
def test_a_chroma_sample_belongs_when_one_pixel_of_its_block_does(x, y):
    fill = np.zeros((7, 9), np.bool_)
    fill[y, x] = True
    support = support_of(fill, layout_of("yuv420p"))
    assert np.argwhere(support.mask(0)).tolist() == [[y, x]]
    assert np.argwhere(support.mask(1)).tolist() == [[y // 2, x // 2]]
    pixels_of_block = min(2, 7 - y // 2 * 2) * min(2, 9 - x // 2 * 2)
    _, alpha = support.alpha(2)
    assert alpha.tolist() == [[pytest.approx(1 / pixels_of_block)]]


def test_bounds_surround_the_feather_and_covering_has_whole_blocks():
    fill = np.zeros((40, 61), np.bool_)
    fill[11:20, 59:61] = True
    support = support_of(fill, layout_of("yuv420p"), feather=3)
    assert support.bounds == Rect.of(57, 9, 61, 22)
    assert covering_rect(support) == Rect.of(56, 8, 61, 22)


def test_nothing_to_fill_gives_an_empty_support():
    support = support_of(np.zeros((8, 8), np.bool_), layout_of("yuv422p"), feather=5)
    assert support.bounds.area == 0
    assert covering_rect(support).area == 0
    assert not any(support.mask(component).any() for component in range(3))


@pytest.mark.parametrize("pixel_format", ["yuva420p", "rgba", "gbrap"])
def test_the_plates_own_alpha_is_never_in_the_support(pixel_format):
    support = support_of(np.ones((6, 6), np.bool_), layout_of(pixel_format), feather=2)
    assert support.mask(0).all()
    assert not support.mask(3).any()
