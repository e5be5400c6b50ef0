"""What every segmenter promises, tried on a striped ball that crosses a textured wall.

SAM 2 comes with random weights: what its mattes look like is not asked, all else is.
"""

import cv2
import numpy as np
import pytest

from void_studio.assist import Box, Click, Direction, MattePrompt, Segmenter
from void_studio.assist.flow import FlowSegmenter
from void_studio.core import FrameRange, Rect, UsageError

FRAMES = FrameRange(1001, 9)
MIDDLE = 1005
WIDTH, HEIGHT = 240, 160


def never() -> bool:
    return False


class BallClip:
    """Counts what is read, so that tests can tell when."""

    def __init__(self) -> None:
        noise = np.random.default_rng(5).normal(size=(HEIGHT, WIDTH + 40, 3))
        wall = cv2.GaussianBlur(noise, (0, 0), 2.5)
        self.wall = (np.array([70, 95, 120]) + 18 * wall / wall.std()).clip(0, 255)
        self.read: list[int] = []

    def centre(self, frame: int) -> tuple[int, int]:
        return (60 + 14 * (frame - FRAMES.start), 80)

    def truth(self, frame: int) -> np.ndarray:
        x, y = self.centre(frame)
        rows, columns = np.mgrid[:HEIGHT, :WIDTH]
        return (columns - x) ** 2 + (rows - y) ** 2 < 26**2

    def __call__(self, frame: int) -> np.ndarray:
        self.read.append(frame)
        pan = 2 * (frame - FRAMES.start)
        picture = self.wall[:, pan : pan + WIDTH].copy()
        x, y = self.centre(frame)
        rows, columns = np.mgrid[:HEIGHT, :WIDTH]
        stripes = 22 * np.sin((columns - x + rows - y) / 3.5)[..., None]
        ball = np.array([205, 90, 40]) + stripes
        picture[self.truth(frame)] = ball[self.truth(frame)]
        return cv2.GaussianBlur(picture, (0, 0), 0.7).clip(0, 255).astype(np.uint8)

    def iou(self, proposal) -> float:
        truth = self.truth(proposal.frame)
        found = cv2.resize(proposal.logits.astype(np.float32), (WIDTH, HEIGHT)) > 0
        return np.count_nonzero(found & truth) / np.count_nonzero(found | truth)


@pytest.fixture(scope="module")
def weights(tmp_path_factory):
    pytest.importorskip("torch")
    from tests.tiny_sam2 import make_tiny_sam2

    return make_tiny_sam2(tmp_path_factory.mktemp("weights"))


@pytest.fixture(scope="module", params=["flow", "sam2.1-hiera-tiny", "sam2-checkpoint"])
def segmenter(request) -> Segmenter:
    if request.param == "flow":
        return FlowSegmenter()
    checkpoint, folder = request.getfixturevalue("weights")
    from void_studio.assist.sam2.segmenter import Sam2Package, Sam2Tiny

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("VOID_STUDIO_WEIGHTS", str(folder.parent))
        patch.setenv("VOID_STUDIO_SAM2_CHECKPOINT", str(checkpoint))
        return Sam2Tiny() if request.param == "sam2.1-hiera-tiny" else Sam2Package()


def sees(test):
    """For tests that need a segmenter whose mattes mean something."""
    return pytest.mark.parametrize("segmenter", ["flow"], indirect=True)(test)


@pytest.fixture
def clip() -> BallClip:
    return BallClip()


@pytest.fixture
def session(segmenter, clip):
    opened = segmenter.open(clip, FRAMES)
    yield opened
    opened.close()


def click(frame=MIDDLE, *, dx=0, dy=0, positive=True) -> Click:
    x, y = BallClip().centre(frame)
    return Click(frame, x + dx, y + dy, positive)


def test_it_has_the_name_that_it_is_registered_under(segmenter, session):
    proposal = session.prompt([click()])
    assert proposal.model.startswith(segmenter.id)


def test_nothing_is_read_before_it_is_needed(segmenter, clip):
    session = segmenter.open(clip, FRAMES)
    assert clip.read == []
    session.prompt([click()])
    assert clip.read[0] == MIDDLE
    session.close()


@sees
def test_one_click_finds_the_whole_object(session, clip):
    proposal = session.prompt([click(dx=6, dy=-5)])
    assert proposal.frame == MIDDLE
    assert proposal.logits.dtype == np.int8
    assert 0 < proposal.score <= 1
    assert clip.iou(proposal) > 0.9


