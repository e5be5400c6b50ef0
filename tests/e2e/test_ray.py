"""A worker over a Ray cluster of this machine: real actors, killed and cancelled."""

import contextlib
import os
import signal

import psutil
import pytest

from tests.worker_parts import (
    Sent,
    WorkerProcess,
    executor_words,
    run_to_end,
    states,
    submit,
    until,
)
from void_studio.engine import Checkpoint, Log
from void_studio.jobs import Failed, JobSpec, JobState, Result, ResultManifest


@pytest.fixture(scope="module")
def worker(tmp_path_factory):
    state = tmp_path_factory.mktemp("ray") / "state"
    with WorkerProcess(state, *executor_words("ray"), "--slots", "2") as worker:
        yield worker


@pytest.fixture
def runner(worker):
    with worker.runner() as runner:
        yield runner


def actors(worker):
    found = []
    for child in psutil.Process(worker.process.pid).children(recursive=True):
        try:
            if "RenderActor" in " ".join(child.cmdline()):
                found.append(child.pid)
        except psutil.Error:
            continue
    return found


def patches_of(runner, events):
    (manifest,) = [event.payload.manifest for event in events if isinstance(event.payload, Result)]
    return ResultManifest.decode(runner.get(manifest)).patches


def held(runner, sent, gate, at=3, **params):
    """A job that stands before frame `at`, until `gate` is there."""
    job_id = submit(runner, sent.spec(hold_at=at, gate=str(gate), **params))
    for event in runner.events(job_id):
        if isinstance(event.payload, Checkpoint) and event.payload.patches == at:
            return job_id
    raise AssertionError("the job did not get there")


def test_two_draft_jobs_give_what_this_machine_gives(worker, runner, tmp_path):
    sent = [Sent(runner, seed=seed) for seed in (1, 2)]
    specs = [JobSpec.of("draft", {}, clip.manifest.digest) for clip in sent]
    there = [patches_of(runner, run_to_end(runner, submit(runner, spec))) for spec in specs]
    with WorkerProcess(tmp_path / "local") as local, local.runner() as here:
        for seed in (1, 2):
            Sent(here, seed=seed)
        assert there == [patches_of(here, run_to_end(here, submit(here, spec))) for spec in specs]


def test_what_a_job_took_on_the_cluster_is_told(runner):
    run_to_end(runner, submit(runner, Sent(runner, seed=3).spec()))
    (rate,) = [rate for rate in runner.capabilities().rates if rate.engine == "invert"]
    assert (rate.device, rate.frames) == ("ray", 6)


def test_a_device_that_is_lost_costs_its_job_alone(worker, runner):
    sent = Sent(runner)
    for _ in range(2):
        events = run_to_end(runner, submit(runner, sent.spec(lose_at=1), again=True))
        assert states(events)[-1] is JobState.FAILED
    before = actors(worker)
    events = run_to_end(runner, submit(runner, sent.spec(), again=True))
    assert states(events)[-1] is JobState.SUCCEEDED
    assert set(actors(worker)) - set(before)


def test_two_jobs_run_at_once(runner, tmp_path):
    gate, sent = tmp_path / "gate", Sent(runner)
    first, second = held(runner, sent, gate, gain=0.5), held(runner, sent, gate, gain=0.25)
    assert runner.capabilities().running == 2
    gate.touch()
    for job_id in (first, second):
        assert states(run_to_end(runner, job_id))[-1] is JobState.SUCCEEDED


def test_a_job_whose_actor_was_killed_goes_on_from_its_checkpoint_on_another(
    worker, runner, tmp_path
):
    gate, sent = tmp_path / "gate", Sent(runner)
    expected = patches_of(runner, run_to_end(runner, submit(runner, sent.spec())))
    job_id = held(runner, sent, gate)
    for pid in actors(worker):
        os.kill(pid, signal.SIGKILL)
    gate.touch()
    events = run_to_end(runner, job_id)
    assert states(events) == [JobState.QUEUED, JobState.RUNNING, JobState.SUCCEEDED]
    notes = [event.payload.message for event in events if isinstance(event.payload, Log)]
    assert any("the render process was lost" in note for note in notes)
    assert "starting at frame 3" in notes
    assert patches_of(runner, events) == expected
    assert [event.seq for event in events] == list(range(1, len(events) + 1))


def test_a_job_that_ends_every_actor_fails_alone(runner):
    sent = Sent(runner)
    events = run_to_end(runner, submit(runner, sent.spec(crash_at=2)))
    assert states(events)[-1] is JobState.FAILED
    (failure,) = [event.payload for event in events if isinstance(event.payload, Failed)]
    assert "the render process was lost" in failure.message
    assert states(run_to_end(runner, submit(runner, sent.spec(), again=True)))[-1] is (
        JobState.SUCCEEDED
    )


def test_a_job_is_cancelled_on_its_actor_and_a_deaf_one_with_it(worker, runner, tmp_path):
    sent = Sent(runner)
    job_id = held(runner, sent, tmp_path / "never")
    runner.cancel(job_id)
    assert states(run_to_end(runner, job_id))[-1] is JobState.CANCELLED
    deaf = held(runner, sent, tmp_path / "never", deaf=True)
    runner.cancel(deaf)
    runner.cancel(deaf)
    assert states(run_to_end(runner, deaf))[-1] is JobState.CANCELLED


def end_all(processes):
    """Ray's own agents outlive a cluster that was killed."""
    for process in processes:
        with contextlib.suppress(psutil.Error):
            process.kill()
    psutil.wait_procs(processes)


@pytest.mark.soak
def test_a_front_that_was_killed_takes_its_actors_along_and_goes_on_when_it_is_back(tmp_path):
    gate, state = tmp_path / "gate", tmp_path / "state"
    words = executor_words("ray")
    with WorkerProcess(state, *words) as first, first.runner() as runner:
        job_id = held(runner, Sent(runner), gate)
        running = [psutil.Process(pid) for pid in actors(first)]
        children = psutil.Process(first.process.pid).children(recursive=True)
        first.kill()
        assert running
        until(lambda: not any(actor.is_running() for actor in running))
        end_all(children)
    gate.touch()
    with WorkerProcess(state, *words) as second, second.runner() as runner:
        events = run_to_end(runner, job_id)
        assert states(events) == [JobState.QUEUED, JobState.RUNNING, JobState.SUCCEEDED]
        assert Log("starting at frame 3") in [event.payload for event in events]
