import cv2
import numpy as np
import pytest

from void_studio.assist import Box, Click, Direction, MattePrompt
from void_studio.assist.flow import FlowSegmenter
from void_studio.core import BadInput, Extent, FrameRange, Rect, UsageError

WIDTH, HEIGHT, COUNT = 480, 270, 30


def coloured_noise(rng, height, width, colour, spread, sigma):
    noise = cv2.GaussianBlur(rng.normal(size=(height, width, 3)), (0, 0), sigma)
    return (np.array(colour) + spread * noise / noise.std()).clip(0, 255).astype(np.float32)


class Scene:
    """A textured kite that moves and grows over textured ground that pans, with grain."""

    def __init__(self, seed=11):
        rng = np.random.default_rng(seed)
        self.ground = coloured_noise(rng, HEIGHT + 40, WIDTH + 120, (80, 105, 75), 26, 3)
        self.ground[120:150] *= 0.6
        self.kite = coloured_noise(rng, 128, 128, (190, 70, 120), 24, 2)
        corners = np.array([[64, 4], [112, 50], [70, 124], [14, 56]])
        self.shape = cv2.fillPoly(np.zeros((128, 128), np.float32), [corners], 1.0)
        self.grain = rng.normal(0, 3, size=(COUNT, HEIGHT, WIDTH, 1)).astype(np.float32)

    def place(self, frame):
        scale = 0.6 + 0.018 * frame
        left = 40 + 9.0 * frame
        top = 50 + 20 * np.sin(frame / 6)
        return np.array([[scale, 0, left], [0, scale, top]])

    def alpha(self, frame):
        return cv2.warpAffine(self.shape, self.place(frame), (WIDTH, HEIGHT))

    def truth(self, frame):
        return self.alpha(frame) > 0.5

    def centre(self, frame):
        return tuple(self.place(frame) @ (64, 60, 1))

    def __call__(self, frame):
        pan = np.array([[1, 0, -2.3 * frame], [0, 1, -0.7 * frame]])
        ground = cv2.warpAffine(self.ground, pan, (WIDTH, HEIGHT))
        kite = cv2.warpAffine(self.kite, self.place(frame), (WIDTH, HEIGHT))
        alpha = self.alpha(frame)[..., None]
        picture = ground * (1 - alpha) + kite * alpha + self.grain[frame]
        return picture.clip(0, 255).astype(np.uint8)


@pytest.fixture(scope="module")
def scene():
    return Scene()


def overlap(first, second):
    return np.count_nonzero(first & second) / max(1, np.count_nonzero(first | second))


def never():
    return False


def test_one_click_follows_a_textured_object_both_ways(scene):
    frames = FrameRange(0, COUNT)
    session = FlowSegmenter().open(scene, frames)
    session.prompt([Click(15, *scene.centre(15))])
    found = session.propagate(frames, Direction.BOTH, cancelled=never)
    ious = {one.frame: overlap(one.logits > 0, scene.truth(one.frame)) for one in found}
    assert sorted(ious) == list(frames)
    assert np.mean(list(ious.values())) >= 0.9
    assert min(ious.values()) >= 0.8


@pytest.mark.parametrize("at", [(30, 52), (90, 52), (70, 100), (64, 20)])
def test_it_does_not_matter_where_on_the_object_the_click_is(scene, at):
    x, y = scene.place(20) @ (*at, 1)
    session = FlowSegmenter().open(scene, FrameRange(20, 1))
    assert scene.truth(20)[int(y), int(x)]
    proposal = session.prompt([Click(20, x, y)])
    assert overlap(proposal.logits > 0, scene.truth(20)) > 0.85


def test_two_clicks_take_two_things(scene):
    def twice(frame):
        picture = scene(frame)
        cv2.circle(picture, (420, 200), 25, (240, 230, 60), -1)
        return picture

    session = FlowSegmenter().open(twice, FrameRange(0, 1))
    both = session.prompt([Click(0, *scene.centre(0)), Click(0, 420, 200)]).logits > 0
    truth = scene.truth(0)
    truth |= cv2.circle(np.zeros(truth.shape, np.uint8), (420, 200), 25, 1, -1) > 0
    assert overlap(both, truth) > 0.85


def test_a_box_keeps_the_matte_inside_it(scene):
    x, y = scene.centre(10)
    rect = Rect(int(x) - 60, int(y) - 60, 60, 120)
    session = FlowSegmenter().open(scene, FrameRange(10, 1))
    matte = session.prompt([Box(10, rect)]).logits > 0
    outside = np.ones_like(matte)
    outside[rect.intersect(Extent(WIDTH, HEIGHT).rect).slices] = False
    assert matte.any()
    assert not (matte & outside).any()


