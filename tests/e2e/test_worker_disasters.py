"""What happens to a worker's machine: disks, clocks, users, and kill -9 of anybody at any time."""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import psutil
import pytest

from tests.box import Box, void_worker
from tests.worker_parts import Sent, WorkerProcess, environment, run_to_end, states, submit, until
from void_studio.core import Refused, StudioError
from void_studio.engine import Checkpoint
from void_studio.jobs import Failed, JobState, ResultManifest

CLOCK = Path(__file__).parents[1] / "clock.c"
GOOD = [JobState.QUEUED, JobState.RUNNING, JobState.SUCCEEDED]
BAD = [JobState.QUEUED, JobState.RUNNING, JobState.FAILED]


def stored(state):
    return {path.name for path in (state / "blobs").rglob("*") if path.is_file()}


def mounted(*words):
    done = subprocess.run(["mount", *map(str, words)], capture_output=True, check=False)
    if done.returncode:
        pytest.skip(f"nothing can be mounted: {done.stderr.decode().strip()}")


@contextmanager
def small_disk(folder):
    folder.mkdir()
    mounted("-t", "tmpfs", "-o", "size=4m", "tmpfs", folder)
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


@contextmanager
def read_only(folder):
    mounted("--bind", folder, folder)
    try:
        mounted("-o", "remount,ro,bind", folder)
        yield
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


def renders(runner, seed=99):
    events = run_to_end(runner, submit(runner, Sent(runner, seed=seed).spec(), again=True))
    return states(events) == GOOD


# disks


def test_a_store_that_became_read_only_is_told_and_works_again_when_it_can_be_written(tmp_path):
    state = tmp_path / "state"
    with WorkerProcess(state) as worker, worker.runner() as runner:
        sent = Sent(runner)
        before = stored(state)
        with read_only(state / "blobs"):
            with pytest.raises(Refused, match=r"can not store a blob .*Read-only file system"):
                runner.put(os.urandom(1000))
            with pytest.raises(StudioError, match="Read-only"):
                submit(runner, sent.spec())
            assert stored(state) == before
        assert renders(runner)


def test_a_state_folder_on_a_read_only_disk_is_one_line(tmp_path):
    (tmp_path / "disk").mkdir()
    with read_only(tmp_path / "disk"):
        done = subprocess.run(
            [*void_worker("serve"), "--state", str(tmp_path / "disk" / "state")],
            capture_output=True,
            text=True,
            env=environment(),
            check=False,
        )
    assert (done.returncode, len(done.stderr.splitlines())) == (6, 1)
    assert "can not keep its state here (Read-only file system)" in done.stderr


def test_a_job_whose_disk_fills_up_ends_when_there_is_room_again(tmp_path):
    gate = tmp_path / "gate"
    with (
        small_disk(tmp_path / "disk") as disk,
        WorkerProcess(disk / "state", "--quota-gb", "1") as worker,
        worker.runner() as runner,
    ):
        job_id = submit(runner, Sent(runner).spec(hold_at=2, gate=str(gate)))
        until(lambda: runner.job(job_id).state is JobState.RUNNING)
        fill(disk / "ballast")
        gate.touch()
        time.sleep(1.5)
        assert runner.job(job_id).state is not JobState.SUCCEEDED
        (disk / "ballast").unlink()
        events = run_to_end(runner, job_id)
        assert states(events) in (GOOD, BAD)
        assert [event.seq for event in events] == list(range(1, len(events) + 1))
        assert not any(name.startswith(".") for name in stored(disk / "state"))
        assert renders(runner)


def fill(path):
    """Write zeros until the disk is full."""
    with path.open("wb", buffering=0) as file, contextlib.suppress(OSError):
        while True:
            file.write(bytes(4096))


# clocks


@pytest.fixture(scope="module")
def clock(tmp_path_factory):
    compiler = shutil.which("cc")
    if compiler is None or sys.platform != "linux":
        pytest.skip("no C compiler: the clock can not be made to jump")
    library = tmp_path_factory.mktemp("clock") / "clock.so"
    subprocess.run(
        [compiler, "-shared", "-fPIC", "-o", str(library), str(CLOCK), "-ldl"], check=True
    )
    return library


