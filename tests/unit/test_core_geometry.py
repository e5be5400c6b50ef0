"""Sizes and rectangles."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from void_studio.core import Extent, Rect

rects = st.builds(
    Rect, st.integers(0, 20), st.integers(0, 20), st.integers(0, 12), st.integers(0, 12)
)


def painted(rect: Rect) -> np.ndarray[tuple[int, int], np.dtype[np.bool_]]:
    canvas = np.zeros((40, 40), np.bool_)
    canvas[rect.slices] = True
    return canvas


@given(rects)
def test_the_area_is_the_number_of_samples_that_the_slices_select(rect: Rect) -> None:
    assert painted(rect).sum() == rect.area


@given(rects, rects)
def test_an_intersection_has_the_samples_in_both(one: Rect, other: Rect) -> None:
    assert np.array_equal(painted(one.intersect(other)), painted(one) & painted(other))


@given(rects, rects)
def test_a_union_is_the_smallest_rectangle_around_both(one: Rect, other: Rect) -> None:
    rows, columns = np.nonzero(painted(one) | painted(other))
    union = one.union(other)
    if len(rows):
        edges = (columns.min(), rows.min(), columns.max() + 1, rows.max() + 1)
        assert (union.x, union.y, union.right, union.bottom) == edges
    else:
        assert union.area == 0


def test_growing_moves_every_edge() -> None:
    assert Rect(4, 5, 2, 3).grown(2) == Rect(2, 3, 6, 7)
    assert Rect(4, 5, 2, 3).shifted(-4, 1) == Rect(0, 6, 2, 3)


def test_edges_that_cross_give_an_empty_rectangle() -> None:
    assert Rect.of(5, 5, 3, 9).area == 0


def test_an_extent_has_rows_before_columns_in_its_shape() -> None:
    extent = Extent(1920, 1080)
    assert extent.shape == (1080, 1920)
    assert str(extent) == "1920x1080"
    assert extent.rect.extent == extent
