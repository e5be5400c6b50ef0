"""Shots out as a bundle, through a real `openjd run`, and back as versions."""

import json
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from tests.e2e.conftest import FIRST_FRAME, FRAMES
from tests.e2e.studio import checked, studio
from tests.worker_parts import Sent, WorkerProcess, environment, run_to_end, submit, until
from void_studio.jobs import JobBundle, ResultManifest
from void_studio.media import open_plate
from void_studio.versions import read_version


@pytest.fixture(scope="module")
def made(cut, tmp_path_factory):
    out = tmp_path_factory.mktemp("farm") / "bundle"
    facts = checked(
        *("farm_bundle", "farm", "bundle", cut.timeline, "--shot", cut.shot),
        *("--quadmask", cut.quadmask, "--out", out),
    )
    return out, facts


@pytest.fixture
def bundle(made, tmp_path):
    shutil.copytree(made[0], tmp_path / "bundle")
    return tmp_path / "bundle"


def run_bundle(folder, job, **options):
    return subprocess.Popen(
        [sys.executable, "-m", "void_studio.worker", "run-bundle", str(folder), job],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment(),
        **options,
    )


def finished(folder, job):
    process = run_bundle(folder, job)
    out, err = process.communicate(timeout=120)
    return process.returncode, out, err


def test_the_template_is_valid(made):
    folder, facts = made
    template = json.loads((folder / "template.json").read_text())
    (task,) = template["steps"][0]["parameterSpace"]["taskParameterDefinitions"]
    assert task["range"] == [shot["task"] for shot in facts["shots"]]
    pytest.importorskip("openjd.cli", reason="openjd is not installed: extra farm")
    done = subprocess.run(
        [sys.executable, "-m", "openjd", "check", str(folder / "template.json")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_template_that_asks_for_gpus_is_valid_too(cut, tmp_path):
    pytest.importorskip("openjd.model", reason="openjd is not installed: extra farm")
    from openjd.model import decode_job_template

    from void_studio.app.farm_template import job_template

    template = job_template("a {{cut}}\n.otio", ["0001_a", "0002_b"], gpus=1)
    assert decode_job_template(template=template).name == "VOID a cut.otio"


def test_a_bundle_that_openjd_ran_is_collected_as_the_version_that_a_worker_gives(
    bundle, cut, version, tmp_path
):
    pytest.importorskip("openjd.cli", reason="openjd is not installed: extra farm")
    pending = checked("farm_collect", "farm", "collect", bundle)
    assert (pending["versions"], len(pending["pending"])) == ([], 1)
    program = tmp_path / "void-worker"
    program.write_text(f'#!/bin/sh\nexec {sys.executable} -m void_studio.worker "$@"\n')
    program.chmod(0o755)
    done = subprocess.run(
        [
            *(sys.executable, "-m", "openjd", "run", str(bundle / "template.json")),
            *("--job-param", f"Worker={program}"),
        ],
        capture_output=True,
        text=True,
        env=environment(),
        cwd=tmp_path,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    words = ("farm", "collect", bundle, "--versions", tmp_path / "versions")
    (made,) = checked("farm_collect", *words)["versions"]
    assert made["outside_samples_changed"] == 0
    recipe = json.loads((version / "recipe.json").read_text())
    assert made["master_digest"] == recipe["master"]["digest"]
    again = checked("farm_collect", *words)
    assert (again["versions"], again["published_before"]) == ([], [made["folder"]])


def test_a_second_bundle_in_one_folder_and_a_folder_that_is_none_are_refused(made, cut, tmp_path):
    words = ("farm", "bundle", cut.timeline, "--shot", cut.shot, "--quadmask", cut.quadmask)
    again = studio(*words, "--out", made[0])
    assert (again.code, again.out) == (6, "")
    assert "something is there already; choose another --out" in again.err
    none = studio("farm", "collect", tmp_path)
    assert none.code == 4
    assert "no jobs here; name a bundle's folder" in none.err
    assert studio(*words, "--out", tmp_path / "new", "--engine", "nonesuch").code == 2


def test_a_result_of_another_plate_or_quadmask_is_refused(bundle):
    (name,) = JobBundle(bundle).names()
    assert finished(bundle, name)[0] == 0
    shot = bundle / "shots" / name / "shot.json"
    facts = json.loads(shot.read_text())
    facts["request"]["quadmask_digest"] = "0" * 64
    shot.chmod(0o644)
    shot.write_text(json.dumps(facts))
    refused = studio("farm", "collect", bundle)
    assert refused.code == 3
    assert "the quadmask is not the one of the request" in refused.err
    shot.write_text("[]")
    malformed = studio("farm", "collect", bundle)
    assert malformed.code == 3
    assert "this is no shot of a bundle" in malformed.err


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"schema": "void_studio.result.1"}', "\xff"])
def test_a_malformed_result_is_refused(bundle, text):
    (name,) = JobBundle(bundle).names()
    (bundle / "results").mkdir()
    (bundle / "results" / f"{name}.json").write_text(text, encoding="latin-1")
    answer = studio("farm", "collect", bundle)
    assert answer.code == 3
    assert "a result manifest is malformed" in answer.err


def test_frames_of_a_version_go_to_a_farm_and_all_others_stay(cut, version, tmp_path):
    first, last = FIRST_FRAME + 4, FIRST_FRAME + 6
    words = ("farm", "bundle", cut.timeline, "--shot", cut.shot, "--quadmask", cut.quadmask)
    asked = ("--frames", f"{first}-{last}", "--from", version, "--param", "donors=7")
    out = tmp_path / "bundle"
    (task,) = checked("farm_bundle", *words, *asked, "--out", out)["shots"]
    code, _, err = finished(out, task["task"])
    assert code == 0, err
    (made,) = checked("farm_collect", "farm", "collect", out, "--versions", tmp_path / "versions")[
        "versions"
    ]
    part = {"folder": str(version), "first": first, "last": last}
    assert made["from_take"] == part
    assert studio("certify", made["folder"], "--plate", cut.plate).code == 0
    with (
        open_plate(read_version(version).master) as before,
        open_plate(Path(made["master"])) as after,
    ):
        for index in set(range(FRAMES)) - {4, 5, 6}:
            kept, there = before.read(FIRST_FRAME + index), after.read(FIRST_FRAME + index)
            assert np.array_equal(kept.rgb(), there.rgb())


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        (("--seeds", "1,2"), "engine draft has no seed"),
        (("--frames", "86402-86403"), "belong together"),
        (("--allow", "perhaps"), "Invalid value for '--allow'"),
    ],
)
def test_a_bundle_that_can_not_be_is_refused_and_leaves_nothing(cut, tmp_path, asked, words):
    out = tmp_path / "bundle"
    shot = (cut.timeline, "--shot", cut.shot, "--quadmask", cut.quadmask)
    refused = studio("farm", "bundle", *shot, "--out", out, *asked)
    assert (refused.code, refused.out) == (2, "")
    assert words in refused.err
    assert not out.exists()


