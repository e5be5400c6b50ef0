import cv2
import numpy as np
import pytest

from tests.bench.scenes import camera_path, filmed, noisy, textured_world
from void_studio.core import Cancelled, Extent
from void_studio.motion import (
    HomographyChain,
    at_scale,
    chain_homographies,
    is_locked,
    map_points,
    residual_shift,
)

WORLD = Extent(420, 320)
FRAME = Extent(288, 216)
COUNT = 16
GRID = np.array([[x, y] for x in (20, 144, 268) for y in (20, 108, 196)], np.float64)


def grey_of(frames):
    return [cv2.cvtColor(frame, cv2.COLOR_RGB2GRAY) for frame in frames]


@pytest.fixture(scope="module")
def path():
    return camera_path(WORLD, COUNT)


@pytest.fixture(scope="module")
def frames(path):
    return grey_of(noisy(filmed([textured_world(WORLD)], path, FRAME), 3))


@pytest.fixture(scope="module")
def chain(frames):
    return chain_homographies(frames.__getitem__, COUNT, None)


def still(count=COUNT, deviation=3.0):
    matrix = np.array([[1, 0, 30], [0, 1, 20], [0, 0, 1]], np.float64)
    return grey_of(noisy(filmed([textured_world(WORLD)], [matrix] * count, FRAME), deviation))


def error_px(chain, path, first, second):
    truth = np.linalg.inv(path[second]) @ path[first]
    there = map_points(chain.between(first, second), GRID)
    return np.linalg.norm(there - map_points(truth, GRID), axis=1).max()


@pytest.mark.parametrize(("first", "second"), [(0, 1), (3, 9), (9, 3), (0, COUNT - 1)])
def test_a_pan_with_zoom_and_shake_is_measured_to_a_fraction_of_a_pixel(chain, path, first, second):
    assert error_px(chain, path, first, second) < 0.35


def test_every_step_of_a_textured_pan_rests_on_corners(chain):
    assert chain.degenerate == 0
    assert len(chain) == COUNT
    assert not chain.locked


def test_going_there_and_back_leads_to_the_same_place(chain):
    both = chain.between(2, 11) @ chain.between(11, 2)
    assert np.allclose(both / both[2, 2], np.eye(3), atol=1e-6)


def test_the_displacement_is_that_of_the_corner_that_moves_most(chain, path):
    corners = np.array([[0, 0], [287, 0], [0, 215], [287, 215]], np.float64)
    there = map_points(np.linalg.inv(path[12]) @ path[4], corners)
    truth = np.linalg.norm(there - corners, axis=1).max()
    assert chain.displacement(4, 12) == pytest.approx(truth, abs=0.6)


def test_a_camera_on_a_tripod_is_locked_in_spite_of_grain():
    frames = still()
    assert is_locked(frames.__getitem__, COUNT, None)
    assert chain_homographies(frames.__getitem__, COUNT, None).locked


def test_a_camera_that_drifts_by_a_pixel_is_not_locked():
    matrices = [
        np.array([[1, 0, 30 + index / COUNT], [0, 1, 20], [0, 0, 1]]) for index in range(COUNT)
    ]
    frames = grey_of(noisy(filmed([textured_world(WORLD)], matrices, FRAME), 3))
    assert not is_locked(frames.__getitem__, COUNT, None)


@pytest.mark.parametrize(
    ("offsets", "locked"),
    [
        ([0, 0.1, 0.2, 0.1], True),
        ([0, 0, 0.6, 0, 0], True),
        ([0, 0, 0.6, 0.6, 0], False),
        ([0, 0, 1.6, 0, 0], False),
        ([0, 0.2, 0.4, 0.6], False),
    ],
)
def test_one_stray_frame_does_not_unlock_a_tripod_but_lasting_motion_does(offsets, locked):
    steps = np.stack([np.array([[1, 0, x], [0, 1, 0], [0, 0, 1.0]]) for x in offsets])
    assert HomographyChain(FRAME, steps, (True,) * len(offsets)).locked is locked


def test_what_is_excluded_does_not_move_the_camera():
    frames, mattes = still(), []
    sticker = cv2.cvtColor(textured_world(Extent(150, 190), 9), cv2.COLOR_RGB2GRAY)
    for index, frame in enumerate(frames):
        left = 5 + 6 * index
        frame[10:200, left : left + 150] = sticker
        matte = np.zeros(FRAME.shape, np.bool_)
        matte[6:204, left - 4 : left + 154] = True
        mattes.append(matte)
    assert chain_homographies(frames.__getitem__, COUNT, mattes.__getitem__).locked
    assert not chain_homographies(frames.__getitem__, COUNT, None).locked


def test_an_object_that_enters_and_grows_does_not_take_the_camera_along(path):
    frames = grey_of(filmed([textured_world(WORLD)], path, FRAME))
    press = cv2.cvtColor(textured_world(FRAME, 9), cv2.COLOR_RGB2GRAY)
    for index, frame in enumerate(frames):
        rows = 9 * index
        frame[:rows] = press[FRAME.height - rows :]
    chain = chain_homographies(frames.__getitem__, COUNT, None)
    assert error_px(chain, path, 0, COUNT - 1) < 2


