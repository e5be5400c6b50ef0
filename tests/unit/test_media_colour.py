"""Which colour is assumed where the file is silent."""

from fractions import Fraction

import pytest

from void_studio.core import Extent
from void_studio.media import UNTAGGED, ColourTags, colour_of, layout_of

RATE = Fraction(25)
HD, SD = Extent(1280, 720), Extent(720, 576)


def weights(pixel_format: str, tags: ColourTags, extent: Extent) -> tuple[float, float]:
    colour = colour_of(tags, layout_of(pixel_format), extent, RATE)
    return colour.kr, colour.kb


@pytest.mark.parametrize(
    ("extent", "expected", "name"),
    [
        (HD, (0.2126, 0.0722), "matrix BT.709"),
        (Extent(3840, 2160), (0.2126, 0.0722), "matrix BT.709"),
        (SD, (0.299, 0.114), "matrix BT.601"),
        (Extent(1280, 719), (0.299, 0.114), "matrix BT.601"),
    ],
)
def test_untagged_yuv_is_709_limited_from_720_lines_on(
    extent: Extent, expected: tuple[float, float], name: str
) -> None:
    colour = colour_of(UNTAGGED, layout_of("yuv420p"), extent, RATE)
    assert (colour.kr, colour.kb) == expected
    assert not colour.full_range
    assert colour.assumed == (name, "range limited")


def test_a_tag_counts_more_than_the_size() -> None:
    assert weights("yuv420p", ColourTags(matrix=9), SD) == (0.2627, 0.0593)
    assert weights("yuv420p", ColourTags(matrix=1), SD) == (0.2126, 0.0722)
    assert weights("yuv420p", ColourTags(matrix=6), HD) == (0.299, 0.114)
    assert weights("yuv420p", ColourTags(matrix=5), HD) == (0.299, 0.114)


def test_nothing_is_assumed_when_everything_is_tagged() -> None:
    colour = colour_of(ColourTags(1, 1, 1, 1), layout_of("yuv422p10le"), HD, RATE)
    assert colour.assumed == ()


def test_rgb_is_full_range_and_says_when_that_was_assumed() -> None:
    colour = colour_of(UNTAGGED, layout_of("gbrp10le"), SD, RATE)
    assert colour.full_range
    assert colour.assumed == ("range full",)
    tagged = colour_of(ColourTags(matrix=0, range=2), layout_of("rgb24"), SD, RATE)
    assert tagged.assumed == ()


@pytest.mark.parametrize(
    ("pixel_format", "tags"), [("yuvj420p", UNTAGGED), ("yuv420p", ColourTags(range=2))]
)
def test_full_range_comes_from_the_name_or_the_tag(pixel_format: str, tags: ColourTags) -> None:
    colour = colour_of(tags, layout_of(pixel_format), HD, RATE)
    assert colour.full_range
    assert "range limited" not in colour.assumed


def test_matrices_that_are_not_of_this_kind_are_replaced_and_named() -> None:
    for matrix in (0, 4, 7, 8, 10, 14, 250):
        colour = colour_of(ColourTags(matrix=matrix, range=1), layout_of("yuv420p"), HD, RATE)
        assert colour.assumed == ("matrix BT.709",)


def test_the_working_matrix_has_a_code_point() -> None:
    for matrix in (1, 6, 9):
        colour = colour_of(ColourTags(matrix=matrix), layout_of("yuv420p"), HD, RATE)
        assert colour.matrix == matrix