@pytest.mark.parametrize("jump", [-timedelta(days=400), timedelta(days=10)])
def test_a_clock_that_jumps_loses_no_job_and_no_result(tmp_path, clock, jump):
    offset, gate, state = tmp_path / "offset", tmp_path / "gate", tmp_path / "state"
    offset.write_text("0")
    env = {"LD_PRELOAD": str(clock), "CLOCK_OFFSET": str(offset)}
    with WorkerProcess(state, env=env) as worker, worker.runner() as runner:
        sent = Sent(runner)
        done = submit(runner, sent.spec())
        run_to_end(runner, done)
        job_id = submit(runner, sent.spec(hold_at=2, gate=str(gate)))
        until(lambda: runner.job(job_id).state is JobState.RUNNING)
        offset.write_text(str(int(jump.total_seconds())))
        later = submit(runner, sent.spec(gain=0.5))
        gate.touch()
        for id_ in (job_id, later):
            events = run_to_end(runner, id_)
            assert states(events) == GOOD
            assert [event.seq for event in events] == list(range(1, len(events) + 1))
        days = (runner.job(later).submitted_at - runner.job(done).submitted_at).total_seconds()
        assert abs(days - jump.total_seconds()) < 600
        assert [job.id for job in runner.jobs()] == [later, job_id, done]
    with WorkerProcess(state, env=env) as worker, worker.runner() as runner:
        assert submit(runner, sent.spec()) == done
        (manifest,) = [e.payload.manifest for e in run_to_end(runner, done) if has_manifest(e)]
        for entry in ResultManifest.decode(runner.get(manifest)).patches:
            assert runner.get(entry.pixels)


def has_manifest(event):
    return hasattr(event.payload, "manifest")


# users


def test_a_second_user_of_the_machine_can_neither_read_the_token_nor_call_without_it(tmp_path):
    if os.geteuid() != 0:
        pytest.skip("only root can become another user")
    with WorkerProcess(tmp_path / "state") as worker:
        script = (
            "import os, sys\n"
            "from void_studio.worker.client import connect_to\n"
            "from void_studio.core import StudioError\n"
            "import void_studio.worker.proto.void_studio.v1.worker_pb2\n"
            "os.setgroups([]); os.setgid(65534); os.setuid(65534)\n"
            "record, address = sys.argv[1:]\n"
            "try:\n"
            "    open(record)\n"
            "except PermissionError:\n"
            "    print('closed')\n"
            "for token in ('', 'guess'):\n"
            "    try:\n"
            "        connect_to(address, token).capabilities()\n"
            "    except StudioError as error:\n"
            "        print(error.what)\n"
        )
        done = subprocess.run(
            [sys.executable, "-c", script, str(worker.record), worker.address],
            capture_output=True,
            text=True,
            env=environment(),
            check=True,
        )
    assert done.stdout.splitlines() == ["closed", *["the token is missing or wrong"] * 2]
    assert worker.record.parent.stat().st_mode & 0o077 == 0


# addresses


def test_a_worker_serves_on_ipv6_with_tls(tmp_path):
    try:
        with Box(tmp_path / "state", "--listen", "[::1]:0") as box, box.runner() as runner:
            assert box.address.startswith("[::1]:")
            assert renders(runner)
    except ValueError:
        pytest.skip("this machine has no IPv6")


# many


def test_two_hundred_queued_jobs_are_all_done_in_order(tmp_path):
    gate = tmp_path / "gate"
    with WorkerProcess(tmp_path / "state") as worker, worker.runner() as runner:
        sent = Sent(runner, count=1)
        first = submit(runner, sent.spec(hold_at=0, gate=str(gate)))
        jobs = [submit(runner, sent.spec(gain=number / 200)) for number in range(1, 201)]
        until(lambda: runner.capabilities().running == 1)
        assert runner.capabilities().queued == 200
        gate.touch()
        assert states(run_to_end(runner, jobs[-1])) == GOOD
        ended = [run_to_end(runner, job_id)[-1].at for job_id in (first, *jobs)]
        assert ended == sorted(ended)
        assert {job.state for job in runner.jobs()} == {JobState.SUCCEEDED}


# kill -9


