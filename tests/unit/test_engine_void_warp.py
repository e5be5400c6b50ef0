"""Noise that moves with the picture."""

import pytest

pytest.importorskip("torch", reason="the VOID engine needs torch")

import numpy as np

from void_studio.core import BadInput, Extent
from void_studio.engine.void.warp import reference_noise, warped_noise

SIZE = Extent(40, 24)


def warped(displacement, count=6, seed=3):
    flow = np.zeros((SIZE.height * 8, SIZE.width * 8, 2), np.float32)
    flow[:] = displacement
    return warped_noise(iter([flow] * (count - 1)), count, SIZE, seed).numpy()[0]


@pytest.mark.parametrize("displacement", [(0, 0), (-8, 0), (3.3, -5.1), (60, 40)])
def test_its_variance_is_one_in_every_frame(displacement):
    for frame in warped(displacement):
        assert abs(frame.std() - 1) < 0.03
        assert abs(frame.mean()) < 0.03


def zooming(count):
    y, x = np.mgrid[: SIZE.height * 8, : SIZE.width * 8].astype(np.float32)
    flow = np.stack([-(x - 160) * 0.2, -(y - 96) * 0.2], axis=-1)
    return warped_noise(iter([flow] * (count - 1)), count, SIZE, 3).numpy()[0]


@pytest.mark.parametrize("make", [lambda: warped((3.3, -5.1)), lambda: zooming(6)])
def test_it_is_white_in_space_even_where_the_picture_is_enlarged(make):
    for frame in make():
        assert abs((frame[:, :, 1:] * frame[:, :, :-1]).mean()) < 0.03
        assert abs((frame[:, 1:] * frame[:, :-1]).mean()) < 0.03


def test_it_is_correlated_along_the_flow_and_nowhere_else():
    frames = warped((-8, 0))
    along = (frames[1][:, :, 1:] * frames[0][:, :, :-1]).mean()
    against = (frames[1][:, :, :-1] * frames[0][:, :, 1:]).mean()
    assert along > 0.95
    assert abs(against) < 0.03


def test_it_does_not_change_where_nothing_moves_and_with_the_seed_it_does():
    still = warped((0, 0))
    assert np.array_equal(still[0], still[-1])
    assert not np.array_equal(still, warped((0, 0), seed=4))


def test_a_given_noise_of_another_shape_is_refused():
    with pytest.raises(BadInput, match="is not"):
        reference_noise(np.zeros((4, 16, 10, 15), np.float16), 3, SIZE)
