import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from void_studio.quadmask import (
    KEEP,
    affected_of,
    apply_frame0_rule,
    fill_of,
    pack,
    remove_of,
    snap,
    unpack_layers,
)

SHAPES = hnp.array_shapes(min_dims=2, max_dims=2, max_side=9)


@given(st.data())
def test_unpacking_gives_the_packed_mattes_back(data):
    shape = data.draw(SHAPES)
    remove, affected = (data.draw(hnp.arrays(np.bool_, shape)) for _ in range(2))
    values = pack(remove, affected)
    again = unpack_layers(values)
    assert np.array_equal(again[0], remove)
    assert np.array_equal(again[1], affected)
    assert np.array_equal(fill_of(values), remove | affected)
    assert snap(values)[1] == 0


def test_the_four_stored_numbers_are_as_void_reads_them():
    remove = np.array([[True, True, False, False]])
    affected = np.array([[False, True, True, False]])
    values = pack(remove, affected)
    assert values.tolist() == [[0, 63, 127, 255]]
    assert values.dtype == np.uint8
    assert KEEP == 255


def test_mattes_that_are_parts_of_larger_arrays_are_packed():
    remove = np.zeros((6, 8), np.bool_)
    remove[1:3, 2:5] = True
    values = pack(remove[::2, 1:7], np.zeros((3, 6), np.bool_))
    assert np.array_equal(remove_of(values), remove[::2, 1:7])
    assert not affected_of(values).any()


@pytest.mark.parametrize("kind", [np.uint8, np.float64])
def test_foreign_numbers_are_cut_at_31_95_and_191(kind):
    values = np.array([[0, 31, 32, 95, 96, 191, 192, 255]], kind)
    snapped, off = snap(values)
    assert snapped.tolist() == [[0, 0, 63, 63, 127, 127, 255, 255]]
    assert off == 6


def test_real_numbers_between_two_whole_ones_belong_to_the_upper_class():
    assert snap(np.array([31.5, 95.5, 191.5]))[0].tolist() == [63, 127, 255]


def test_the_rule_for_frame_0_clears_grey_but_not_the_overlap():
    values = np.array([[0, 63, 127, 255]], np.uint8)
    assert apply_frame0_rule(values).tolist() == [[0, 63, 255, 255]]
    assert values.tolist() == [[0, 63, 127, 255]]
