import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from void_studio.core import UsageError
from void_studio.quadmask.brush import stamp_line

POSITION = st.floats(-20, 60, width=32)


def distances(shape, start, end):
    rows, columns = np.indices(shape) + 0.5
    dx, dy = end[0] - start[0], end[1] - start[1]
    length = dx * dx + dy * dy
    along = ((columns - start[0]) * dx + (rows - start[1]) * dy) / length if length else 0
    along = np.clip(along, 0, 1)
    return np.hypot(columns - start[0] - along * dx, rows - start[1] - along * dy)


@given(POSITION, POSITION, POSITION, POSITION, st.floats(0, 15))
def test_a_line_sets_the_samples_within_its_radius_and_touches_no_other(x0, y0, x1, y1, radius):
    target = np.zeros((40, 50), np.bool_)
    touched = stamp_line(target, (x0, y0), (x1, y1), radius, value=True)
    away = distances(target.shape, (x0, y0), (x1, y1))
    assert target[away < radius - 1e-3].all()
    assert not target[away > max(radius, math.sqrt(0.5)) + 1e-3].any()
    outside = target.copy()
    outside[touched.slices] = False
    assert not outside.any()


def test_a_dab_of_radius_half_in_the_middle_of_a_sample_sets_just_that_sample():
    target = np.zeros((9, 9), np.bool_)
    stamp_line(target, (4.5, 3.5), (4.5, 3.5), 0.5, value=True)
    assert np.argwhere(target).tolist() == [[3, 4]]


def test_a_thin_line_has_no_gaps():
    target = np.zeros((60, 200), np.bool_)
    stamp_line(target, (1.2, 1.7), (197.3, 55.1), 0.1, value=True)
    rows = [np.flatnonzero(column) for column in target.T[1:198]]
    assert all(len(found) for found in rows)
    steps = [abs(int(b[0]) - int(a[-1])) for a, b in itertools.pairwise(rows)]
    assert max(steps) <= 1


def test_a_line_in_one_piece_and_in_many_pieces_set_the_same_samples():
    long, short = np.zeros((80, 700), np.bool_), np.zeros((80, 700), np.bool_)
    stamp_line(long, (10, 40), (690, 40), 20, value=True)
    for x in range(10, 690, 20):
        stamp_line(short, (x, 40), (x + 20, 40), 20, value=True)
    assert np.array_equal(long, short)


def test_erasing_takes_away_what_the_same_dab_painted():
    target = np.zeros((40, 40), np.bool_)
    for value in (True, False):
        stamp_line(target, (17.3, 20.1), (22.2, 15.0), 6.5, value=value)
        assert target.any() == value


@pytest.mark.parametrize("position", [math.nan, math.inf, 1e9])
def test_a_brush_out_of_reach_is_refused(position):
    target = np.zeros((4, 4), np.bool_)
    with pytest.raises(UsageError, match="can not reach"):
        stamp_line(target, (0, 0), (position, 0), 2, value=True)
