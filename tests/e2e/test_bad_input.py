"""Bad input: one clear line, the contract's exit code, nothing half-written."""

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.conftest import EXTENT, FIRST_FRAME, Cut, stop_worker
from tests.e2e.studio import Answer, studio
from tests.media.broken import empty_movie, foreign_movie, truncated_copy, zero_frame_movie
from void_studio.app.demo.footage import RATE
from void_studio.core import Extent, FrameRange
from void_studio.quadmask import Quadmask, read_quadmask, write_quadmask


def refused(answer: Answer, code: int, *words: str) -> None:
    """The answer must be one line on stderr that has all `words`, and nothing on stdout."""
    lines = [line for line in answer.err.splitlines() if line.startswith("void-studio:")]
    assert answer.code == code, answer.err
    assert len(lines) == 1
    assert answer.out == ""
    assert "Traceback" not in answer.err
    for word in words:
        assert word in lines[0]


@pytest.fixture
def render(cut: Cut, tmp_path: Path) -> Iterator[list[object]]:
    """The words of a render that would work; the timeline must stay as it was."""
    before = hashlib.sha256(cut.timeline.read_bytes()).digest()
    yield [
        *("render", cut.timeline, "--shot", cut.shot),
        *("--versions", tmp_path / "versions", "--quadmask"),
    ]
    assert hashlib.sha256(cut.timeline.read_bytes()).digest() == before
    assert list((tmp_path / "versions").rglob("*.mkv")) == []


def test_media_that_are_not_movies_are_named(tmp_path: Path, cut: Cut) -> None:
    for index, make in enumerate((empty_movie, foreign_movie, zero_frame_movie)):
        path = tmp_path / f"{index}.mov"
        make(path)
        refused(studio("probe", path), 3, path.name)
    cut_off = tmp_path / "cut.mov"
    truncated_copy(cut.plate, cut_off)
    refused(studio("probe", cut_off), 3, "cut.mov")
    refused(studio("probe", tmp_path / "none.mov"), 4, "none.mov")


def test_frames_that_are_not_there_are_refused(tmp_path: Path, cut: Cut) -> None:
    out = tmp_path / "a.png"
    refused(studio("frame", cut.plate, "--index", 999, "--out", out), 2, "0-11")
    refused(studio("frame", cut.plate, "--out", out), 2, "--index")
    refused(studio("frame", cut.plate, "--timecode", "01:00", "--out", out), 3, "HH:MM:SS:FF")
    assert not out.exists()


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "hello", '{"OTIO_SCHEMA": "Timeline.1"}', '{"a": ' * 5000]
)
def test_files_that_are_not_timelines_are_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "cut.otio"
    path.write_text(text)
    answer = studio("shots", path)
    if answer.code:
        refused(answer, 3, "cut.otio")
    else:
        assert text.startswith('{"OTIO_SCHEMA"')


def test_an_unknown_shot_lists_the_shots(cut: Cut, tmp_path: Path) -> None:
    answer = studio("render", cut.timeline, "--shot", "sh-0", "--quadmask", cut.quadmask)
    refused(answer, 2, cut.shot)


def test_offline_media_name_the_way_out(cut: Cut, tmp_path: Path) -> None:
    moved = tmp_path / "moved.otio"
    moved.write_bytes(cut.timeline.read_bytes().replace(b"plate.mov", b"other.mov"))
    shot = json.loads(studio("shots", moved, "--json").out)["shots"][1]
    assert not shot["online"]
    answer = studio("render", moved, "--shot", shot["id"], "--quadmask", cut.quadmask)
    refused(answer, 4, "offline", "--media-root")


def test_a_quadmask_of_another_size_is_refused(
    cut: Cut, tmp_path: Path, render: list[object]
) -> None:
    path = tmp_path / "small.mkv"
    values = read_quadmask(cut.quadmask).frames.values(0)[:90, :160]
    write_quadmask(
        path, Quadmask.of(0, Extent(160, 90), [values] * 8), rate=RATE, start_timecode=None
    )
    refused(studio(*render, path), 3, "160x90", "480x270")


