import cv2
import numpy as np
import pytest

from void_studio.motion import consistency, dense_flow, warp


def texture(height: int, width: int, seed: int = 3) -> np.ndarray:
    noise = np.random.default_rng(seed).normal(size=(height, width))
    smooth = cv2.GaussianBlur(noise, (0, 0), 2)
    return (128 + 45 * smooth / smooth.std()).clip(0, 255).astype(np.uint8)


@pytest.mark.parametrize("preset", ["ultrafast", "fast", "medium"])
def test_a_shifted_picture_has_the_shift_as_its_flow(preset):
    world = texture(200, 260)
    first, second = world[20:164, 30:222], world[17:161, 25:217]
    flow = dense_flow(first, second, preset=preset)
    assert flow.shape == (144, 192, 2)
    assert flow.dtype == np.float32
    inner = flow[20:-20, 20:-20].reshape(-1, 2)
    assert np.abs(np.median(inner, axis=0) - (5, 3)).max() < 0.25
    assert (np.abs(inner - (5, 3)).max(axis=1) < 0.5).mean() > 0.95


def test_warping_by_the_flow_brings_the_second_picture_over_the_first():
    world = texture(200, 260)
    first, second = world[20:164, 30:222], world[17:161, 25:217]
    back = warp(second, dense_flow(first, second))
    before = np.abs(first.astype(int) - second)[20:-20, 20:-20].mean()
    after = np.abs(first.astype(int) - back)[20:-20, 20:-20].mean()
    assert back.dtype == np.uint8
    assert after < before / 15


def test_a_warp_keeps_channels_and_type():
    array = np.random.default_rng(0).random((40, 50, 3)).astype(np.float32)
    flow = np.zeros((40, 50, 2), np.float32)
    flow[..., 0] = 2
    moved = warp(array, flow)
    assert moved.dtype == np.float32
    np.testing.assert_allclose(moved[:, :-2], array[:, 2:], atol=1e-6)


def test_opposite_flows_are_consistent_and_unrelated_ones_are_not():
    forward = np.zeros((30, 40, 2), np.float32)
    forward[..., 0] = 3
    good = consistency(forward, -forward)
    assert good[:, :36].max() == 0
    bad = consistency(forward, forward)
    assert np.allclose(bad[:, :36], 6)


def test_a_sample_that_leaves_the_frame_is_infinitely_inconsistent():
    forward = np.zeros((30, 40, 2), np.float32)
    forward[..., 0] = 3
    error = consistency(forward, -forward)
    assert np.isinf(error[:, 37:]).all()
    assert np.isfinite(error[:, :37]).all()


def test_what_a_moving_object_uncovers_is_inconsistent():
    ground, thing = texture(120, 160), texture(40, 40, seed=9)
    frames = []
    for left in (50, 58):
        frame = ground.copy()
        frame[40:80, left : left + 40] = thing
        frames.append(frame)
    error = consistency(dense_flow(*frames), dense_flow(*frames[::-1]))
    uncovered = np.zeros(ground.shape, bool)
    uncovered[45:75, 92:96] = True
    still = np.zeros(ground.shape, bool)
    still[:30] = True
    assert np.median(error[still]) < 0.2
    assert np.median(error[uncovered]) > 0.5


def test_a_tiny_picture_still_has_a_flow():
    flow = dense_flow(texture(9, 12), texture(9, 12))
    assert flow.shape == (9, 12, 2)
    assert np.isfinite(flow).all()
