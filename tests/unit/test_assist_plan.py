from collections import Counter

import pytest

from void_studio.assist import Direction
from void_studio.assist.plan import runs_from
from void_studio.core import FrameRange


def reached(anchors, frames, direction):
    return {
        frame: run.anchor
        for run in runs_from(anchors, frames, direction)
        for frame in run.frames
        if frame in frames
    }


def test_both_ways_reach_every_frame_but_the_prompted_ones_once():
    frames = FrameRange(10, 30)
    runs = runs_from([12, 20, 21, 35], frames, Direction.BOTH)
    counted = Counter(frame for run in runs for frame in run.frames)
    assert counted == Counter(set(frames) - {12, 20, 21, 35})


def test_a_frame_between_two_prompts_belongs_to_the_nearer_one():
    owner = reached([0, 9], FrameRange(0, 10), Direction.BOTH)
    assert [owner[frame] for frame in range(1, 9)] == [0, 0, 0, 0, 9, 9, 9, 9]


def test_half_way_belongs_to_the_earlier_prompt():
    assert reached([0, 4], FrameRange(0, 5), Direction.BOTH)[2] == 0


@pytest.mark.parametrize(
    ("direction", "expected"),
    [
        (Direction.FORWARD, {4: 3, 5: 3, 7: 6, 8: 6, 9: 6}),
        (Direction.BACKWARD, {0: 3, 1: 3, 2: 3, 4: 6, 5: 6}),
    ],
)
def test_one_way_reaches_only_that_side_of_a_prompt(direction, expected):
    assert reached([3, 6], FrameRange(0, 10), direction) == expected


def test_a_prompt_outside_the_wanted_frames_is_walked_from():
    (forward, backward) = runs_from([2], FrameRange(5, 3), Direction.BOTH)
    assert list(forward.frames) == [3, 4, 5, 6, 7]
    assert list(backward.frames) == []


def test_frames_walk_outwards():
    (forward, backward) = runs_from([5], FrameRange(3, 5), Direction.BOTH)
    assert list(forward.frames) == [6, 7]
    assert list(backward.frames) == [4, 3]
