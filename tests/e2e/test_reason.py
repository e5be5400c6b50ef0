"""`reason` from the command line: preview, consent, asking a service on loopback, accepting."""

import json
import sys
from pathlib import Path

import numpy as np
import pytest

from tests.e2e.conftest import EXTENT, SOURCE, Cut
from tests.e2e.studio import checked, studio
from tests.vision_service import Reply, vision_service
from void_studio.assist import Cell, Grid
from void_studio.project import Project
from void_studio.quadmask import Role, affected_of, read_quadmask, remove_of

PLUGIN = Path(__file__).resolve().parents[2] / "plugins" / "affected_by_vlm"
FIRST = SOURCE.start
KEY = "secret-key-0123456789"


def answer(cut: Cut) -> str:
    """A shadow on two cells, a thing that falls, and the ball itself as a belonging."""
    grid = Grid.of(EXTENT)
    x, y = cut.scene.object_centre(4)
    row, column = int(y * grid.rows / EXTENT.height), int(x * grid.columns / EXTENT.width)
    shadow = {
        "noun": "shadow",
        "category": "visual artifact",
        "why": "cast",
        "moves": False,
        "first_frame": FIRST,
        "size": {"rows": 1, "columns": 2},
        "path": [],
        "cells": [{"frame": FIRST, "cells": [{"row": 7, "column": 3}, {"row": 7, "column": 4}]}],
    }
    falling = shadow | {
        "noun": "chair",
        "category": "physical",
        "moves": True,
        "first_frame": FIRST + 2,
        "path": [{"frame": FIRST + 2, "row": 0, "column": 0}],
        "cells": [],
    }
    box = {"row": max(0, row - 1), "column": max(0, column - 1), "rows": 2, "columns": 2}
    return json.dumps(
        {
            "belongings": [{"noun": "ball", "frame": FIRST + 2, **box}],
            "affected": [shadow, falling],
            "scene": "A courtyard at dusk.",
        }
    )