@sees
def test_a_box_finds_the_object_in_it(session, clip):
    x, y = clip.centre(MIDDLE)
    proposal = session.prompt([Box(MIDDLE, Rect(x - 32, y - 31, 64, 63))])
    assert clip.iou(proposal) > 0.9


def test_a_painted_matte_is_taken(session, clip):
    proposal = session.prompt([MattePrompt(MIDDLE, clip.truth(MIDDLE))])
    assert clip.iou(proposal) > 0.95


def test_a_negative_click_is_outside_and_a_positive_one_inside(session, clip):
    x, y = clip.centre(MIDDLE)
    painted = clip.truth(MIDDLE)
    painted[y - 10 : y + 10, x + 24 : x + 60] = True
    proposal = session.prompt([MattePrompt(MIDDLE, painted), click(), click(dx=45, positive=False)])
    matte = cv2.resize(proposal.logits.astype(np.float32), (WIDTH, HEIGHT)) > 0
    assert matte[y, x]
    assert not matte[y, x + 45]


@sees
def test_new_prompts_on_a_frame_replace_the_earlier_ones(session, clip):
    session.prompt([MattePrompt(MIDDLE, np.ones((HEIGHT, WIDTH), np.bool_))])
    assert clip.iou(session.prompt([click()])) > 0.9


@pytest.mark.parametrize(
    ("direction", "expected"),
    [
        (Direction.FORWARD, set(range(1005, 1010))),
        (Direction.BACKWARD, set(range(1001, 1006))),
        (Direction.BOTH, set(FRAMES)),
    ],
)
def test_propagation_yields_each_frame_of_its_direction_once(session, direction, expected):
    session.prompt([click()])
    proposals = list(session.propagate(FRAMES, direction, cancelled=never))
    assert len(proposals) == len(expected)
    assert {proposal.frame for proposal in proposals} == expected
    assert all(0 <= proposal.score <= 1 for proposal in proposals)


@sees
def test_propagation_follows_the_object(session, clip):
    session.prompt([click()])
    proposals = session.propagate(FRAMES, Direction.BOTH, cancelled=never)
    assert min(clip.iou(proposal) for proposal in proposals) > 0.85


def test_propagation_goes_outwards_from_the_prompt(session):
    session.prompt([click()])
    order = [one.frame for one in session.propagate(FRAMES, Direction.BOTH, cancelled=never)]
    assert order[0] == MIDDLE
    seen = set()
    for frame in order:
        assert not seen or frame in {min(seen) - 1, max(seen) + 1}
        seen.add(frame)


def test_only_the_wanted_frames_are_yielded(session):
    session.prompt([click()])
    wanted = FrameRange(1007, 2)
    found = session.propagate(wanted, Direction.BOTH, cancelled=never)
    assert sorted(proposal.frame for proposal in found) == [1007, 1008]


def test_a_prompted_frame_is_never_changed_and_is_followed_to_its_neighbours(session, clip):
    session.prompt([MattePrompt(1003, clip.truth(1003))])
    session.prompt([MattePrompt(1007, clip.truth(1007))])
    found = {p.frame: p for p in session.propagate(FRAMES, Direction.BOTH, cancelled=never)}
    assert found.keys() == set(FRAMES)
    for frame in (1003, 1007):
        assert np.array_equal(found[frame].logits > 0, clip.truth(frame))
        assert found[frame].score == 1


def test_the_nearest_prompted_frame_decides(segmenter, clip):
    def forward_from(*mattes):
        session = segmenter.open(clip, FRAMES)
        for frame, matte in mattes:
            session.prompt([MattePrompt(frame, matte)])
        found = session.propagate(FrameRange(1008, 2), Direction.FORWARD, cancelled=never)
        answers = [one.logits.tobytes() for one in found]
        session.close()
        return answers

    wrong = np.zeros((HEIGHT, WIDTH), np.bool_)
    wrong[:40, :60] = True
    right = (1007, clip.truth(1007))
    if segmenter.id == "flow":
        assert forward_from((1002, wrong), right) == forward_from(right)
    assert forward_from((1002, wrong), right) != forward_from((1002, wrong))


