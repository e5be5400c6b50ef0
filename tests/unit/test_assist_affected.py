"""The offline suggestion, on scenes with known truth that it was not tuned on."""

import numpy as np
import pytest

from tests.media.touches import Touch, TouchedScene
from tests.suggested import searched, share_found, suggestions
from void_studio.assist import (
    AffectedCut,
    DraftedFrame,
    cast_matte,
    contact_ring,
    suggest_affected,
)
from void_studio.core import Extent

SMALL = Extent(96, 64)


@pytest.mark.parametrize(
    ("touch", "seed"),
    [(Touch.SOFT_SHADOW, 11), (Touch.HARD_SHADOW, 23), (Touch.REFLECTION, 37)],
)
def test_most_of_what_the_object_touched_is_suggested_and_little_else(touch, seed):
    scene = TouchedScene(Extent(400, 226), 18, seed, touch)
    found = share_found(suggestions(searched(scene)))
    assert found.recall >= 0.8
    assert found.precision >= 0.5


def drafted(frame: int, plate: np.ndarray, *, at: int = 20, known=None) -> DraftedFrame:
    """A grey place with a square object that steps right."""
    draft = np.full((*SMALL.shape, 3), 0.5, np.float32)
    remove = np.zeros(SMALL.shape, np.bool_)
    remove[20:36, at : at + 16] = True
    everywhere = ~remove if known is None else known & ~remove
    return DraftedFrame(frame, plate.astype(np.float32), draft, remove, everywhere)


def place() -> np.ndarray:
    return np.full((*SMALL.shape, 3), 0.5)


def run(frames):
    return [item.matte for item in suggest_affected(frames)]


def test_a_place_that_does_not_differ_gives_no_suggestion():
    assert not any(matte.any() for matte in run([drafted(f, place()) for f in range(5)]))


def test_no_frames_give_no_suggestions():
    assert run([]) == []


def test_a_shadow_that_goes_with_the_object_is_taken():
    frames = []
    for index in range(6):
        plate = place()
        plate[36:44, 20 + 4 * index : 40 + 4 * index] *= 0.7
        frames.append(drafted(index, plate, at=20 + 4 * index))
    mattes = run(frames)
    assert all(matte[40, 26 + 4 * index] for index, matte in enumerate(mattes))
    assert not any(
        (matte & frame.remove).any() for matte, frame in zip(mattes, frames, strict=True)
    )


def test_a_shadow_that_leaves_the_object_for_a_while_is_followed():
    frames = []
    for index in range(8):
        plate = place()
        down = 4 * min(index, 4)
        plate[36 + down : 44 + down, 20:40] *= 0.7
        frames.append(drafted(index, plate))
    assert all(matte.any() for matte in run(frames))


def test_a_flash_far_from_the_object_is_left_out():
    frames = []
    for index in range(8):
        plate = place()
        if index in (3, 4):
            plate[4:12, 80:92] += 0.3
        frames.append(drafted(index, plate))
    assert not any(matte.any() for matte in run(frames))


def test_another_thing_in_front_of_the_place_is_no_shadow():
    random = np.random.default_rng(4)
    wall = np.repeat(random.random((*SMALL.shape, 1)), 3, axis=2) * 0.4 + 0.3
    thing = np.repeat(random.random((*SMALL.shape, 1)), 3, axis=2) * 0.4
    shaded, hidden = [], []
    for index in range(6):
        for frames, plate in ((shaded, wall * 0.6), (hidden, thing)):
            whole = wall.copy()
            whole[36:50, 16:44] = plate[36:50, 16:44]
            frame = drafted(index, whole)
            frames.append(
                DraftedFrame(index, frame.plate, wall.astype(np.float32), frame.remove, frame.known)
            )
    assert all(matte[42, 30] for matte in run(shaded))
    assert not any(matte.any() for matte in run(hidden))


def test_what_the_draft_does_not_know_is_not_suggested_but_its_border_is_told():
    known = np.zeros(SMALL.shape, np.bool_)
    known[:, :34] = True
    frames = []
    for index in range(5):
        plate = place()
        plate[36:44, 20:60] *= 0.6
        frames.append(drafted(index, plate, known=known))
    found = list(suggest_affected(frames, AffectedCut(grow=0)))
    assert all(item.at_border for item in found)
    assert not any(item.matte[:, 35:].any() for item in found)


def test_a_higher_threshold_takes_less():
    frames = []
    for index in range(5):
        plate = place()
        plate[36:44, 20:40] *= 0.7
        frames.append(drafted(index, plate))
    strict = list(suggest_affected(frames, AffectedCut(threshold=0.3)))
    assert not any(item.matte.any() for item in strict)


def test_the_ring_is_outside_and_within_its_width():
    remove = drafted(0, place()).remove
    ring = contact_ring(remove, 3)
    assert not (ring & remove).any()
    assert ring[18, 25]
    assert not ring[16, 25]
    assert not contact_ring(np.zeros_like(remove), 3).any()


@pytest.mark.parametrize(
    ("degrees", "inside", "outside"),
    [(0, (28, 42), (28, 12)), (90, (42, 28), (12, 28)), (180, (28, 12), (28, 42))],
)
def test_a_cast_goes_one_way(degrees, inside, outside):
    remove = drafted(0, place()).remove
    cast = cast_matte(remove, degrees, 10)
    assert cast[inside]
    assert not cast[outside]
    assert not (cast & remove).any()
