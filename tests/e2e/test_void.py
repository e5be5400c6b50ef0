"""The VOID engine end to end, through a worker process, on a tiny model with random weights.

The model is made here and means nothing: what is tested is the way to it and back.
"""

import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

for _needed in ("torch", "diffusers", "transformers", "sentencepiece"):
    pytest.importorskip(_needed, reason=f"the VOID engine needs {_needed}")

from tests.e2e.conftest import FIRST_FRAME, FRAMES, Cut, stop_worker
from tests.e2e.studio import checked, studio
from tests.tiny_void import make_tiny_void
from tests.worker_parts import WorkerProcess, environment, executor_words
from void_studio.media import component_planes, open_plate
from void_studio.versions import read_version

FRESH = range(FIRST_FRAME + 4, FIRST_FRAME + 7)
TINY = ("canvas=128x64", "steps=2", "window=13", "overlap=0", "preview_every=0")
TINY_PARAMS = tuple(word for param in TINY for word in ("--param", param))


@pytest.fixture(scope="module")
def weights(tmp_path_factory):
    """A folder of weights as `void-worker weights` lays it out, TINY AND RANDOM."""
    root = tmp_path_factory.mktemp("tiny-random-weights")
    base = make_tiny_void(root / "CogVideoX-Fun-V1.5-5b-InP")
    (root / "void-model").mkdir()
    for number in (1, 2):
        name = f"void_pass{number}.safetensors"
        shutil.move(base / name, root / "void-model" / name)
    return root


@pytest.fixture
def own_worker(weights, tmp_path_factory, monkeypatch):
    """A local worker of its own that finds these weights; ended after the test."""
    state = tmp_path_factory.mktemp("void-state")
    monkeypatch.setenv("VOID_STUDIO_WEIGHTS", str(weights))
    monkeypatch.setenv("VOID_STUDIO_STATE", str(state))
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    yield state
    stop_worker(state)


def rendered(cut: Cut, root: Path, *more: object) -> list[dict]:
    value = checked(
        "render",
        "render",
        cut.timeline,
        "--shot",
        cut.shot,
        "--quadmask",
        cut.quadmask,
        "--versions",
        root,
        "--engine",
        "void",
        "--prompt",
        "an empty street",
        *TINY_PARAMS,
        *more,
    )
    return value["versions"]


def frames_of(folder: str) -> list:
    with open_plate(read_version(Path(folder)).master) as reader:
        return [component_planes(reader.read(number)) for number in reader.ref.available_range]


def alike(a, b) -> list[bool]:
    return [
        all(np.array_equal(one, other) for one, other in zip(*pair, strict=True))
        for pair in zip(a, b, strict=True)
    ]


def test_void_renders_publishes_and_makes_a_range_anew(cut: Cut, own_worker, weights, tmp_path):
    root = tmp_path / "versions"
    first, second = rendered(cut, root, "--seeds", "1,2")
    assert [version["seed"] for version in (first, second)] == [1, 2]
    assert [version["version"] for version in (first, second)] == ["v001", "v002"]
    for version in (first, second):
        assert version["outside_samples_changed"] == 0
        assert version["frames"] == FRAMES
        assert studio("certify", version["folder"], "--plate", cut.plate).code == 0
    takes = [frames_of(version["folder"]) for version in (first, second)]
    assert not any(alike(*takes))

    recipe = read_version(Path(first["folder"])).recipe
    assert recipe.rendered_by.weights_licence.startswith("CogVideoX License (alibaba-pai/")
    estimate = checked(
        "estimate",
        "estimate",
        cut.timeline,
        "--shot",
        cut.shot,
        "--quadmask",
        cut.quadmask,
        "--engine",
        "void",
        *TINY_PARAMS,
    )
    (shot,) = estimate["shots"]
    assert shot["seconds"] > 0
    assert shot["measured"]["step_and_window_s"] > 0

    (part,) = rendered(
        cut, root, "--param", "seed=2", "--frames", f"{FRESH[0]}-{FRESH[-1]}", "--from", "v001"
    )
    assert part["version"] == "v003"
    assert part["outside_samples_changed"] == 0
    kept = alike(takes[0], frames_of(part["folder"]))
    assert kept == [FIRST_FRAME + index not in FRESH for index in range(FRAMES)]
    assert checked("replay", "replay", part["folder"])["identical"]

    refused = studio(
        *("render", cut.timeline, "--shot", cut.shot, "--quadmask", cut.quadmask),
        *("--engine", "void", "--prompt", "x", "--param", "plan=F", *TINY_PARAMS),
    )
    assert refused.code == 7
    assert "near" in refused.err
    (near,) = rendered(cut, root, "--param", "plan=F", "--allow", "near")
    assert near["outside_samples_changed"] == 0

    jobs = {job["build"] for job in checked("jobs_list", "jobs", "list")["jobs"]}
    assert jobs == {recipe.rendered_by.build}
    _retrain(weights / "void-model" / "void_pass1.safetensors")
    (other,) = rendered(cut, root, "--param", "seed=1")
    build = read_version(Path(other["folder"])).recipe.rendered_by.build
    assert build not in jobs
    assert not any(alike(takes[0], frames_of(other["folder"])))


def _retrain(path: Path) -> None:
    from safetensors.torch import load_file, save_file

    save_file({name: tensor * 1.5 for name, tensor in load_file(path).items()}, path)


def test_a_take_of_another_canvas_is_refused(cut: Cut, version, own_worker):
    words = ("--shot", cut.shot, "--quadmask", cut.quadmask, "--versions", version.parents[1])
    answer = studio(
        *("render", cut.timeline, *words, "--engine", "void", "--prompt", "a street"),
        *("--frames", f"{FRESH[0]}-{FRESH[-1]}", "--from", version),
    )
    assert answer.code == 6
    assert "engine void works at 672x384" in answer.err


def test_a_cluster_and_a_farm_render_what_a_worker_renders_with_the_same_weights(
    cut: Cut, own_worker, tmp_path, monkeypatch
):
    def fact(version):
        by = read_version(Path(version["folder"])).recipe.rendered_by
        return version["master_digest"], by.build, by.ran

    (here,) = rendered(cut, tmp_path / "here", "--seeds", "2")
    assert dict(read_version(Path(here["folder"])).recipe.rendered_by.ran)["plan"]
    bundle = tmp_path / "bundle"
    words = ("--shot", cut.shot, "--quadmask", cut.quadmask, "--engine", "void", "--prompt")
    words = (*words, "an empty street", *TINY_PARAMS, "--seeds", "2,3", "--out", bundle)
    tasks = checked("farm_bundle", "farm", "bundle", cut.timeline, *words)["shots"]
    assert [task["seed"] for task in tasks] == [2, 3]
    run = [sys.executable, "-m", "void_studio.worker", "run-bundle", str(bundle), tasks[0]["task"]]
    subprocess.run(run, check=True, capture_output=True, env=environment())
    collected = checked("farm_collect", "farm", "collect", bundle, "--versions", tmp_path / "farm")
    (farmed,) = collected["versions"]
    assert collected["pending"] == [tasks[1]["task"]]
    assert fact(farmed) == fact(here)
    with WorkerProcess(tmp_path / "ray", *executor_words("ray")) as worker:
        monkeypatch.setenv("VOID_STUDIO_TOKEN", worker.token)
        (clustered,) = rendered(
            cut, tmp_path / "cluster", "--seeds", "2", "--worker", worker.address
        )
    assert fact(clustered) == fact(here)
