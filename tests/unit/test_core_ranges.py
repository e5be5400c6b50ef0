"""Ranges of frames."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from void_studio.core import FrameRange

ranges = st.builds(FrameRange, st.integers(-1000, 1000), st.integers(0, 200))
full_ranges = st.builds(FrameRange, st.integers(-1000, 1000), st.integers(1, 200))


def test_a_range_is_shown_as_first_and_last() -> None:
    assert str(FrameRange.of(1001, 1024)) == "1001-1024"
    assert str(FrameRange(5, 0)) == "empty at 5"


def test_a_range_can_not_have_fewer_than_no_frames() -> None:
    with pytest.raises(ValueError, match="-1 frames"):
        FrameRange(0, -1)


@given(ranges)
def test_iteration_length_and_membership_agree(frames: FrameRange) -> None:
    listed = list(frames)
    assert len(listed) == len(frames)
    assert all(frame in frames for frame in listed)
    assert frames.start - 1 not in frames
    assert frames.stop not in frames


@given(full_ranges)
def test_first_and_last_give_the_range_back(frames: FrameRange) -> None:
    assert FrameRange.of(frames.start, frames.last) == frames


@given(ranges, ranges)
def test_an_intersection_has_the_frames_in_both(one: FrameRange, other: FrameRange) -> None:
    assert set(one.intersect(other)) == set(one) & set(other)


@given(ranges, ranges)
def test_a_union_is_the_smallest_range_that_covers_both(one: FrameRange, other: FrameRange) -> None:
    union = one.union(other)
    assert union.covers(one)
    assert union.covers(other)
    frames = set(one) | set(other)
    assert len(union) == (max(frames) - min(frames) + 1 if frames else 0)


@given(ranges, ranges)
def test_covering_is_having_every_frame(one: FrameRange, other: FrameRange) -> None:
    assert one.covers(other) == (set(other) <= set(one))


def test_handles_widen_on_each_side() -> None:
    assert FrameRange(10, 5).widened(8, 2) == FrameRange(2, 15)
    assert FrameRange(10, 5).shifted(-10) == FrameRange(0, 5)


def test_only_frames_are_members() -> None:
    assert "10" not in FrameRange(0, 20)
    assert 10.5 not in FrameRange(0, 20)
