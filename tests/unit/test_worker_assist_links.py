"""Segmenter sessions over links that break, beside renders, and with what the session says."""

import threading

import numpy as np
import pytest

from tests.link import Link
from tests.unit.test_worker_assist import SHOT, Plate, never
from tests.worker_parts import Sent, WorkerProcess, run_to_end, states, submit, until
from void_studio.assist import Click, Direction
from void_studio.core import FrameRange, NotPresent, WorkerLost
from void_studio.jobs import JobState
from void_studio.worker.client import connect_to

LONG = FrameRange(100, 40)


@pytest.fixture(scope="module")
def worker(tmp_path_factory):
    state = tmp_path_factory.mktemp("worker") / "state"
    with WorkerProcess(state, "--session-idle-s", "3") as worker:
        yield worker


@pytest.fixture
def runner(worker):
    with worker.runner() as runner:
        yield runner


class Wide(Plate):
    """The same, and the square stays in a frame of any number."""

    def square(self, number):
        return super().square(100 + number % 40)


def test_a_session_goes_on_over_a_link_that_breaks_and_nothing_comes_twice(worker):
    with Link(worker.address) as link, connect_to(link.address, worker.token) as runner:
        session = runner.open_segmenter("colour", Wide(), LONG)
        session.prompt([Click(100, 26.0, 12.0)])
        found = []
        for proposal in session.propagate(LONG, Direction.FORWARD, cancelled=never):
            assert np.array_equal(proposal.logits > 0, Wide().matte(proposal.frame))
            found.append(proposal.frame)
            if len(found) in (1, 2, 9, 30):
                link.cut()
        assert found == list(LONG)[1:]
        assert link.cuts == 4
        assert session.prompt([Click(104, 30.0, 12.0)]).frame == 104
        session.close()


def test_an_order_given_while_the_link_is_down_is_carried_out_once(worker):
    with Link(worker.address) as link, connect_to(link.address, worker.token) as runner:
        plate = Plate()
        session = runner.open_segmenter("colour", plate, SHOT)
        link.cut()
        assert session.prompt([Click(102, 10.0, 12.0)]).frame == 102
        assert plate.read == [102]
        session.close()


def test_a_session_whose_studio_stays_away_ends_and_frees_its_place(worker, runner):
    with Link(worker.address) as link:
        away = connect_to(link.address, worker.token, patience_s=0.1)
        sessions = [away.open_segmenter("colour", Plate(), SHOT) for _ in range(4)]
        away.close()
    until(lambda: _opens(runner))
    with pytest.raises(WorkerLost):
        sessions[0].prompt([Click(102, 10.0, 12.0)])


def _opens(runner):
    try:
        runner.open_segmenter("colour", Plate(), SHOT).close()
    except Exception:  # noqa: BLE001  whichever refusal it is, it is tried again
        return False
    return True


def test_a_session_that_was_silent_for_long_is_over_and_says_so(runner):
    session = runner.open_segmenter("colour", Plate(), SHOT)
    with pytest.raises(NotPresent, match="idle for long"):
        session._link.receive()


def test_a_worker_that_is_lost_leaves_the_finished_frames(tmp_path):
    with WorkerProcess(tmp_path / "state") as worker:
        runner = worker.runner(patience_s=0.3)
        session = runner.open_segmenter("colour", Wide(), LONG)
        session.prompt([Click(100, 26.0, 12.0)])
        found = []
        with pytest.raises(WorkerLost):  # noqa: PT012  lost on the way
            for proposal in session.propagate(LONG, Direction.FORWARD, cancelled=never):
                found.append(proposal.frame)
                if len(found) == 3:
                    worker.kill()
        assert found[:3] == [101, 102, 103]
        session.close()
        runner.close()


def test_what_is_prefetched_is_the_frame_and_its_neighbours(runner):
    plate, asked = Plate(), threading.Event()

    def source(number):
        frame = plate(number)
        if len(plate.read) == 3:
            asked.set()
        return frame

    session = runner.open_segmenter("colour", source, SHOT)
    session.prefetch(102)
    assert asked.wait(30)
    assert plate.read == [102, 103, 101]
    session.prompt([Click(102, 10.0, 12.0)])
    assert plate.read == [102, 103, 101]
    session.prefetch(99)
    assert session.prompt([Click(102, 10.0, 12.0)]).frame == 102
    session.close()


def test_what_the_segmenter_says_arrives_before_the_session_is_used(runner):
    said = []
    session = runner.open_segmenter("colour", Plate(), SHOT, say=said.append)
    assert said == ["colours of 100-105"]
    session.close()


def test_layers_and_forgetting_cross_the_wire(runner):
    plate = Plate(240, 160)
    session = runner.open_segmenter("flow", plate, SHOT)
    session.prompt([Click(102, 10.0, 12.0)], layer=7)
    session.prompt([Click(102, 200.0, 100.0)], layer=2)
    layers = {one.layer for one in session.propagate(SHOT, Direction.BOTH, cancelled=never)}
    assert layers == {2, 7}
    session.forget(102, layer=2)
    layers = {one.layer for one in session.propagate(SHOT, Direction.BOTH, cancelled=never)}
    assert layers == {7}
    session.close()


def test_a_session_opens_and_works_while_a_job_renders(runner, tmp_path):
    gate = tmp_path / "gate"
    sent = Sent(runner)
    job = submit(runner, sent.spec(hold_at=2, gate=str(gate)))
    until(lambda: runner.job(job).state is JobState.RUNNING)
    session = runner.open_segmenter("colour", Plate(), SHOT)
    session.prompt([Click(102, 10.0, 12.0)])
    frames = [p.frame for p in session.propagate(SHOT, Direction.BOTH, cancelled=never)]
    assert sorted(frames) == [100, 101, 103, 104, 105]
    assert runner.job(job).state is JobState.RUNNING
    gate.touch()
    assert states(run_to_end(runner, job))[-1] is JobState.SUCCEEDED
    assert session.prompt([Click(103, 11.0, 12.0)]).frame == 103
    session.close()