def test_a_painted_matte_alone_is_kept_to_the_sample(scene):
    painted = np.zeros((HEIGHT, WIDTH), np.bool_)
    painted[40:90, 100:201] = True
    session = FlowSegmenter().open(scene, FrameRange(0, 1))
    proposal = session.prompt([MattePrompt(0, painted)])
    np.testing.assert_array_equal(proposal.logits > 0, painted)
    assert proposal.score == 1


def test_clicks_on_a_painted_matte_correct_it_and_keep_its_other_parts(scene):
    painted = scene.truth(0)
    painted[200:240, 300:360] = True
    x, y = scene.centre(0)
    session = FlowSegmenter().open(scene, FrameRange(0, 1))
    prompts = [MattePrompt(0, painted), Click(0, x, y), Click(0, 420, 120, positive=False)]
    matte = session.prompt(prompts).logits > 0
    assert overlap(matte, scene.truth(0)) > 0.4
    assert matte[205:235, 305:355].any()


def test_a_generously_painted_matte_stays_generous(scene):
    generous = cv2.dilate(scene.truth(8).astype(np.uint8), np.ones((25, 25))) > 0
    frames = FrameRange(8, 4)
    session = FlowSegmenter().open(scene, frames)
    session.prompt([MattePrompt(8, generous)])
    last = list(session.propagate(frames, Direction.FORWARD, cancelled=never))[-1]
    matte = last.logits > 0
    assert np.count_nonzero(matte) > 0.85 * np.count_nonzero(generous)
    assert (matte & scene.truth(11)).sum() > 0.95 * scene.truth(11).sum()


def test_an_object_that_leaves_is_lost_with_score_zero(scene):
    def leaves(frame):
        return scene(4) if frame < 3 else scene.ground[:HEIGHT, :WIDTH].astype(np.uint8)

    frames = FrameRange(0, 6)
    session = FlowSegmenter().open(leaves, frames)
    session.prompt([MattePrompt(0, scene.truth(4))])
    found = {one.frame: one for one in session.propagate(frames, Direction.BOTH, cancelled=never)}
    assert found[2].score > 0.8
    assert found[5].score < 0.1
    assert not (found[5].logits > 0).any()


def test_a_second_prompt_mends_what_was_lost(scene):
    def blinks(frame):
        return scene(frame) if frame != 5 else scene.ground[:HEIGHT, :WIDTH].astype(np.uint8)

    frames = FrameRange(0, 12)
    session = FlowSegmenter().open(blinks, frames)
    session.prompt([MattePrompt(0, scene.truth(0))])
    session.prompt([MattePrompt(9, scene.truth(9))])
    found = {one.frame: one for one in session.propagate(frames, Direction.BOTH, cancelled=never)}
    for frame in (2, 7, 11):
        assert overlap(found[frame].logits > 0, scene.truth(frame)) > 0.85


def test_at_most_three_frames_are_held(scene):
    frames = FrameRange(0, COUNT)
    session = FlowSegmenter().open(scene, frames)
    session.prompt([Click(15, *scene.centre(15))])
    for _ in session.propagate(frames, Direction.FORWARD, cancelled=never):
        assert len(session.reader._held) <= 3


@pytest.mark.parametrize(
    "bad",
    [
        np.zeros((20, 30), np.uint8),
        np.zeros((20, 30, 4), np.uint8),
        np.zeros((20, 30, 3), np.uint16),
    ],
)
def test_a_frame_of_another_kind_is_refused(bad):
    session = FlowSegmenter().open(lambda _: bad, FrameRange(0, 1))
    with pytest.raises(BadInput, match="frame 0 came as"):
        session.prompt([Click(0, 3, 3)])


def test_frames_of_two_sizes_are_refused():
    session = FlowSegmenter().open(
        lambda frame: np.zeros((40 + frame, 60, 3), np.uint8), FrameRange(0, 2)
    )
    session.prompt([MattePrompt(0, np.ones((40, 60), np.bool_))])
    with pytest.raises(BadInput, match="one size"):
        list(session.propagate(FrameRange(0, 2), Direction.FORWARD, cancelled=never))


def test_a_closed_session_is_not_used_again(scene):
    session = FlowSegmenter().open(scene, FrameRange(0, 2))
    session.close()
    with pytest.raises(UsageError, match="closed"):
        session.prompt([Click(0, 3, 3)])


def test_a_flat_picture_gives_an_answer_and_no_error():
    flat = np.full((90, 120, 3), 128, np.uint8)
    frames = FrameRange(0, 3)
    session = FlowSegmenter().open(lambda _: flat, frames)
    proposal = session.prompt([Click(0, 60, 45)])
    assert proposal.score < 0.5
    assert len(list(session.propagate(frames, Direction.FORWARD, cancelled=never))) == 3
