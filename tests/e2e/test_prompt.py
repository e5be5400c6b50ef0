"""`prompt` from the command line."""

import json

import jsonschema

from tests.e2e.studio import SCHEMAS, checked, studio

GOOD = "A cobbled courtyard with houses at dusk, the camera pans right."


def test_a_good_prompt_passes():
    facts = checked("prompt_lint", "prompt", "lint", GOOD, "--removes", "ball")
    assert facts["ok"]
    assert facts["remarks"] == []


def test_a_bad_prompt_is_told_with_reasons_and_exit_code_1():
    words = ("prompt", "lint", "Remove the ball and the man", "--removes", "ball")
    answer = studio(*words, "--json")
    assert answer.code == 1
    jsonschema.validate(answer.value, json.loads((SCHEMAS / "prompt_lint.json").read_text()))
    assert [item["level"] for item in answer.value["remarks"]] == ["error", "error", "warning"]
    shown = studio(*words)
    assert "names what is removed (ball)" in shown.out
    assert "about" in shown.out


def test_templates_are_listed():
    facts = checked("prompt_templates", "prompt", "templates")
    assert len(facts["templates"]) >= 5
    assert all("{" in item["text"] for item in facts["templates"])


def test_bad_requests_are_told_in_one_line():
    assert studio("prompt", "lint").code == 2
    assert studio("prompt", "lint", "a " * 20_000).code == 2
    assert studio("prompt", "lint", "").code == 1


def test_a_worker_without_a_tokenizer_is_told_in_one_line(monkeypatch, tmp_path):
    monkeypatch.setenv("VOID_STUDIO_WEIGHTS", str(tmp_path))
    answer = studio("prompt", "lint", GOOD, "--worker", "local")
    assert answer.code == 4
    assert "weights" in answer.err
