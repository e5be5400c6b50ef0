import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from void_studio.quadmask import fill_holes, grow, remove_specks, shrink

MATTES = hnp.arrays(np.bool_, hnp.array_shapes(min_dims=2, max_dims=2, max_side=12))


def grown_slowly(matte, px):
    rows, columns = np.indices(matte.shape)
    result = np.zeros_like(matte)
    for row, column in np.argwhere(matte):
        result |= np.hypot(rows - row, columns - column) <= px
    return result


@given(MATTES, st.sampled_from([0, 1, 1.5, 2, 3, 5]))
def test_growing_sets_the_samples_within_the_distance(matte, px):
    before = matte.copy()
    assert np.array_equal(grow(matte, px), grown_slowly(matte, px))
    assert np.array_equal(matte, before)


@given(MATTES, st.sampled_from([0, 1, 1.5, 2, 3, 5]))
def test_shrinking_is_growing_what_is_outside(matte, px):
    assert np.array_equal(shrink(matte, px), ~grown_slowly(~matte, px))


def test_holes_are_filled_unless_they_reach_the_edge():
    matte = np.zeros((9, 12), np.bool_)
    matte[1:6, 1:6] = True
    matte[3, 3] = False
    matte[0:3, 8:11] = True
    matte[0:2, 9] = False
    filled = fill_holes(matte)
    assert filled[3, 3]
    assert not filled[0:2, 9].any()
    assert np.count_nonzero(filled != matte) == 1


@pytest.mark.parametrize(("least", "left"), [(1, 6), (2, 5), (3, 3), (4, 0)])
def test_specks_below_an_area_go(least, left):
    matte = np.zeros((9, 9), np.bool_)
    matte[0, 0] = True
    matte[4, 4] = matte[5, 5] = True
    matte[8, 6:9] = True
    assert np.count_nonzero(remove_specks(matte, least)) == left


@pytest.mark.parametrize("operation", [fill_holes, lambda matte: remove_specks(matte, 5)])
@pytest.mark.parametrize("value", [False, True])
def test_uniform_frames_stay_as_they_are(operation, value):
    matte = np.full((7, 5), value)
    assert np.array_equal(operation(matte), matte)
