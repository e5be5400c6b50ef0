"""Several workers and two studios: the best free one renders, a batch spreads."""

import subprocess
import sys
from contextlib import ExitStack

import pytest

from tests.e2e.studio import checked, studio
from tests.worker_parts import Sent, WorkerProcess, environment, run_to_end, states, submit
from void_studio.jobs import JobState
from void_studio.worker.client import connect_to


@pytest.fixture
def config(tmp_path, monkeypatch):
    monkeypatch.setenv("VOID_STUDIO_CONFIG", str(tmp_path / "config"))
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")


@pytest.fixture(scope="module")
def workers(tmp_path_factory):
    with ExitStack() as stack:
        folder = tmp_path_factory.mktemp("workers")
        yield [stack.enter_context(WorkerProcess(folder / name)) for name in ("one", "two")]


def add(name, worker):
    answer = studio("worker", "add", name, worker.address, "--token", worker.token)
    assert answer.code == 0, answer.err


def rendered_jobs(worker):
    with worker.runner() as runner:
        return [job for job in runner.jobs() if job.spec.engine == "draft"]


def test_with_several_workers_the_least_busy_renders_and_it_is_said(config, workers, cut, tmp_path):
    for name, worker in zip(("one", "two"), workers, strict=True):
        add(name, worker)
    add("gone", WorkerRecordOfNobody())
    gate = tmp_path / "gate"
    with workers[0].runner() as runner:
        busy = submit(runner, Sent(runner).spec(hold_at=1, gate=str(gate)))
        answer = studio(
            *("render", cut.timeline, "--shot", cut.shot, "--quadmask", cut.quadmask),
            *("--versions", tmp_path / "versions"),
        )
        gate.touch()
        assert states(run_to_end(runner, busy))[-1] is JobState.SUCCEEDED
    assert answer.code == 0, answer.err
    assert "worker two renders: has 0 jobs" in answer.err
    assert "one has 1 job" in answer.err
    assert "gone: the worker can not be reached" in answer.err
    assert [len(rendered_jobs(worker)) for worker in workers] == [0, 1]


class WorkerRecordOfNobody:
    address, token = "127.0.0.1:9", "token"


def test_a_batch_spreads_over_the_workers(config, workers, cut, tmp_path):
    for name, worker in zip(("one", "two"), workers, strict=True):
        add(name, worker)
    shots = [shot["id"] for shot in checked("shots", "shots", cut.timeline)["shots"]]
    quadmasks = tmp_path / "quadmasks"
    quadmasks.mkdir()
    for shot in shots:
        (quadmasks / f"{shot}.mkv").symlink_to(cut.quadmask)
    before = [len(rendered_jobs(worker)) for worker in workers]
    value = checked(
        *("render", "render", cut.timeline, "--all-ready", "--quadmask", quadmasks),
        *("--versions", tmp_path / "versions", "--worker", "best", "--param", "donors=7"),
    )
    assert [version["shot"] for version in value["versions"]] == shots
    after = [len(rendered_jobs(worker)) for worker in workers]
    assert [new - old for new, old in zip(after, before, strict=True)] == [1, 1]


def test_a_version_for_each_seed_spreads_too_and_all_are_published_in_order(
    config, workers, cut, tmp_path
):
    for name, worker in zip(("one", "two"), workers, strict=True):
        add(name, worker)
    seeds = [9, 1, 8, 2, 7, 3, 6, 4, 5]
    value = checked(
        *("render", "render", cut.timeline, "--shot", cut.shot, "--quadmask", cut.quadmask),
        *("--versions", tmp_path / "versions", "--engine", "invert", "--feather", 0),
        *("--seeds", ",".join(map(str, seeds))),
    )
    assert [version["seed"] for version in value["versions"]] == seeds
    names = [version["version"] for version in value["versions"]]
    assert names == [f"v{number:03d}" for number in range(1, 10)]
    for worker in workers:
        with worker.runner() as runner:
            assert any("seed" in dict(job.spec.params) for job in runner.jobs())


def test_a_seed_that_can_not_be_is_refused_before_anything_is_sent(workers, cut, tmp_path):
    words = ("render", cut.timeline, "--shot", cut.shot, "--quadmask", cut.quadmask)
    words = (*words, "--versions", tmp_path / "versions", "--worker", workers[0].address)
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("VOID_STUDIO_TOKEN", workers[0].token)
        answer = studio(*words, "--engine", "invert", "--seeds", "11,10001")
    assert (answer.code, answer.out) == (2, "")
    assert not (tmp_path / "versions").exists()
    with workers[0].runner() as runner:
        assert not any(dict(job.spec.params).get("seed") == 11 for job in runner.jobs())


def test_an_estimate_is_of_the_worker_that_would_render(config, workers, cut):
    for name, worker in zip(("one", "two"), workers, strict=True):
        add(name, worker)
    words = ("estimate", cut.timeline, "--shot", cut.shot, "--quadmask", cut.quadmask)
    assert checked("estimate", *words)["worker"] == "best"
    assert "renders: has 0 jobs" in studio(*words).err


def test_best_without_a_worker_that_can_says_why(config, cut, tmp_path):
    words = ("render", cut.timeline, "--shot", cut.shot, "--quadmask", cut.quadmask)
    answer = studio(*words, "--versions", tmp_path / "versions", "--worker", "best")
    assert (answer.code, answer.out) == (4, "")
    assert "no worker that was added can render with draft" in answer.err
    assert not (tmp_path / "versions").exists()


def test_a_fill_goes_to_the_best_worker_too(config, workers, cut, tmp_path):
    for name, worker in zip(("one", "two"), workers, strict=True):
        add(name, worker)
    answer = studio("fill", cut.plate, "--quadmask", cut.quadmask, "--out", tmp_path / "out.mkv")
    assert answer.code == 0, answer.err
    assert "renders: has 0 jobs" in answer.err


def test_two_studios_render_on_one_worker_at_once(workers, cut, tmp_path):
    words = [sys.executable, "-m", "void_studio", "render", cut.timeline, "--shot", cut.shot]
    words += ["--quadmask", cut.quadmask, "--worker", workers[0].address, "--again"]
    studios = [
        subprocess.Popen(
            [*map(str, words), "--versions", str(tmp_path / "versions")],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=environment(VOID_STUDIO_TOKEN=workers[0].token),
        )
        for _ in range(2)
    ]
    for studio_process in studios:
        _, err = studio_process.communicate(timeout=120)
        assert studio_process.returncode == 0, err
    names = sorted(path.name for path in next((tmp_path / "versions").iterdir()).iterdir())
    assert names == ["v001", "v002"]


def test_two_clients_send_watch_and_cancel_at_once(workers, tmp_path):
    gate = tmp_path / "gate"
    worker = workers[1]
    with worker.runner() as first, connect_to(worker.address, worker.token) as second:
        job_id = submit(first, Sent(first, seed=5).spec(hold_at=2, gate=str(gate)))
        assert submit(second, Sent(second, seed=5).spec(hold_at=2, gate=str(gate))) == job_id
        second.cancel(job_id)
        assert states(run_to_end(first, job_id)) == states(run_to_end(second, job_id))
        assert first.job(job_id).state is JobState.CANCELLED