# the farm's side


def clip_bundle(folder, **params):
    bundle = JobBundle(folder)
    sent = Sent(bundle, count=6)
    bundle.add("job", sent.spec(**params))
    return bundle


def test_a_bundled_job_gives_what_a_worker_gives(tmp_path):
    bundle = clip_bundle(tmp_path / "bundle", gain=0.5)
    code, out, err = finished(bundle.folder, "job")
    assert code == 0, err
    assert "openjd_progress: 100.0" in out
    assert finished(bundle.folder, "job")[1].strip() == "job was rendered before"
    there = ResultManifest.decode(bundle.result("job")).patches
    with WorkerProcess(tmp_path / "state") as worker, worker.runner() as runner:
        events = run_to_end(runner, submit(runner, Sent(runner, count=6).spec(gain=0.5)))
        here = ResultManifest.decode(runner.get(events[-2].payload.manifest)).patches
    assert there == here


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_a_bundled_job_that_was_stopped_goes_on_from_its_checkpoint(tmp_path, number):
    gate = tmp_path / "gate"
    bundle = clip_bundle(tmp_path / "bundle", hold_at=3, gate=str(gate))
    checkpoint = bundle.folder / "checkpoints" / "job.json"
    first = run_bundle(bundle.folder, "job")
    until(lambda: checkpoint.exists() and checkpoint.read_text().count("confidence") == 3)
    first.send_signal(number)
    first.communicate(timeout=60)
    assert first.returncode == (130 if number == signal.SIGTERM else -number)
    assert bundle.result("job") is None
    gate.touch()
    code, out, err = finished(bundle.folder, "job")
    assert code == 0, err
    assert "starting at frame 3" in out
    assert len(ResultManifest.decode(bundle.result("job")).patches) == 6
    assert not checkpoint.exists()


@pytest.mark.parametrize(
    ("job", "params", "code", "words"),
    [
        ("job", {"refuse_at": 2}, 7, "job: as told"),
        ("job", {"raise_at": 2}, 7, "ZeroDivisionError: as told"),
        ("other", {}, 4, "no such file"),
        ("../job", {}, 3, "this is no name of a job"),
    ],
)
def test_a_bundled_job_that_can_not_be_is_one_line_at_the_end(tmp_path, job, params, code, words):
    bundle = clip_bundle(tmp_path / "bundle", **params)
    returned, _, err = finished(bundle.folder, job)
    assert returned == code
    assert words in err.splitlines()[-1]


def test_a_damaged_blob_or_job_of_a_bundle_is_refused(tmp_path):
    bundle = clip_bundle(tmp_path / "bundle")
    digest = sorted(bundle.spec("job").clip for _ in range(1))[0]
    blob = bundle.folder / "blobs" / digest[:2] / digest
    kept = blob.read_bytes()
    blob.write_bytes(b"other")
    assert finished(bundle.folder, "job")[0] == 7
    blob.write_bytes(kept)
    (bundle.folder / "jobs" / "job.json").write_text('{"engine": 3}')
    code, _, err = finished(bundle.folder, "job")
    assert code == 3
    assert "a job is malformed" in err
