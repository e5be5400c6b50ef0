"""`segment`: every kind of prompt, good and bad, in the cut of the demo."""

import json
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from tests.e2e.conftest import EXTENT, FRAMES, Cut, stop_worker
from tests.e2e.studio import checked, studio
from tests.e2e.test_bad_input import refused
from tests.worker_parts import environment, until
from void_studio.app.demo.cut import CutItem, resolve_timeline
from void_studio.app.demo.footage import FIRST_FRAME, RATE
from void_studio.core import Extent, FrameRange
from void_studio.quadmask import (
    Quadmask,
    affected_of,
    fill_of,
    pack,
    read_quadmask,
    remove_of,
    write_matte,
    write_quadmask,
)

MIDDLE = FRAMES // 2
AT = FIRST_FRAME + MIDDLE


@pytest.fixture
def words(cut: Cut, tmp_path: Path) -> tuple[object, ...]:
    return ("segment", cut.timeline, "--shot", cut.shot, "--out", tmp_path / "object.mkv")


def overlap(first, second) -> float:
    return np.count_nonzero(first & second) / max(1, np.count_nonzero(first | second))


def centre(cut: Cut) -> str:
    x, y = cut.scene.object_centre(MIDDLE)
    return f"{x:.1f},{y:.1f}@{AT}"


def found_at(tmp_path: Path, index: int):
    return fill_of(read_quadmask(tmp_path / "object.mkv").frames.values(index))


def box_of(cut: Cut) -> tuple[int, int, int, int]:
    rows, columns = np.nonzero(cut.scene.object_matte(MIDDLE))
    return int(columns.min()), int(rows.min()), int(columns.max()), int(rows.max())


@pytest.mark.parametrize("kind", ["box", "lasso", "matte"])
def test_a_box_a_lasso_and_a_painted_matte_find_the_object(cut, tmp_path, words, kind) -> None:
    left, top, right, bottom = box_of(cut)
    if kind == "box":
        text = f"{left - 4},{top - 4},{right - left + 8},{bottom - top + 8}@{AT}"
    elif kind == "lasso":
        text = (
            f"{left - 4},{top - 4} {right + 4},{top - 4} {right},{bottom + 4} {left},{bottom + 4}"
        )
        text += f"@{AT}"
    else:
        painted = tmp_path / "painted.mkv"
        matte = cut.scene.object_matte(MIDDLE)
        write_matte(painted, [matte], extent=EXTENT, rate=RATE, start_timecode=None)
        text = f"{painted}@{AT}"
    facts = checked("segment", *words, f"--{kind}", text)
    assert (facts["finished"], facts["stopped"]) == (FRAMES, False)
    for index in (MIDDLE - 2, MIDDLE, MIDDLE + 2):
        assert overlap(found_at(tmp_path, index), cut.scene.object_matte(index)) > 0.8


def test_layers_are_followed_at_once_and_packed_by_their_roles(cut, tmp_path, words) -> None:
    painted = tmp_path / "shadow.mkv"
    matte = cut.scene.shadow_matte(MIDDLE)
    write_matte(painted, [matte], extent=EXTENT, rate=RATE, start_timecode=None)
    facts = checked(
        "segment", *words, "--click", centre(cut), "--matte", f"affected:{painted}@{AT}"
    )
    assert facts["layers"] == ["affected", "remove"]
    values = read_quadmask(tmp_path / "object.mkv").frames.values(MIDDLE)
    assert overlap(remove_of(values), cut.scene.object_matte(MIDDLE)) > 0.8
    assert np.array_equal(affected_of(values), matte)


def test_a_direction_and_a_range_leave_the_other_frames_empty(cut, tmp_path, words) -> None:
    facts = checked("segment", *words, "--click", centre(cut), "--direction", "forward")
    assert facts["finished"] == FRAMES - MIDDLE
    assert facts["scores"][:MIDDLE] == [None] * MIDDLE
    assert not found_at(tmp_path, 0).any()
    span = f"{AT + 1}-{AT + 2}"
    facts = checked("segment", *words, "--click", centre(cut), "--frames", span)
    assert facts["finished"] == 3
    facts = checked("segment", *words, "--click", centre(cut), "--direction", "none")
    assert facts["finished"] == 1


def test_locked_frames_stay_as_they_are_and_are_followed(cut, tmp_path, words) -> None:
    locked = tmp_path / "locked.mkv"
    nothing = np.zeros(EXTENT.shape, np.bool_)
    mattes = [nothing] * FRAMES
    mattes[MIDDLE - 1] = cut.scene.object_matte(MIDDLE - 1)
    values = [pack(matte, nothing) for matte in mattes]
    quadmask = Quadmask.of(FIRST_FRAME, EXTENT, values)
    write_quadmask(locked, quadmask, rate=RATE, start_timecode=None)
    facts = checked("segment", *words, "--lock", locked)
    assert facts["finished"] == FRAMES
    assert np.array_equal(found_at(tmp_path, MIDDLE - 1), mattes[MIDDLE - 1])
    assert overlap(found_at(tmp_path, MIDDLE + 1), cut.scene.object_matte(MIDDLE + 1)) > 0.8
    refused(studio(*words, "--lock", f"{locked}@{AT}"), 2, "nothing is painted")


