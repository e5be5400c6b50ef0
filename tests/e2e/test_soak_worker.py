"""Random faults, seeded, against one worker: nothing lost, nothing half-written, still serving."""

import os
import random
import signal
from contextlib import suppress

import psutil
import pytest

from tests.link import Link
from tests.worker_parts import Sent, WorkerProcess, run_to_end, states, submit, until
from void_studio.core import StudioError, digest_bytes
from void_studio.jobs import JobState, Result, ResultManifest
from void_studio.worker.client import connect_to

RUNS = int(os.environ.get("SOAK_N", "20"))
FAULTS = (
    "job",
    "job",
    "queue",
    "cancel",
    "delete",
    "crash",
    "kill child",
    "kill front",
    "end front",
    "cut",
    "lost client",
    "stranger",
    "damage",
)


class Play:
    """One worker and what was asked of it; `expected` has the patches of a spec that succeeded."""

    def __init__(self, folder, seed):
        self.random = random.Random(seed)  # noqa: S311  a play that can be repeated
        self.state = folder / "state"
        self.gate = folder / "gate"
        self.jobs = {}
        self.gone = set()
        self.expected = {}
        self.worker = WorkerProcess(self.state)

    def sent(self, runner):
        return Sent(runner, count=4, seed=self.random.randrange(3))

    def spec(self, runner, **params):
        return self.sent(runner).spec(gain=self.random.randrange(1, 9) / 8, **params)

    def ask(self, runner, **params):
        spec = self.spec(runner, **params)
        job_id = submit(runner, spec, again=bool(self.random.randrange(2)))
        self.jobs[job_id] = spec
        return job_id

    def step(self, fault):
        with self.worker.runner() as runner:
            getattr(self, "_" + fault.replace(" ", "_"))(runner)

    def check(self):
        """Every job that was ever taken has ended, in order, with the same patches each time."""
        with self.worker.runner() as runner:
            known = {job.id for job in runner.jobs()}
            assert set(self.jobs) - self.gone <= known
            for job_id in sorted(set(self.jobs) - self.gone):
                self._check(runner, job_id)
        blobs = (path.name for path in (self.state / "blobs").rglob("*") if path.is_file())
        assert not [name for name in blobs if name.startswith(".")]

    def _check(self, runner, job_id):
        events = run_to_end(runner, job_id)
        assert [event.seq for event in events] == list(range(1, len(events) + 1))
        passed = states(events)
        assert passed[0] is JobState.QUEUED
        assert passed[-1].final
        assert len(passed) <= 3
        for event in events:
            if isinstance(event.payload, Result):
                patches = ResultManifest.decode(runner.get(event.payload.manifest)).patches
                key = (self.jobs[job_id].clip, dict(self.jobs[job_id].params)["gain"])
                assert self.expected.setdefault(key, patches) == patches
                for entry in patches:
                    assert digest_bytes(runner.get(entry.pixels)) == entry.pixels

    def _job(self, runner):
        run_to_end(runner, self.ask(runner))

    def _queue(self, runner):
        for _ in range(self.random.randrange(1, 6)):
            self.ask(runner)

    def _cancel(self, runner):
        job_id = self.ask(runner, hold_at=2, gate=str(self.gate))
        for _ in range(self.random.randrange(1, 3)):
            runner.cancel(job_id)
        assert states(run_to_end(runner, job_id))[-1] is JobState.CANCELLED

    def _delete(self, runner):
        ended = [job.id for job in runner.jobs() if job.state.final and job.id in self.jobs]
        if ended:
            job_id = self.random.choice(ended)
            runner.delete(job_id)
            self.gone.add(job_id)

    def _crash(self, runner):
        job_id = self.ask(runner, crash_at=self.random.randrange(4))
        assert states(run_to_end(runner, job_id))[-1] is JobState.FAILED

    def _kill_child(self, runner):
        self.ask(runner)
        for child in psutil.Process(self.worker.process.pid).children():
            with suppress(psutil.Error):
                child.send_signal(signal.SIGKILL)

    def _kill_front(self, runner):
        self._queue(runner)
        self.worker.kill()
        self.worker = WorkerProcess(self.state)

    def _end_front(self, runner):
        self._queue(runner)
        self.worker.terminate()
        self.worker = WorkerProcess(self.state)

    def _cut(self, runner):
        with Link(self.worker.address) as link, connect_to(link.address, self.worker.token) as far:
            link.cut_after = self.random.randrange(100, 40_000)
            with suppress(StudioError):
                run_to_end(far, self.ask(far))

    def _lost_client(self, runner):
        events = runner.events(self.ask(runner))
        next(events)
        events.close()

    def _stranger(self, runner):
        with connect_to(self.worker.address, "guess") as stranger:
            for call in (stranger.jobs, stranger.capabilities, lambda: stranger.put(b"x")):
                with pytest.raises(StudioError, match="token"):
                    call()

    def _damage(self, runner):
        """A torn blob of a clip, as after a power cut: it counts as missing and is sent again."""
        until(lambda: runner.capabilities().queued + runner.capabilities().running == 0)
        digest = self.random.choice(sorted(self.sent(runner).manifest.digests))
        path = self.state / "blobs" / digest[:2] / digest
        path.write_bytes(path.read_bytes()[:-1])
        with pytest.raises(StudioError):
            runner.get(digest)
        path.unlink(missing_ok=True)


@pytest.mark.soak
@pytest.mark.timeout(0)
@pytest.mark.parametrize("seed", range(RUNS))
def test_random_faults_lose_nothing(tmp_path, seed):
    play = Play(tmp_path, seed)
    try:
        for _ in range(12):
            play.step(play.random.choice(FAULTS))
        play.check()
    finally:
        play.worker.kill()


@pytest.mark.soak
@pytest.mark.timeout(0)
def test_the_front_does_not_grow_over_a_thousand_jobs(tmp_path):
    with WorkerProcess(tmp_path / "state") as worker, worker.runner() as runner:
        front, sent, sizes = psutil.Process(worker.process.pid), Sent(runner, count=1), []
        for number in range(1000):
            run_to_end(runner, submit(runner, sent.spec(gain=number / 500)))
            if number % 200 == 199:
                sizes.append(front.memory_info().rss)
        assert sizes[-1] - sizes[0] < 8_000_000
