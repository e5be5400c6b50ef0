"""`suggest-affected` on the small cut, from the command line."""

from pathlib import Path

import numpy as np
import pytest

from tests.e2e.conftest import EXTENT, FRAMES, Cut
from tests.e2e.studio import checked, studio
from void_studio.app.demo.footage import FIRST_FRAME, RATE
from void_studio.core import Timecode
from void_studio.quadmask import Quadmask, affected_of, grow, pack, read_quadmask, write_quadmask


@pytest.fixture(scope="module")
def removed(cut: Cut, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A quadmask with the object only."""
    path = tmp_path_factory.mktemp("removed") / "remove.mkv"
    nothing = np.zeros(EXTENT.shape, np.bool_)
    values = [pack(grow(cut.scene.object_matte(i), 2), nothing) for i in range(FRAMES)]
    quadmask = Quadmask.of(FIRST_FRAME, EXTENT, values)
    write_quadmask(path, quadmask, rate=RATE, start_timecode=Timecode(FIRST_FRAME, RATE))
    return path


def words(cut: Cut, quadmask: Path, out: Path, *more: object) -> list[object]:
    return [
        "suggest-affected",
        cut.timeline,
        "--shot",
        cut.shot,
        "--quadmask",
        quadmask,
        "--out",
        out,
        *more,
    ]


def test_the_shadow_is_suggested_and_the_quadmask_is_left_alone(cut, removed, tmp_path):
    before = removed.read_bytes()
    out, into = tmp_path / "suggestion.mkv", tmp_path / "both.mkv"
    facts = checked("suggest_affected", *words(cut, removed, out, "--into", into))
    assert removed.read_bytes() == before
    assert facts["frames"] == FRAMES
    assert facts["outside_affected_share"] == 1.0
    suggestion, both = read_quadmask(out).frames, read_quadmask(into).frames
    hits = found = wanted = 0
    for index in range(FRAMES):
        matte = affected_of(suggestion.values(index))
        np.testing.assert_array_equal(affected_of(both.values(index)), matte)
        shadow = cut.scene.shadow_matte(index) & ~grow(cut.scene.object_matte(index), 2)
        hits += np.count_nonzero(matte & shadow)
        found += np.count_nonzero(matte)
        wanted += np.count_nonzero(shadow)
    assert hits / found >= 0.5
    assert hits / wanted >= 0.6


def test_what_is_painted_already_is_not_missed(cut, tmp_path):
    out = tmp_path / "suggestion.mkv"
    facts = checked("suggest_affected", *words(cut, cut.quadmask, out))
    assert facts["outside_affected_share"] < 0.1


def test_ring_and_cast_come_from_the_object_alone(cut, removed, tmp_path):
    plain, more = tmp_path / "plain.mkv", tmp_path / "more.mkv"
    checked("suggest_affected", *words(cut, removed, plain))
    options = ("--contact", 4, "--cast", "90,20")
    checked("suggest_affected", *words(cut, removed, more, *options))
    first, second = read_quadmask(plain).frames, read_quadmask(more).frames
    for index in range(FRAMES):
        small, large = affected_of(first.values(index)), affected_of(second.values(index))
        assert not (small & ~large).any()
        assert np.count_nonzero(large) > np.count_nonzero(small) + 100


def test_what_no_other_frame_shows_is_told(cut, removed, tmp_path):
    near = checked("suggest_affected", *words(cut, removed, tmp_path / "a.mkv", "--reach", 0.5))
    far = checked("suggest_affected", *words(cut, removed, tmp_path / "b.mkv", "--reach", 8))
    assert near["known_share"] > 0.9
    assert far["known_share"] < near["known_share"]
    whole = tmp_path / "whole.mkv"
    still = np.zeros(EXTENT.shape, np.bool_)
    still[:, 60:420] = True
    values = [pack(still, np.zeros_like(still))] * FRAMES
    quadmask = Quadmask.of(FIRST_FRAME, EXTENT, values)
    write_quadmask(whole, quadmask, rate=RATE, start_timecode=Timecode(FIRST_FRAME, RATE))
    told = studio(*words(cut, whole, tmp_path / "c.mkv"))
    assert told.code == 0
    assert "neither it nor the camera moves" in told.out


@pytest.mark.parametrize(
    ("option", "value", "code"),
    [
        ("--cast", "down", 2),
        ("--cast", "90,nan", 2),
        ("--cast", "90,1e9", 2),
        ("--reach", "0", 2),
        ("--reach", "nan", 2),
        ("--threshold", "0", 2),
        ("--shot", "nobody", 2),
        ("--quadmask", "missing.mkv", 4),
        ("--worker", "nobody", 4),
    ],
)
def test_a_wrong_option_is_told_in_one_line(cut, removed, tmp_path, option, value, code):
    answer = studio(*words(cut, removed, tmp_path / "out.mkv", option, value))
    assert answer.code == code, answer.err
    assert "Traceback" not in answer.err
    assert not (tmp_path / "out.mkv").exists()


def test_a_quadmask_without_an_object_is_refused(cut, tmp_path):
    empty = tmp_path / "empty.mkv"
    nothing = np.zeros(EXTENT.shape, np.bool_)
    quadmask = Quadmask.of(FIRST_FRAME, EXTENT, [pack(nothing, nothing)] * FRAMES)
    write_quadmask(empty, quadmask, rate=RATE, start_timecode=Timecode(FIRST_FRAME, RATE))
    answer = studio(*words(cut, empty, tmp_path / "out.mkv"))
    assert answer.code == 6
    assert "remove layer" in answer.err