def test_a_quadmask_of_another_length_names_the_three_that_fit(
    cut: Cut, tmp_path: Path, render: list[object]
) -> None:
    path = tmp_path / "long.mkv"
    frames = read_quadmask(cut.quadmask).frames
    short = frames.over(FrameRange(0, 7)).renumbered(0)
    write_quadmask(path, short, rate=RATE, start_timecode=None)
    answer = studio(*render, path)
    assert answer.code in (3, 6)
    refused(answer, answer.code, "8", "12")


def test_an_all_keep_quadmask_is_refused(cut: Cut, tmp_path: Path, render: list[object]) -> None:
    path = tmp_path / "keep.mkv"
    keep = read_quadmask(cut.quadmask).frames.values(0).copy()
    keep[:] = 255
    write_quadmask(path, Quadmask.of(0, EXTENT, [keep] * 12), rate=RATE, start_timecode=None)
    refused(studio(*render, path), 6, "nothing to fill")


def test_parameters_and_engines_that_do_not_exist_list_those_that_do(
    cut: Cut, render: list[object]
) -> None:
    refused(studio(*render, cut.quadmask, "--engine", "magic"), 2, "draft")
    refused(studio(*render, cut.quadmask, "--param", "wings=2"), 2, "wings")


def test_a_worker_that_is_not_there_is_named(
    render: list[object], cut: Cut, monkeypatch: pytest.MonkeyPatch
) -> None:
    refused(studio(*render, cut.quadmask, "--worker", "127.0.0.1:9"), 2, "VOID_STUDIO_TOKEN")
    monkeypatch.setenv("VOID_STUDIO_TOKEN", "secret")
    answer = studio(*render, cut.quadmask, "--worker", "127.0.0.1:9")
    refused(answer, 5, "127.0.0.1:9")


def test_a_folder_that_can_not_be_written_is_refused(
    cut: Cut, tmp_path: Path, render: list[object]
) -> None:
    blocked = tmp_path / "file"
    blocked.write_bytes(b"in the way")
    refused(studio(*render, cut.quadmask, "--versions", blocked / "versions"), 6, "can not write")


def test_a_timeline_is_never_overwritten(cut: Cut, version: Path) -> None:
    answer = studio("conform", cut.timeline, "--version", version, "--out", cut.timeline)
    refused(answer, 2, "overwrite")


def test_a_version_with_a_hostile_recipe_is_refused(version: Path, tmp_path: Path) -> None:
    import shutil

    copy = tmp_path / version.name
    shutil.copytree(version, copy)
    recipe = copy / "recipe.json"
    recipe.chmod(0o644)
    value = json.loads(recipe.read_text())
    value["master"]["name"] = "../../../../etc/passwd"
    recipe.write_text(json.dumps(value))
    refused(studio("replay", copy), 3, "recipe")


@pytest.mark.skipif(os.name != "posix", reason="kills a process by signal")
def test_a_worker_killed_in_the_middle_leaves_nothing_behind(
    cut: Cut, tmp_path: Path, render: list[object]
) -> None:
    state = tmp_path / "state"
    environment = {**os.environ, "VOID_STUDIO_STATE": str(state)}
    command = [sys.executable, "-m", "void_studio", *map(str, render), str(cut.quadmask)]
    with subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        pid = _worker_pid(state, process)
        os.kill(pid, 9)
        _, error = process.communicate(timeout=120)
    stop_worker(state)
    lines = [line for line in error.splitlines() if line.startswith("void-studio:")]
    assert process.returncode in (5, 7), error
    assert len(lines) == 1
    assert "Traceback" not in error


def _worker_pid(state: Path, process: "subprocess.Popen[str]") -> int:
    while process.poll() is None:
        for note in state.rglob("worker.json"):
            try:
                return int(json.loads(note.read_text())["pid"])
            except ValueError:
                continue
    raise AssertionError(f"no worker was started: {process.stderr and process.stderr.read()}")


def test_click_texts_are_checked(cut: Cut, tmp_path: Path) -> None:
    words = ("segment", cut.timeline, "--shot", cut.shot, "--out", tmp_path / "a.mkv", "--click")
    refused(studio(*words, "here"), 2, "X,Y@FRAME")
    refused(studio(*words, f"9999,5@{FIRST_FRAME}"), 2, "480x270")
    refused(studio(*words, "5,5@1"), 2, "work range")
