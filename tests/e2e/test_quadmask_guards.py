"""`quadmask check` with its guards, from the command line."""

from pathlib import Path

import numpy as np
import pytest

from tests.e2e.conftest import EXTENT, FRAMES, truth
from tests.e2e.studio import checked, studio
from void_studio.app.demo.footage import FIRST_FRAME, RATE
from void_studio.core import Extent, Timecode
from void_studio.quadmask import Quadmask, affected_of, grow, pack, remove_of, write_quadmask


def written(path: Path, values: list[np.ndarray], first: int = FIRST_FRAME) -> Path:
    quadmask = Quadmask.of(first, EXTENT, values)
    write_quadmask(path, quadmask, rate=RATE, start_timecode=Timecode(first, RATE))
    return path


def test_a_true_quadmask_has_drift_for_every_frame_and_no_suspects(cut):
    facts = checked("quadmask_check", "quadmask", "check", cut.quadmask)
    assert [item["frame"] for item in facts["drift"]] == list(range(FRAMES))
    assert facts["drift"][0]["iou"] is None
    assert facts["drift"][5]["flow_residual"] is None
    assert facts["suspects"] == []


def test_flow_is_measured_on_request(cut):
    words = ("quadmask", "check", cut.quadmask, "--plate", cut.plate, "--flow")
    facts = checked("quadmask_check", *words)
    assert all(item["flow_residual"] is not None for item in facts["drift"][1:])


def test_a_frame_gone_wrong_is_a_suspect_and_is_shown(cut, tmp_path):
    values = [truth(cut.scene, index) for index in range(FRAMES)]
    values[6] = pack(grow(remove_of(values[6]), 20), affected_of(values[6]))
    bad = written(tmp_path / "bad.mkv", values)
    facts = checked("quadmask_check", "quadmask", "check", bad)
    assert [item["frame"] for item in facts["suspects"]] == [6, 7]
    shown = studio("quadmask", "check", bad)
    assert "suspect: frame 6, area jumps" in shown.out
    assert "grey in frame 0" in shown.out


def test_a_suggestion_that_was_not_painted_is_warned_of(cut, tmp_path):
    nothing = np.zeros(EXTENT.shape, np.bool_)
    whole = [truth(cut.scene, index) for index in range(FRAMES)]
    bare = written(tmp_path / "bare.mkv", [pack(remove_of(v), nothing) for v in whole])
    first = 3
    later = [pack(nothing, affected_of(v)) for v in whole[first:]]
    suggestion = written(tmp_path / "suggestion.mkv", later, FIRST_FRAME + first)
    more = ("--suggestion", suggestion)
    facts = checked("quadmask_check", "quadmask", "check", bare, *more)
    outside = [w for w in facts["warnings"] if "outside" in w["guard"]]
    assert outside[0]["frames"] == list(range(first, FRAMES))
    painted = checked("quadmask_check", "quadmask", "check", cut.quadmask, *more)
    assert not [w for w in painted["warnings"] if "outside" in w["guard"]]


@pytest.mark.parametrize(
    ("more", "code"),
    [
        (["--flow"], 2),
        (["--suggestion", "missing.mkv"], 4),
        (["--plate", "missing.mov", "--flow"], 4),
    ],
)
def test_a_wrong_request_is_told_in_one_line(cut, tmp_path, monkeypatch, more, code):
    monkeypatch.chdir(tmp_path)
    answer = studio("quadmask", "check", cut.quadmask, *more)
    assert answer.code == code, answer.err
    assert "Traceback" not in answer.err


def test_a_quadmask_that_begins_before_the_plate_has_no_flow(cut, tmp_path):
    values = [truth(cut.scene, index) for index in range(FRAMES)]
    early = written(tmp_path / "early.mkv", values, FIRST_FRAME - 4)
    answer = studio("quadmask", "check", early, "--plate", cut.plate, "--flow")
    assert answer.code == 3
    assert "begins at" in answer.err


def test_a_suggestion_of_another_size_is_refused(cut, tmp_path):
    small = tmp_path / "small.mkv"
    values = np.full((40, 60), 255, np.uint8)
    quadmask = Quadmask.of(0, Extent(60, 40), [values])
    write_quadmask(small, quadmask, rate=RATE, start_timecode=None)
    assert studio("quadmask", "check", cut.quadmask, "--suggestion", small).code == 3