def test_frames_without_texture_stay_where_they_are_and_are_counted():
    chain = chain_homographies(lambda _: np.full((60, 80), 90, np.uint8), 5, None)
    assert chain.degenerate == 4
    assert np.allclose(chain.to_first, np.eye(3))
    assert chain.locked


def test_a_scene_with_one_soft_spot_is_followed_by_a_translation():
    def frame(index):
        rows, columns = np.mgrid[:120, :160]
        spot = np.exp(-((columns - 60 - 3 * index) ** 2 + (rows - 60 - index) ** 2) / 300)
        return (60 + 120 * spot).astype(np.uint8)

    chain = chain_homographies(frame, 4, None)
    moved = map_points(chain.between(0, 3), np.array([[60.0, 60.0]]))[0]
    assert moved == pytest.approx([69, 63], abs=1.5)


def test_the_same_frames_give_the_same_chain(frames, chain):
    again = chain_homographies(frames.__getitem__, COUNT, None)
    assert again.to_first.tobytes() == chain.to_first.tobytes()


def test_frames_are_read_once_and_in_order(frames):
    read, asked = [], []

    def grey(index):
        read.append(index)
        return frames[index]

    def exclude(index):
        asked.append(index)
        return np.zeros(FRAME.shape, np.bool_)

    progress = []
    chain_homographies(grey, 5, exclude, on_progress=lambda *step: progress.append(step))
    assert read == asked == [0, 1, 2, 3, 4]
    assert progress == [(index + 1, 5) for index in range(5)]


def test_measuring_stops_when_it_is_cancelled(frames):
    with pytest.raises(Cancelled):
        chain_homographies(frames.__getitem__, COUNT, None, cancelled=lambda: True)


def test_no_frames_make_an_empty_chain():
    chain = chain_homographies(lambda _: np.zeros((4, 4), np.uint8), 0, None)
    assert len(chain) == 0
    assert chain.locked


@pytest.mark.parametrize("size", [(1, 1), (1, 40), (7, 5), (9, 300)])
def test_tiny_frames_are_measured_without_complaint(size):
    random = np.random.default_rng(1)
    chain = chain_homographies(lambda _: random.integers(0, 256, size, np.uint8), 3, None)
    assert len(chain) == 3
    assert np.isfinite(chain.to_first).all()


def test_a_homography_between_proxies_serves_frames_of_plate_size():
    matrix = np.array([[1, 0, 2.0], [0, 1, -1.0], [0, 0, 1]])
    large = at_scale(matrix, 4, 4)
    assert np.allclose(large, [[1, 0, 8], [0, 1, -4], [0, 0, 1]])
    zoom = at_scale(np.diag([2.0, 2.0, 1.0]), 4, 4)
    there = map_points(zoom, np.array([[1.5, 5.5]]))[0]  # middles of proxy pixels 0 and 1
    assert there == pytest.approx([1.5, 9.5])


def test_points_behind_the_camera_end_up_far_outside():
    matrix = np.array([[1, 0, 0], [0, 1, 0], [-0.1, 0, 1]], np.float64)
    assert map_points(matrix, np.array([[20.0, 5.0]])).max() < -1e6


def soft(shift_x, shift_y):
    world = cv2.cvtColor(textured_world(Extent(120, 100)), cv2.COLOR_RGB2GRAY)
    smooth = cv2.GaussianBlur(world.astype(np.float32), (0, 0), 1.5)
    matrix = np.array([[1, 0, -shift_x], [0, 1, -shift_y]], np.float64)
    return cv2.warpAffine(smooth, matrix, (120, 100), flags=cv2.INTER_CUBIC | cv2.WARP_INVERSE_MAP)


def test_a_residual_shift_is_found_under_a_change_of_exposure_and_a_passer_by():
    fixed, moved = soft(0, 0), 0.9 * soft(0.7, -0.4) + 12
    moved[30:50, 30:60] = 250
    where = np.zeros(fixed.shape, np.bool_)
    where[10:90, 10:110] = True
    matrix = residual_shift(fixed, moved.astype(np.float32), where, limit_px=3)
    assert matrix[:2, 2] == pytest.approx([0.7, -0.4], abs=0.06)


def test_a_residual_shift_beyond_its_limit_is_not_believed():
    where = np.ones((100, 120), np.bool_)
    assert np.array_equal(residual_shift(soft(0, 0), soft(2.5, 0), where, limit_px=1), np.eye(3))


def test_flat_frames_have_no_residual_shift():
    flat, where = np.full((50, 50), 80, np.float32), np.ones((50, 50), np.bool_)
    assert np.array_equal(residual_shift(flat, flat, where, limit_px=3), np.eye(3))
