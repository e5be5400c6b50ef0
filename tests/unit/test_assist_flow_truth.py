"""`flow` on sixty frames with truth: an object that moves, grows and passes behind a post."""

import cv2
import numpy as np
import pytest

from void_studio.assist import Box, Click, Direction
from void_studio.assist.flow import FlowSegmenter
from void_studio.core import FrameRange, Rect

WIDTH, HEIGHT, COUNT = 480, 270, 60
FRAMES = FrameRange(1001, COUNT)


def texture(rng, height, width, colour, spread, sigma):
    noise = cv2.GaussianBlur(rng.normal(size=(height, width, 3)), (0, 0), sigma)
    return (np.array(colour) + spread * noise / noise.std()).clip(0, 255).astype(np.float32)


class Passing:
    """A striped fish crosses a panning bank of reeds; a post in front hides a part of it."""

    def __init__(self, seed, *, post=True):
        rng = np.random.default_rng(seed)
        self._ground = texture(rng, HEIGHT + 20, WIDTH + 120, rng.uniform(60, 110, 3), 24, 3)
        self._fish = texture(rng, 120, 120, rng.uniform(150, 215, 3), 20, 2)
        stripes = 25 * np.sin(np.mgrid[:120, :120].sum(axis=0) / rng.uniform(4, 7))
        self._fish = (self._fish + stripes[..., None]).clip(0, 255).astype(np.float32)
        outline = cv2.ellipse2Poly((60, 60), (56, 34), 0, 0, 360, 6)
        self._shape = cv2.fillPoly(np.zeros((120, 120), np.float32), [outline], 1.0)
        self._grain = rng.normal(0, 2.5, (COUNT, HEIGHT, WIDTH, 1)).astype(np.float32)
        self._post = np.zeros((HEIGHT, WIDTH), np.float32)
        if post:
            self._post[:, 232:252] = 1
        self._wood = texture(rng, HEIGHT, WIDTH, (40, 45, 52), 8, 2)

    def _place(self, frame):
        step = frame - FRAMES.start
        scale = 0.8 + 0.008 * step
        return np.array([[scale, 0, 20 + 4.6 * step], [0, scale, 70 + 12 * np.sin(step / 8)]])

    def _alpha(self, frame):
        alpha = cv2.warpAffine(self._shape, self._place(frame), (WIDTH, HEIGHT))
        return alpha * (1 - self._post)

    def truth(self, frame):
        return self._alpha(frame) > 0.5

    def centre(self, frame):
        return tuple(self._place(frame) @ (60, 60, 1))

    def __call__(self, frame):
        step = frame - FRAMES.start
        pan = np.array([[1.0, 0, -1.5 * step], [0, 1.0, -6]])
        ground = cv2.warpAffine(self._ground, pan, (WIDTH, HEIGHT))
        fish = cv2.warpAffine(self._fish, self._place(frame), (WIDTH, HEIGHT))
        alpha, post = self._alpha(frame)[..., None], self._post[..., None]
        picture = (ground * (1 - alpha) + fish * alpha) * (1 - post) + self._wood * post
        return (picture + self._grain[step]).clip(0, 255).astype(np.uint8)


def overlap(first, second):
    return np.count_nonzero(first & second) / max(1, np.count_nonzero(first | second))


def followed(scene, prompts):
    session = FlowSegmenter().open(scene, FRAMES)
    for some in prompts:
        session.prompt(some)
    found = session.propagate(FRAMES, Direction.BOTH, cancelled=lambda: False)
    proposals = {one.frame: one for one in found}
    session.close()
    return proposals


def ious(scene, proposals):
    return [overlap(proposals[frame].logits > 0, scene.truth(frame)) for frame in FRAMES]


@pytest.mark.parametrize("seed", [1, 2])
def test_one_click_follows_an_object_that_moves_grows_and_is_hidden_in_part(seed):
    scene = Passing(seed)
    found = ious(scene, followed(scene, [[Click(1001, *scene.centre(1001))]]))
    print(f"seed {seed}: mean IoU {np.mean(found):.3f}, least {min(found):.3f}")
    assert np.mean(found) >= 0.9


def test_a_box_in_the_last_frame_follows_it_backwards():
    scene = Passing(4)
    rows, columns = np.nonzero(scene.truth(FRAMES.last))
    rect = Rect.of(columns.min() - 4, rows.min() - 4, columns.max() + 5, rows.max() + 5)
    found = ious(scene, followed(scene, [[Box(FRAMES.last, rect)]]))
    assert np.mean(found) >= 0.9


def test_the_score_tells_where_the_object_was_lost():
    scene = Passing(5, post=False)

    class Vanishes(Passing):
        def __call__(self, frame):
            gone = frame >= 1031
            return Passing.__call__(self, frame) if not gone else self.without(frame)

        def without(self, frame):
            self._shape, kept = np.zeros_like(self._shape), self._shape
            picture = Passing.__call__(self, frame)
            self._shape = kept
            return picture

    vanishing = Vanishes(5, post=False)
    proposals = followed(vanishing, [[Click(1001, *scene.centre(1001))]])
    before = [proposals[frame].score for frame in range(1002, 1031)]
    after = [proposals[frame].score for frame in range(1031, FRAMES.stop)]
    assert min(before) > 0.8
    assert max(after) < 0.7
