"""What a render costs is told before it is begun, and timed by what earlier ones took."""

import json
import os

import pytest

from tests.e2e.conftest import FRAMES, Cut
from tests.e2e.studio import checked, studio
from tests.worker_parts import WorkerProcess


@pytest.fixture
def asked(cut: Cut, tmp_path, monkeypatch):
    monkeypatch.setenv("VOID_STUDIO_STATE", str(tmp_path / "nobody"))
    monkeypatch.setenv("VOID_STUDIO_WEIGHTS", str(tmp_path / "no-weights"))
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path / "no-cache"))
    return cut.timeline, "--shot", cut.shot, "--quadmask", cut.quadmask


def test_without_a_worker_the_work_of_void_is_counted(asked):
    value = checked("estimate", "estimate", *asked, "--engine", "void")
    (shot,) = value["shots"]
    assert value["worker"] is None
    assert (shot["frames"], shot["padded"], shot["windows"]) == (FRAMES, 85, 1)
    assert shot["canvas"] == {"width": 672, "height": 384}
    assert 5.9e15 < shot["flop"] < 6.1e15
    assert shot["seconds"] is None
    assert "time not measured yet" in shot["summary"]
    plans = {plan["plan"]: plan for plan in value["plans"]}
    assert plans["A"]["exact"]
    assert not plans["F"]["exact"]
    assert plans["A"]["needed_bytes"] > plans["C"]["needed_bytes"] > plans["F"]["needed_bytes"]
    small = checked("estimate", "estimate", *asked, "--engine", "void", "--param", "window=21")
    assert small["shots"][0]["padded"] == 21
    twice = checked("estimate", "estimate", *asked, "--engine", "void:2")
    assert twice["shots"][0]["flop"] > 3 * shot["flop"]


@pytest.mark.parametrize(
    ("params", "words"),
    [
        (["window=80"], "use 77"),
        (["window=13", "overlap=16"], "leaves nothing of a window"),
        (["steps=61"], "runs past its end"),
        (["steps=0"], "use a value from 1"),
        (["colour=red"], "this engine has"),
        (["canvas=100x60"], "use 96x64"),
        (["canvas=large"], "write WIDTHxHEIGHT"),
        (["fresh_first=3"], "is set by --frames"),
    ],
)
def test_what_would_be_refused_is_refused_before_anything_is_sent(asked, params, words):
    given = [word for param in params for word in ("--param", param)]
    answer = studio("estimate", *asked, "--engine", "void", *given)
    assert (answer.code, answer.out) == (2, "")
    assert words in answer.err


def test_an_unknown_engine_or_worker_is_one_line(asked):
    assert "there is no engine" in studio("estimate", *asked, "--engine", "x").err
    assert studio("estimate", *asked, "--worker", "nowhere").code == 4


def test_plans_are_held_against_the_workers_gpus(asked, tmp_path, monkeypatch):
    driver = tmp_path / "nvidia-smi"
    driver.write_text("#!/bin/sh\necho 0, Small GPU, 12000, 11000\n")
    driver.chmod(0o700)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    with WorkerProcess(tmp_path / "nobody"):
        value = checked("estimate", "estimate", *asked, "--engine", "void")
        lines = studio("estimate", *asked, "--engine", "void").out
    fits = {plan["plan"]: plan["fits"] for plan in value["plans"]}
    assert fits["A"] == [{"device": "Small GPU", "fits": False}]
    assert fits["F"] == [{"device": "Small GPU", "fits": True}]
    assert "does not fit Small GPU" in lines
    assert "weights are missing" in value["can_not_run"]


def test_a_draft_is_timed_by_the_last_one(cut: Cut, version):
    value = checked(
        "estimate", "estimate", cut.timeline, "--shot", cut.shot, "--quadmask", cut.quadmask
    )
    (shot,) = value["shots"]
    assert value["worker"] == "local"
    assert shot["measured"]["frames"] == FRAMES
    assert shot["measured"]["frames_per_s"] > 0
    assert shot["seconds"] == pytest.approx(shot["measured"]["seconds"], rel=0.01)
    assert shot["flop"] is None


def test_a_render_says_what_it_will_cost_and_checks_first(cut: Cut, version, tmp_path):
    words = ("render", cut.timeline, "--shot", cut.shot, "--quadmask", cut.quadmask)
    answer = studio(*words, "--versions", tmp_path, "--json")
    assert answer.code == 0, answer.err
    assert f"{FRAMES} frames at " in answer.err
    assert ", about " in answer.err
    bad = studio(*words, "--versions", tmp_path, "--param", "donors=99")
    assert bad.code == 2
    assert "framing" not in bad.err
    assert json.loads(answer.out)["versions"]