def test_a_front_that_is_killed_in_any_stage_loses_nothing(tmp_path):
    gate, state = tmp_path / "gate", tmp_path / "state"
    jobs = {}
    for stage in ("uploaded", "queued", "running", "done"):
        with WorkerProcess(state) as worker, worker.runner() as runner:
            sent = Sent(runner)
            if stage == "queued":
                jobs["first"] = submit(runner, sent.spec(hold_at=4, gate=str(gate)))
                jobs["second"] = submit(runner, sent.spec(gain=0.5))
            if stage == "running":
                reached = (event.payload for event in runner.events(jobs["first"]))
                assert any(isinstance(step, Checkpoint) and step.patches == 4 for step in reached)
                gate.touch()
            if stage == "done":
                for job_id in jobs.values():
                    assert states(run_to_end(runner, job_id)) == GOOD
            worker.kill()
    with WorkerProcess(state) as worker, worker.runner() as runner:
        assert runner.missing(sorted(sent.manifest.digests)) == frozenset()
        for job_id in jobs.values():
            events = run_to_end(runner, job_id)
            assert [event.seq for event in events] == list(range(1, len(events) + 1))
            assert states(events) == GOOD
        assert not any(name.startswith(".") for name in stored(state))


@pytest.mark.parametrize("frame", [0, 3, 5])
def test_a_child_that_is_killed_at_any_frame_fails_its_job_with_its_log(tmp_path, frame):
    with WorkerProcess(tmp_path / "state") as worker, worker.runner() as runner:
        sent = Sent(runner)
        job_id = submit(runner, sent.spec(hold_at=frame, gate=str(tmp_path / "never")))
        for event in runner.events(job_id):
            at = event.payload.patches if isinstance(event.payload, Checkpoint) else 0
            if at == frame and runner.job(job_id).state is JobState.RUNNING:
                break
        (child,) = psutil.Process(worker.process.pid).children()
        child.send_signal(signal.SIGKILL)
        (failure,) = [
            e.payload for e in run_to_end(runner, job_id) if isinstance(e.payload, Failed)
        ]
        assert "was ended by signal 9" in failure.message
        assert "was ended by signal 9" in Path(failure.log).read_text()
        assert renders(runner)


STAGES = [
    "running",
    *(pytest.param(at, marks=pytest.mark.soak) for at in ("upload", "queued", "done")),
]


@pytest.mark.parametrize("stage", STAGES)
def test_a_studio_that_is_killed_in_any_stage_publishes_when_it_comes_back(cut, tmp_path, stage):
    gate, state = tmp_path / "gate", tmp_path / "state"
    versions = tmp_path / "versions"
    with WorkerProcess(state) as worker, worker.runner() as runner:
        if stage == "queued":
            submit(runner, Sent(runner).spec(hold_at=0, gate=str(gate)))
        first = start_render(cut, worker, versions)
        until(lambda: reached(stage, runner, state) or first.poll() is not None)
        first.kill()
        first.communicate()
        gate.touch()
        again = start_render(cut, worker, versions)
        _, err = again.communicate(timeout=120)
        assert again.returncode == 0, err
        drafts = [job for job in runner.jobs() if job.spec.engine == "draft"]
        assert [job.state for job in drafts] == [JobState.SUCCEEDED]
    (shot,) = versions.iterdir()
    published = sorted(path.name for path in shot.iterdir())
    published = [name for name in published if not name.startswith(".v-")]
    assert published == ["v001"] or (stage, published) == ("done", ["v001", "v002"])


def start_render(cut, worker, versions):
    words = ["render", cut.timeline, "--shot", cut.shot, "--quadmask", cut.quadmask]
    words += ["--versions", versions, "--worker", worker.address]
    return subprocess.Popen(
        [sys.executable, "-m", "void_studio", *map(str, words)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment(VOID_STUDIO_TOKEN=worker.token),
    )


def reached(stage, runner, state):
    if stage == "upload":
        return len(stored(state)) > 4
    drafts = [job.state for job in runner.jobs() if job.spec.engine == "draft"]
    wanted = {"queued": JobState.QUEUED, "running": JobState.RUNNING, "done": JobState.SUCCEEDED}
    return wanted[stage] in drafts