def test_several_layers_are_followed_at_once_each_by_its_own_prompts(segmenter, clip):
    session = segmenter.open(clip, FRAMES)
    session.prompt([MattePrompt(1005, clip.truth(1005))], layer=3)
    other = np.zeros((HEIGHT, WIDTH), np.bool_)
    other[4:60, 170:230] = True
    session.prompt([MattePrompt(1002, other)], layer=8)
    clip.read.clear()
    found = list(session.propagate(FRAMES, Direction.BOTH, cancelled=never))
    assert len(found) == 2 * len(FRAMES)
    assert {(one.layer, one.frame) for one in found} == {(n, f) for n in (3, 8) for f in FRAMES}
    only = session.propagate(FRAMES, Direction.BOTH, layers=[8], cancelled=never)
    alone = segmenter.open(clip, FRAMES)
    alone.prompt([MattePrompt(1002, other)])
    single = alone.propagate(FRAMES, Direction.BOTH, cancelled=never)
    pairs = zip(only, single, strict=True)
    assert all(np.array_equal(one.logits, two.logits) for one, two in pairs)
    session.close()
    alone.close()


def test_a_prompt_that_is_forgotten_has_no_effect(session, clip):
    session.prompt([MattePrompt(1003, clip.truth(1003))])
    session.prompt([MattePrompt(1007, clip.truth(1007))])
    session.forget(1007)
    session.forget(1007)
    session.forget(1001, layer=9)
    frames = session.propagate(FRAMES, Direction.FORWARD, cancelled=never)
    assert next(frames).frame == 1003
    session.forget(1003)
    with pytest.raises(UsageError, match="prompt"):
        session.propagate(FRAMES, Direction.FORWARD, cancelled=never)


def test_a_frame_that_was_made_ready_is_not_read_again(session, clip):
    session.prefetch(1004)
    assert clip.read == [1004]
    session.prompt([Click(1004, 100, 80)])
    assert clip.read == [1004]
    with pytest.raises(UsageError, match="1001-1009"):
        session.prefetch(7)


def test_a_shot_of_one_frame_is_followed_to_itself(segmenter, clip):
    frames = FrameRange(1004, 1)
    session = segmenter.open(clip, frames)
    session.prompt([Click(1004, 100, 80)])
    for direction in Direction:
        found = session.propagate(frames, direction, cancelled=never)
        assert [one.frame for one in found] == [1004]
    session.close()


@sees
def test_every_prompted_frame_keeps_its_own_matte(session, clip):
    nothing = np.zeros((HEIGHT, WIDTH), np.bool_)
    session.prompt([click()])
    session.prompt([MattePrompt(1009, nothing)])
    found = {p.frame: p for p in session.propagate(FRAMES, Direction.BOTH, cancelled=never)}
    assert clip.iou(found[1007]) > 0.85
    assert not (found[1009].logits > 0).any()
    assert not (found[1008].logits > 0).any()


def test_cancelling_ends_the_iteration_without_an_error(session):
    session.prompt([click()])
    found = []
    proposals = session.propagate(FRAMES, Direction.BOTH, cancelled=lambda: len(found) == 3)
    for proposal in proposals:
        found.append(proposal)  # noqa: PERF402  counted while it grows
    assert len(found) == 3


def test_propagating_without_a_prompt_is_refused(session):
    with pytest.raises(UsageError, match="prompt"):
        list(session.propagate(FRAMES, Direction.BOTH, cancelled=never))


def test_frames_outside_the_session_are_refused(session):
    with pytest.raises(UsageError, match="1001-1009"):
        session.prompt([Click(7, 5, 5)])
    session.prompt([click()])
    with pytest.raises(UsageError, match="1001-1009"):
        list(session.propagate(FrameRange(1000, 5), Direction.BOTH, cancelled=never))


@pytest.mark.parametrize(
    "prompts",
    [
        [],
        [click(1004), click(1005)],
        [click(positive=False)],
        [Click(MIDDLE, WIDTH, 10)],
        [Click(MIDDLE, -1, 10)],
        [Click(MIDDLE, float("nan"), 10)],
        [Box(MIDDLE, Rect(500, 500, 10, 10))],
        [MattePrompt(MIDDLE, np.ones((3, 4), np.bool_))],
    ],
    ids=["none", "two frames", "negative", "right", "left", "nan", "box outside", "wrong size"],
)
def test_prompts_that_mean_nothing_are_refused(session, prompts):
    with pytest.raises(UsageError):
        session.prompt(prompts)


def test_equal_input_gives_equal_output(segmenter):
    runs = []
    for _ in range(2):
        cv2.setRNGSeed(len(runs) + 77)
        session = segmenter.open(BallClip(), FRAMES)
        session.prompt([click()])
        found = session.propagate(FRAMES, Direction.BOTH, cancelled=never)
        runs.append([(one.frame, one.score, one.logits.tobytes()) for one in found])
        session.close()
    assert runs[0] == runs[1]


def test_closing_twice_is_harmless(session):
    session.close()
    session.close()