@pytest.fixture(scope="module", autouse=True)
def plugin(tmp_path_factory: pytest.TempPathFactory):
    """The plugin as if it were installed, its answers kept apart."""
    folder = tmp_path_factory.mktemp("site") / "affected_by_vlm_test-1.0.dist-info"
    folder.mkdir()
    (folder / "METADATA").write_text("Metadata-Version: 2.1\nName: affected-by-vlm-test\n")
    (folder / "entry_points.txt").write_text(
        "[void_studio.plugins]\naffected_by_vlm = affected_by_vlm\n"
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("VOID_STUDIO_CACHE", str(tmp_path_factory.mktemp("cache")))
        patch.setattr(sys, "path", [str(PLUGIN), str(folder.parent), *sys.path])
        for name in ("GEMINI_API_KEY", "GOOGLE_API_KEY", "OPENAI_API_KEY"):
            patch.delenv(name, raising=False)
        yield


@pytest.fixture
def words(cut: Cut) -> list[object]:
    return ["reason", cut.timeline, "--shot", cut.shot, "--quadmask", cut.quadmask]


@pytest.fixture
def proposals(cut: Cut, words: list[object], tmp_path: Path) -> Path:
    saved, out = tmp_path / "saved.json", tmp_path / "proposals.json"
    saved.write_text(answer(cut))
    facts = checked("reason", *words, "--reasoner", "replay", "--answer", saved, "--out", out)
    assert [item["noun"] for item in facts["affected"]] == ["shadow", "chair"]
    assert facts["belongings"][0]["click"].endswith(f"@{FIRST + 2}")
    assert facts["sent"] is False
    return out


def test_the_preview_is_what_would_be_sent_and_sends_nothing(words, tmp_path):
    with vision_service(Reply("")) as service:
        options = ["--reasoner", "openai", "--base-url", service.openai_url, "--frames", 3]
        facts = checked("reason_preview", *words, *options, "--preview", tmp_path / "look")
        assert service.asked == []
    assert len(facts["preview"]) == 4
    text = (tmp_path / "look" / "question.txt").read_text()
    assert "painted red" in text
    assert all(Path(path).stat().st_size > 500 for path in facts["preview"])


def test_nothing_is_sent_without_consent(words, tmp_path):
    with vision_service(Reply("")) as service:
        options = ["--reasoner", "openai", "--base-url", service.openai_url]
        refused = studio(*words, *options, "--out", tmp_path / "p.json")
        assert service.asked == []
    assert refused.code == 6
    assert "tokens" in refused.err
    assert "--send" in refused.err


@pytest.mark.parametrize("name", ["gemini", "openai"])
def test_a_service_is_asked_once_and_its_answer_kept(cut, words, tmp_path, monkeypatch, name):
    monkeypatch.setenv(f"{name.upper()}_API_KEY", KEY)
    out, kept = tmp_path / "p.json", tmp_path / "answer.json"
    with vision_service(Reply(answer(cut))) as service:
        url = service.gemini_url if name == "gemini" else service.openai_url
        options = ["--reasoner", name, "--base-url", url, "--send", "--frames", 2]
        first = checked("reason", *words, *options, "--out", out, "--save-answer", kept)
        checked("reason", *words, *options, "--out", out)
        assert len(service.asked) == 1
        assert len(service.pictures()) == 2
    assert (first["sent"], first["scene"]) == (True, "A courtyard at dusk.")
    assert kept.read_text() == answer(cut)
    assert KEY not in out.read_text()


def test_what_is_taken_is_painted_and_nothing_else(cut, words, proposals, tmp_path):
    before = cut.quadmask.read_bytes()
    out = tmp_path / "taken.mkv"
    more = ["--accept", proposals, "--take", "a1", "--out", out]
    facts = checked("reason_accept", *words, *more)
    assert facts["taken"] == ["a1"]
    assert cut.quadmask.read_bytes() == before
    given, taken = read_quadmask(cut.quadmask).frames, read_quadmask(out).frames
    grid = Grid.of(EXTENT)
    cells = np.zeros(EXTENT.shape, np.bool_)
    for column in (3, 4):
        cells[grid.cell_rect(Cell(7, column), EXTENT).slices] = True
    for index in range(4, 10):
        was, now = given.values(index), taken.values(index)
        np.testing.assert_array_equal(remove_of(now), remove_of(was))
        np.testing.assert_array_equal(affected_of(now), affected_of(was) | cells)


def test_a_belonging_is_followed_into_the_remove_layer(cut, words, proposals, tmp_path):
    out = tmp_path / "taken.mkv"
    facts = checked("reason_accept", *words, "--accept", proposals, "--take", "b1", "--out", out)
    assert facts["layers"][0]["role"] == "remove"
    given, taken = read_quadmask(cut.quadmask).frames, read_quadmask(out).frames
    for index in range(2, 10):
        was, now = remove_of(given.values(index)), remove_of(taken.values(index))
        assert not (was & ~now).any()


def test_a_refined_proposal_is_what_the_segmenter_makes_of_it(words, proposals, tmp_path):
    more = ["--accept", proposals, "--take", "a1,a2", "--refine"]
    facts = checked("reason_accept", *words, *more, "--out", tmp_path / "refined.mkv")
    assert [layer["name"] for layer in facts["layers"]] == ["chair", "shadow"]
    checked("reason_accept", *words, *more[:-1], "--out", tmp_path / "cells.mkv")
    refined, cells = (
        affected_of(read_quadmask(tmp_path / f"{name}.mkv").frames.values(4))
        for name in ("refined", "cells")
    )
    assert (refined != cells).any()
    assert refined[5, 5]


def test_a_project_gets_a_layer_for_each_that_can_be_undone(cut, words, proposals, tmp_path):
    project = tmp_path / "cut.void"
    checked("project", "project", "new", project, "--timeline", cut.timeline)
    facts = checked(
        "reason_accept", *words, "--accept", proposals, "--take", "a1,a2", "--project", project
    )
    assert [layer["name"] for layer in facts["layers"]] == ["shadow", "chair"]
    with Project.open(project) as opened:
        document = opened.quadmask(cut.shot)
    assert {layer.name for layer in document.layers} == {"shadow", "chair", "remove", "affected"}
    chair = next(layer for layer in document.layers if layer.name == "chair")
    assert chair.role is Role.AFFECTED
    assert not chair.matte(FIRST + 1).any()
    assert chair.matte(FIRST + 3)[5, 5]
    document.undo()
    assert not document.layers[0].matte(FIRST + 3).any()


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ([], 2),
        (["--reasoner", "nobody", "--out", "p.json"], 2),
        (["--reasoner", "replay", "--out", "p.json"], 2),
        (["--reasoner", "replay", "--answer", "missing.json", "--out", "p.json"], 4),
        (["--reasoner", "gemini", "--send", "--out", "p.json"], 4),
        (["--reasoner", "openai", "--send", "--out", "p.json", "--base-url", "x"], 2),
        (["--take", "a1", "--out", "p.json"], 2),
        (["--refine", "--out", "p.json"], 2),
        (["--frames", "0", "--out", "p.json"], 2),
        (["--accept", "missing.json", "--take", "all", "--out", "q.mkv"], 4),
    ],
)
def test_a_wrong_request_is_told_in_one_line(words, tmp_path, monkeypatch, more, code):
    monkeypatch.chdir(tmp_path)
    answered = studio(*words, *more)
    assert answered.code == code, answered.err
    assert "Traceback" not in answered.err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("change", "take", "code"),
    [
        (lambda v: v.update(shot="another"), "all", 6),
        (lambda v: v.update(extent=[10, 10]), "all", 3),
        (lambda v: v.update(schema=9), "all", 3),
        (lambda v: v, "a9", 2),
        (lambda v: v, ",", 2),
    ],
)
def test_proposals_that_do_not_fit_are_not_taken(words, proposals, tmp_path, change, take, code):
    value = json.loads(proposals.read_text())
    change(value)
    proposals.write_text(json.dumps(value))
    out = tmp_path / "out.mkv"
    refused = studio(*words, "--accept", proposals, "--take", take, "--out", out)
    assert refused.code == code, refused.err
    assert not out.exists()


def test_accepting_needs_a_place(words, proposals):
    assert studio(*words, "--accept", proposals, "--take", "all").code == 2


def test_a_service_that_refuses_leaves_no_file(words, tmp_path, monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    out = tmp_path / "p.json"
    with vision_service(Reply(f"bad key {KEY}", status=401)) as service:
        options = ["--reasoner", "openai", "--base-url", service.openai_url, "--send"]
        refused = studio(*words, *options, "--out", out)
    assert refused.code == 6
    assert KEY not in refused.err
    assert not out.exists()
