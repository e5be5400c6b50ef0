"""Segmenter sessions through a real worker: frames stay here and are pulled one by one."""

import numpy as np
import pytest

from tests.worker_parts import WorkerProcess
from void_studio.assist import Box, Click, Direction, MattePrompt
from void_studio.core import (
    BadInput,
    FrameRange,
    JobFailed,
    NotPresent,
    Rect,
    Refused,
    UsageError,
)

SHOT = FrameRange(100, 6)


class Plate:
    """A green square on noise that moves one pixel a frame; remembers what was read."""

    def __init__(self, width=64, height=48):
        self.read = []
        self._shape = (height, width, 3)

    def __call__(self, number):
        self.read.append(number)
        frame = np.random.default_rng(number).integers(0, 100, self._shape, np.uint8)
        frame[self.square(number).slices] = (0, 200, 0)
        return frame

    def square(self, number):
        return Rect(number - 100 + 4, 8, 10, 12)

    def matte(self, number):
        matte = np.zeros(self._shape[:2], bool)
        matte[self.square(number).slices] = True
        return matte


@pytest.fixture(scope="module")
def worker(tmp_path_factory):
    with WorkerProcess(tmp_path_factory.mktemp("worker") / "state") as worker:
        yield worker


@pytest.fixture
def runner(worker):
    with worker.runner() as runner:
        yield runner


@pytest.fixture
def plate():
    return Plate()


@pytest.fixture
def session(runner, plate):
    session = runner.open_segmenter("colour", plate, SHOT)
    yield session
    session.close()


def never():
    return False


def test_a_click_gives_a_proposal_and_reads_only_its_frame(session, plate):
    proposal = session.prompt([Click(102, 10.0, 12.0)])
    assert (proposal.frame, proposal.score, proposal.model) == (102, 0.75, "colour 1")
    assert proposal.logits.dtype == np.int8
    assert np.array_equal(proposal.logits > 0, plate.matte(102))
    assert plate.read == [102]
    session.prompt([Click(102, 10.0, 12.0)])
    assert plate.read == [102]


def test_a_box_and_a_painted_matte_are_prompts_too(session, plate):
    box = session.prompt([Box(101, plate.square(101))])
    assert np.array_equal(box.logits > 0, plate.matte(101))
    matte = session.prompt([MattePrompt(103, plate.matte(103))])
    assert np.array_equal(matte.logits > 0, plate.matte(103))


def test_a_propagation_yields_every_frame_outwards(session, plate):
    session.prompt([Click(102, 10.0, 12.0)])
    proposals = list(session.propagate(SHOT, Direction.BOTH, cancelled=never))
    assert [proposal.frame for proposal in proposals] == [103, 104, 105, 101, 100]
    for proposal in proposals:
        assert np.array_equal(proposal.logits > 0, plate.matte(proposal.frame))
    assert sorted(plate.read) == list(SHOT)


def test_a_propagation_that_is_stopped_or_not_read_on_leaves_the_session_good(session):
    session.prompt([Click(100, 8.0, 12.0)])
    calls = iter([False, False, True])
    stopped = session.propagate(SHOT, Direction.FORWARD, cancelled=lambda: next(calls))
    seen = [proposal.frame for proposal in stopped]
    assert seen == [101, 102]
    for _ in session.propagate(SHOT, Direction.FORWARD, cancelled=never):
        break
    rest = session.propagate(SHOT, Direction.FORWARD, cancelled=never)
    assert [proposal.frame for proposal in rest] == [101, 102, 103, 104, 105]


def test_a_propagation_without_a_prompt_is_refused_and_the_session_goes_on(session):
    with pytest.raises(UsageError, match="no frame has a prompt"):
        list(session.propagate(SHOT, Direction.FORWARD, cancelled=never))
    assert session.prompt([Click(102, 10.0, 12.0)]).frame == 102


def test_frames_larger_than_one_message_travel_in_parts(runner):
    plate = Plate(1920, 1080)
    session = runner.open_segmenter("colour", plate, SHOT)
    proposal = session.prompt([Click(102, 10.0, 12.0)])
    assert np.array_equal(proposal.logits > 0, plate.matte(102))
    session.close()


def test_a_frame_that_can_not_be_read_is_this_sides_error(runner, plate):
    def source(number):
        if number == 103:
            raise NotPresent("frame 103 is offline", where="/plates/a.mov")
        return plate(number)

    session = runner.open_segmenter("colour", source, SHOT)
    with pytest.raises(NotPresent, match=r"/plates/a\.mov: frame 103 is offline"):
        session.prompt([Click(103, 1.0, 1.0)])
    assert session.prompt([Click(102, 10.0, 12.0)]).frame == 102
    session.close()


def test_a_source_that_breaks_ends_the_session(runner):
    def source(_):
        raise ZeroDivisionError

    session = runner.open_segmenter("colour", source, SHOT)
    with pytest.raises(ZeroDivisionError):
        session.prompt([Click(103, 1.0, 1.0)])
    with pytest.raises(UsageError, match="closed"):
        session.prompt([Click(103, 1.0, 1.0)])
    session.close()


def test_an_error_in_the_segmenter_is_told_and_the_session_goes_on(session):
    with pytest.raises(JobFailed, match="IndexError"):
        session.prompt([Click(102, 9999.0, 1.0)])
    assert session.prompt([Click(102, 10.0, 12.0)]).frame == 102


def test_a_segmenter_that_crashes_fails_its_session_and_the_worker_goes_on(runner, session):
    with pytest.raises(JobFailed, match="ended with status 66"):
        session.prompt([Click(102, 1.0, 1.0, positive=False)])
    other = runner.open_segmenter("colour", Plate(), SHOT)
    assert other.prompt([Click(102, 10.0, 12.0)]).frame == 102
    other.close()


def test_what_can_not_be_opened_is_refused(runner, plate):
    with pytest.raises(UsageError, match="no segmenter 'nothing'"):
        runner.open_segmenter("nothing", plate, SHOT)
    with pytest.raises(UsageError, match="as told"):
        runner.open_segmenter("colour", plate, FrameRange(666, 1))
    with pytest.raises(BadInput, match="beyond the limits"):
        runner.open_segmenter("colour", plate, FrameRange(0, 0))


def test_prompts_beyond_the_limits_end_the_session(session):
    with pytest.raises(BadInput, match="beyond the limits"):
        session.prompt([Click(102, float("nan"), 1.0)])


def test_there_are_only_so_many_places_and_a_closed_session_frees_its_own(runner, plate):
    sessions = [runner.open_segmenter("colour", plate, SHOT) for _ in range(4)]
    with pytest.raises(Refused, match="4 segmenter sessions"):
        runner.open_segmenter("colour", plate, SHOT)
    for session in sessions:
        session.close()
        session.close()
    for _ in range(100):
        try:
            runner.open_segmenter("colour", plate, SHOT).close()
            break
        except Refused:
            continue
    else:
        pytest.fail("no place became free")
