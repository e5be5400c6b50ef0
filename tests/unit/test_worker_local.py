"""The local worker: found, started once, replaced, never left behind."""

import json
import os
import signal
import subprocess
import sys
from contextlib import suppress

import pytest

from tests.worker_parts import Sent, environment, run_to_end, states, submit, until
from void_studio.core import NotPresent, Refused, UsageError, WorkerLost
from void_studio.jobs import JobState
from void_studio.worker.client import connect, connect_local
from void_studio.worker.folders import StateFolder, WorkerRecord

CONNECT = (
    "from void_studio.worker.client import connect_local\n"
    "with connect_local() as runner: print(runner.capabilities().worker_id, runner.address)"
)


@pytest.fixture
def state(tmp_path, monkeypatch):
    monkeypatch.setenv("VOID_STUDIO_STATE", str(tmp_path / "state"))
    monkeypatch.setenv("PYTHONPATH", environment()["PYTHONPATH"])
    folder = StateFolder(tmp_path / "state")
    yield folder
    record = folder.read_record()
    if record is not None:
        end(record)


def end(record):
    with suppress(ProcessLookupError):
        os.kill(record.pid, signal.SIGKILL)


def test_a_worker_is_started_found_again_and_outlives_who_started_it(state):
    with pytest.raises(NotPresent, match="no local worker"):
        connect_local(start=False)
    said = subprocess.run(
        [sys.executable, "-c", CONNECT], capture_output=True, text=True, check=True
    ).stdout
    with connect_local(start=False) as runner:
        assert f"{runner.capabilities().worker_id} {runner.address}" == said.strip()
        job_id = submit(runner, Sent(runner).spec())
        assert states(run_to_end(runner, job_id))[-1] is JobState.SUCCEEDED


def test_two_studios_that_start_at_once_end_with_one_worker(state):
    studios = [
        subprocess.Popen([sys.executable, "-c", CONNECT], stdout=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    said = {studio.communicate()[0] for studio in studios}
    assert [studio.returncode for studio in studios] == [0, 0]
    assert len(said) == 1
    log = state.logs / "worker.log"
    until(lambda: "another worker runs on this state folder" in log.read_text())


def test_a_record_of_a_worker_that_is_gone_is_not_trusted(state):
    state.make()
    state.write_record(WorkerRecord("127.0.0.1", 9, 999_999_999, "token", "build"))
    with pytest.raises(NotPresent):
        connect_local(start=False)
    with connect("local") as runner:
        assert runner.capabilities().queued == 0
    assert state.read_record().port != 9


def test_an_idle_worker_is_replaced_when_weights_were_fetched(state, tmp_path, monkeypatch):
    monkeypatch.setenv("VOID_STUDIO_WEIGHTS", str(tmp_path / "weights"))
    with connect_local():
        before = state.read_record()
    with connect_local():
        assert state.read_record().pid == before.pid
    folder = tmp_path / "weights" / "sam2.1-hiera-tiny"
    folder.mkdir(parents=True)
    for name in ("config.json", "model.safetensors"):
        (folder / name).write_text("{}")
    with connect_local():
        assert state.read_record().pid != before.pid


def test_a_worker_that_was_killed_is_started_again_with_its_jobs(state):
    with connect_local() as runner:
        job_id = submit(runner, Sent(runner).spec())
        run_to_end(runner, job_id)
    end(state.read_record())
    with connect_local() as runner:
        assert runner.job(job_id).state is JobState.SUCCEEDED


def test_an_idle_worker_of_another_build_is_replaced(state):
    with connect_local():
        pass
    first = state.read_record()
    value = json.loads(state.record.read_text()) | {"build": "an older one"}
    state.record.write_text(json.dumps(value))
    with connect_local() as runner:
        assert runner.capabilities().queued == 0
    assert state.read_record().pid != first.pid


def test_a_remote_worker_needs_a_token_and_an_address(monkeypatch):
    monkeypatch.delenv("VOID_STUDIO_TOKEN", raising=False)
    with pytest.raises(UsageError, match="VOID_STUDIO_TOKEN"):
        connect("127.0.0.1:9")
    monkeypatch.setenv("VOID_STUDIO_TOKEN", "token")
    with pytest.raises(UsageError, match="HOST:PORT"):
        connect("nowhere")
    with pytest.raises(Refused, match="its certificate is not known"):
        connect("box.example:50051")
    with connect("127.0.0.1:9") as runner, pytest.raises(WorkerLost):
        runner.capabilities()