def test_ctrl_c_keeps_the_finished_frames_and_a_lock_goes_on_from_them(
    cut, tmp_path, words
) -> None:
    gate, state = tmp_path / "gate", tmp_path / "state"
    command = [sys.executable, "-m", "void_studio", *map(str, words), "--json"]
    process = subprocess.Popen(
        [*command, "--click", centre(cut), "--segmenter", "colour"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment(COLOUR_GATE=str(gate), VOID_STUDIO_STATE=str(state)),
    )
    try:
        until(Path(f"{gate}.reached").exists)
        process.send_signal(signal.SIGINT)
        gate.touch()
        out, err = process.communicate(timeout=120)
    finally:
        process.kill()
        stop_worker(state)
    assert process.returncode == 130, err
    facts = json.loads(out)
    assert facts["stopped"]
    assert 3 <= facts["finished"] < FRAMES
    on = checked("segment", *words[:-1], tmp_path / "rest.mkv", "--lock", tmp_path / "object.mkv")
    assert on["finished"] == FRAMES


def test_prompts_that_make_no_sense_are_refused(cut, tmp_path, words) -> None:
    refused(studio(*words), 2, "nothing is prompted")
    refused(studio(*words, "--box", "1,2,3@5"), 2, "X,Y,WIDTH,HEIGHT@FRAME")
    refused(studio(*words, "--box", f"9000,9000,5,5@{AT}"), 2, "holds nothing of the plate")
    refused(studio(*words, "--lasso", f"1,2 3,4@{AT}"), 2, "X,Y X,Y X,Y@FRAME")
    refused(studio(*words, "--matte", "object.mkv"), 2, "FILE@FRAME")
    refused(studio(*words, "--matte", f"{tmp_path}/none.mkv@{AT}"), 4, "none.mkv")
    refused(studio(*words, "--click", centre(cut), "--frames", "9-3"), 2, "FIRST-LAST")
    refused(studio(*words, "--click", centre(cut), "--direction", "up"), 2, "forward, backward")
    refused(studio(*words, "--click", f"-{centre(cut)}"), 2, "where the object is")
    refused(studio(*words, "--click", centre(cut), "--segmenter", "magic"), 2, "no segmenter")
    assert not (tmp_path / "object.mkv").exists()


def test_an_empty_matte_and_one_of_another_size_are_refused(cut, tmp_path, words) -> None:
    empty, small = tmp_path / "empty.mkv", tmp_path / "small.mkv"
    nothing = np.zeros(EXTENT.shape, np.bool_)
    write_matte(empty, [nothing], extent=EXTENT, rate=RATE, start_timecode=None)
    refused(studio(*words, "--matte", f"{empty}@{AT}"), 2, "is empty")
    tiny = np.ones((54, 96), np.bool_)
    write_matte(small, [tiny], extent=Extent(96, 54), rate=RATE, start_timecode=None)
    refused(studio(*words, "--matte", f"{small}@{AT}"), 3, "480x270")


def test_missing_weights_are_told_with_what_works_without(
    cut, tmp_path, words, monkeypatch
) -> None:
    monkeypatch.setenv("VOID_STUDIO_WEIGHTS", str(tmp_path))
    monkeypatch.setenv("VOID_STUDIO_STATE", str(tmp_path / "state"))
    try:
        answer = studio(*words, "--click", centre(cut), "--segmenter", "sam2.1-hiera-tiny")
    finally:
        stop_worker(tmp_path / "state")
    assert answer.code == 4
    assert "void-worker weights fetch sam2.1-hiera-tiny" in answer.err
    assert "flow works without weights" in answer.err


def test_sam2_follows_the_prompts_through_the_worker(cut, tmp_path, words, monkeypatch) -> None:
    pytest.importorskip("torch")
    from tests.tiny_sam2 import make_tiny_sam2

    _, folder = make_tiny_sam2(tmp_path)
    monkeypatch.setenv("VOID_STUDIO_WEIGHTS", str(folder.parent))
    monkeypatch.setenv("VOID_STUDIO_STATE", str(tmp_path / "state"))
    try:
        facts = checked(
            *("segment", *words, "--click", centre(cut), "--segmenter", "sam2.1-hiera-tiny")
        )
    finally:
        stop_worker(tmp_path / "state")
    assert facts["segmenter"] == "sam2.1-hiera-tiny"
    assert facts["finished"] == FRAMES
    assert any("CPU" in note for note in facts["notes"])


def test_a_shot_of_one_frame_is_segmented(cut: Cut, tmp_path: Path) -> None:
    timeline = tmp_path / "one.otio"
    whole = FrameRange(FIRST_FRAME, FRAMES)
    item = CutItem(cut.plate, whole, FrameRange(AT, 1))
    timeline.write_bytes(resolve_timeline([item], RATE, 86400))
    shot = checked("shots", "shots", timeline)["shots"][0]["id"]
    facts = checked(
        *("segment", "segment", timeline, "--shot", shot, "--handles", "0"),
        *("--click", centre(cut), "--out", tmp_path / "object.mkv"),
    )
    assert (facts["frames"], facts["finished"]) == (1, 1)
    assert overlap(found_at(tmp_path, 0), cut.scene.object_matte(MIDDLE)) > 0.8
