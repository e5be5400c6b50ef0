"""A shot from the timeline to the written cut, by mouse, pen and keys in the real window."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from tests.e2e.conftest import FIRST_FRAME, Cut
from tests.e2e.studio import SCHEMAS, checked
from void_studio.app.resources import resource


def driven(script: dict[str, Any], folder: Path) -> subprocess.CompletedProcess[str]:
    path = folder / "script.json"
    path.write_text(json.dumps(script))
    jsonschema.validate(script, json.loads((SCHEMAS / "drive_script.json").read_text()))
    return subprocess.run(
        [sys.executable, "-m", "void_studio", "drive", path, "--out", folder / "out", "--json"],
        capture_output=True,
        text=True,
        check=False,
        timeout=280,
        env=os.environ | {"VOID_STUDIO_CONFIG": str(folder)},
    )


def script(*steps: dict[str, Any]) -> dict[str, Any]:
    return {"schema": "void_studio.drive.1", "window": [1600, 900], "steps": list(steps)}


def whole_way(cut: Cut) -> dict[str, Any]:
    frame = FIRST_FRAME + 6
    x, y = cut.scene.object_centre(6)
    return script(
        {"do": "open", "path": str(cut.timeline)},
        {"do": "wait", "until": {"cut.name": "cut"}},
        {"do": "shot", "name": "plate.mov", "nth": 2},
        {"do": "wait", "until": {"viewer.exact": True}},
        {"do": "type", "on": "transport.frame", "text": str(frame)},
        {"do": "key", "keys": "Return"},
        {"do": "wait", "until": {"viewer.shown_frame": frame, "viewer.exact": True}},
        {"do": "key", "on": "viewer.canvas", "keys": "C"},
        {"do": "stroke", "points": [[x, y]]},
        {"do": "wait", "until": {"shot.proposals.count": 1}, "timeout_s": 120},
        {"do": "key", "keys": "Ctrl+T"},
        {"do": "wait", "until": {"shot.painted_frames": {"at_least": 10}}, "timeout_s": 120},
        {"do": "idle"},
        {"do": "action", "id": "layer.add_affected"},
        {"do": "key", "on": "viewer.canvas", "keys": "B"},
        {"do": "click", "on": "options.lives.all-frames"},
        {"do": "stroke", "points": [[60, 205], [240, 205], [420, 205, 0.5]], "device": "pen"},
        {"do": "idle"},
        {"do": "state", "name": "painted.json"},
        {"do": "action", "id": "render.draft"},
        {"do": "wait", "until": {"queue.0.state": "done", "takes.count": 1}, "timeout_s": 200},
        {"do": "key", "on": "viewer.canvas", "keys": "W"},
        {"do": "wait", "until": {"view.compare": "wipe", "viewer.other_there": True}},
        {"do": "screenshot", "name": "wipe.png"},
        {"do": "action", "id": "versions.publish"},
        {"do": "wait", "until": {"versions.count": 1}, "timeout_s": 120},
        {"do": "action", "id": "versions.conform"},
        {"do": "wait", "until": {"dialog": "conform"}},
        {"do": "idle"},
        {"do": "click", "on": "conform.write"},
        {"do": "wait", "until": {"dialog": ""}},
        {"do": "idle"},
    )


def test_a_shot_goes_from_the_timeline_to_the_written_cut_by_hand(cut: Cut, tmp_path: Path) -> None:
    done = driven(whole_way(cut), tmp_path)
    assert done.returncode == 0, done.stderr
    value = json.loads(done.stdout)
    jsonschema.validate(value, json.loads((SCHEMAS / "drive.json").read_text()))
    painted = json.loads((tmp_path / "out" / "painted.json").read_text())["shot"]["layers"]
    assert [layer["role"] for layer in painted] == ["affected", "remove"]
    assert all(len(layer["painted"]) >= 10 for layer in painted)
    assert (tmp_path / "out" / "wipe.png").stat().st_size > 10_000
    version = Path(value["state"]["versions"][0]["folder"])
    assert checked("certify", "certify", version, "--plate", cut.plate)["ok"]
    written = cut.folder / "cut_void_resolve.otio"
    assert version.name in written.read_text()
    assert Path(value["state"]["project"]).exists()


@pytest.mark.parametrize(
    ("step", "says"),
    [
        ({"do": "click", "on": "no.such.thing"}, "no control of this name"),
        ({"do": "click", "on": "conform.write"}, "no control of this name"),
        ({"do": "action", "id": "render.take"}, "can not be used now"),
        ({"do": "expect", "that": {"view.frame": 7}}, "view.frame is"),
        ({"do": "wait", "until": {"view.frame": 7}, "timeout_s": 0.2}, "in vain"),
        ({"do": "screenshot", "name": "../evil.png"}, "no file name"),
    ],
)
def test_a_step_that_can_not_be_done_is_named(
    step: dict[str, Any], says: str, tmp_path: Path
) -> None:
    done = driven(script({"do": "idle"}, step), tmp_path)
    assert done.returncode == 1, done.stderr
    assert f"step 2 ({step['do']})" in done.stderr
    assert says in done.stderr


def test_what_is_no_script_is_bad_input(tmp_path: Path) -> None:
    path = tmp_path / "script.json"
    path.write_text("{}")
    done = subprocess.run(
        [sys.executable, "-m", "void_studio", "drive", path, "--out", tmp_path / "out"],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 3
    assert "no script" in done.stderr


@pytest.mark.parametrize("name", ["demo/first_shot.json", "shoot.json"])
def test_the_scripts_that_come_with_the_studio_are_what_their_schema_says(name: str) -> None:
    value = json.loads(resource(name).read_text())
    jsonschema.validate(value, json.loads((SCHEMAS / "drive_script.json").read_text()))


def folder_way(folder: Path) -> dict[str, Any]:
    return script(
        {"do": "open", "path": str(folder)},
        {"do": "wait", "until": {"shot.id": {"not": None}, "viewer.exact": True}},
        {"do": "idle"},
        {"do": "expect", "that": {"shot.painted_frames": {"at_least": 5}}},
        {"do": "expect", "that": {"shot.layers.count": {"at_least": 1}}},
        {"do": "key", "on": "viewer.canvas", "keys": "End"},
        {"do": "key", "keys": "M"},
        {"do": "wait", "until": {"view.shown": "model"}},
        {"do": "screenshot", "name": "model.png"},
    )


def test_a_void_folder_opens_with_its_quadmask_painted(cut: Cut, tmp_path: Path) -> None:
    folder = tmp_path / "void_folder"
    words = ["--quadmask", cut.quadmask, "--out", folder, "--prompt", "a courtyard"]
    checked("export_folder", "export-folder", cut.plate, *words)
    done = driven(folder_way(folder), tmp_path)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["state"]["shot"]["prompt"] == "a courtyard"


def test_the_lime_sample_opens_as_a_void_folder(shared_data: Path, tmp_path: Path) -> None:
    folder = tmp_path / "lime"
    shutil.copytree(shared_data / "clips" / "lime", folder)
    done = driven(folder_way(folder), tmp_path)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["state"]["shot"]["layers"]
