import json
from pathlib import Path

import jsonschema
import pytest

from void_studio.app.resources import resource
from void_studio.core import BadInput
from void_studio.gui.drive.script import read_script
from void_studio.gui.drive.state import matches, value_at

SCHEMA = json.loads(resource("schemas/drive_script.json").read_text())


def written(folder: Path, value: object) -> Path:
    path = folder / "script.json"
    path.write_text(json.dumps(value))
    return path


def test_a_script_is_read_as_its_schema_says(tmp_path: Path) -> None:
    value = {
        "schema": "void_studio.drive.1",
        "window": [1280, 720],
        "steps": [
            {"do": "click", "on": "start.open_demo"},
            {"do": "wait", "until": {"shot.id": {"not": None}}, "timeout_s": 90},
            {"do": "stroke", "points": [[10, 20], [30, 40, 0.5]], "device": "pen"},
        ],
    }
    jsonschema.validate(value, SCHEMA)
    script = read_script(written(tmp_path, value))
    assert script.size == (1280, 720)
    assert [step.name for step in script.steps] == [
        "step 1 (click)",
        "step 2 (wait)",
        "step 3 (stroke)",
    ]
    assert script.steps[1].timeout_s == 90


@pytest.mark.parametrize(
    ("step", "why"),
    [
        ({"do": "fly"}, "step 1"),
        ({"do": "click"}, "lacks"),
        ({"do": "click", "on": "a", "colour": "red"}, "does not know"),
        ({"do": "idle", "timeout_s": 0}, "timeout_s"),
        ("idle", "step 1"),
    ],
)
def test_a_malformed_step_is_named(step: object, why: str, tmp_path: Path) -> None:
    path = written(tmp_path, {"schema": "void_studio.drive.1", "steps": [step]})
    with pytest.raises(BadInput, match=why):
        read_script(path)


@pytest.mark.parametrize("text", ["", "[]", '{"schema": "void_studio.drive.1", "steps": []}'])
def test_what_is_no_script_is_refused(text: str, tmp_path: Path) -> None:
    path = tmp_path / "script.json"
    path.write_text(text)
    with pytest.raises(BadInput, match="no script"):
        read_script(path)


def test_a_state_is_asked_by_path() -> None:
    state = {"shots": [{"name": "SH0010"}], "view": {"frame": 1009}}
    assert value_at(state, "shots.0.name") == "SH0010"
    assert value_at(state, "shots.count") == 1
    assert matches(state, {"view.frame": {"at_least": 1000}, "shots.count": 1}) == ""
    assert matches(state, {"view.frame": 7}) == "view.frame is 1009, not 7"
    assert matches(state, {"view.zoom": 7}) == "view.zoom is not there"
