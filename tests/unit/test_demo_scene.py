import json
from pathlib import Path

import cv2
import numpy as np
import pytest

from void_studio.app.demo.scene import DemoScene
from void_studio.assist import Click, Direction
from void_studio.assist.flow import FlowSegmenter
from void_studio.core import Extent, FrameRange
from void_studio.quadmask import KeyedPolygon

SMALL = Extent(640, 360)
POLYGON = Path(__file__).resolve().parents[2] / "resources" / "demo" / "affected.json"


@pytest.fixture(scope="module")
def scene() -> DemoScene:
    return DemoScene(SMALL, frames=12)


def overlap(first, second):
    return np.count_nonzero(first & second) / np.count_nonzero(first | second)


def test_equal_arguments_give_equal_samples(scene):
    again = DemoScene(SMALL, frames=12)
    np.testing.assert_array_equal(scene.plate(5), again.plate(5))
    other = DemoScene(SMALL, frames=12, seed=8)
    assert (scene.plate(5) != other.plate(5)).mean() > 0.9


def test_frames_are_full_range_rgb_of_sixteen_bits(scene):
    plate = scene.plate(0)
    assert plate.shape == (360, 640, 3)
    assert plate.dtype == np.uint16
    assert plate.min() < 6000
    assert plate.max() > 50_000


def test_the_clean_plate_differs_only_under_the_ball_and_its_shadow(scene):
    for frame in (0, 6, 11):
        plate, clean = scene.plate(frame).astype(int), scene.clean(frame).astype(int)
        ball = cv2.dilate(scene.object_matte(frame).astype(np.uint8), np.ones((5, 5))) > 0
        touched = ball | scene.shadow_matte(frame)
        differs = np.abs(plate - clean).max(axis=2)
        assert differs[~touched].max() <= 0.008 * 65535 + 1
        assert (differs[scene.object_matte(frame)] > 2000).mean() > 0.95


def test_the_shadow_darkens_softly_and_never_lightens(scene):
    frame = 3
    seen = scene.shadow_matte(frame) & ~scene.object_matte(frame)
    seen &= cv2.dilate(scene.object_matte(frame).astype(np.uint8), np.ones((5, 5))) == 0
    ratio = scene.plate(frame)[seen].astype(float) / np.maximum(scene.clean(frame)[seen], 1)
    assert ratio.max() < 1.01
    assert ratio.min() < 0.75
    assert ((ratio > 0.9) & (ratio < 0.99)).mean() > 0.1


def test_the_ball_crosses_and_hides_no_place_for_the_whole_shot(scene):
    first, last = scene.object_centre(0), scene.object_centre(11)
    assert last[0] - first[0] > 0.6 * SMALL.width
    always = np.logical_and.reduce([scene.object_matte(frame) for frame in range(12)])
    assert not always.any()
    for frame in range(12):
        x, y = scene.object_centre(frame)
        assert scene.object_matte(frame)[round(y), round(x)]
        rows, columns = np.nonzero(scene.object_matte(frame))
        assert abs(columns.mean() - x) < 0.6
        assert abs(rows.mean() - y) < 0.6


def test_the_camera_moves_and_never_shows_the_end_of_the_world(scene):
    moved = cv2.phaseCorrelate(grey(scene.clean(0)), grey(scene.clean(11)))[0]
    assert abs(moved[0]) > 0.05 * SMALL.width
    for frame in range(12):
        clean = scene.clean(frame)
        for edge in (clean[0], clean[-1], clean[:, 0], clean[:, -1]):
            assert edge.max(axis=-1).min() > 0


def grey(rgb):
    return cv2.cvtColor(rgb.astype(np.float32) / 65535, cv2.COLOR_RGB2GRAY)


def test_grain_is_the_same_in_both_plates_and_new_in_every_frame():
    still = DemoScene(Extent(320, 180), frames=1)
    first, second = (still._grain.on(still._place(0), frame).astype(float) for frame in (0, 1))
    bare = still._place(0) * 65535.0
    one, other = (first - bare)[20:-20, 20:-20], (second - bare)[20:-20, 20:-20]
    assert 150 < one.std() < 2000
    assert abs(np.corrcoef(one.ravel(), other.ravel())[0, 1]) < 0.1


def test_grain_of_all_frames_averages_out():
    still = DemoScene(Extent(320, 180), frames=1)
    bare = still._place(0) * 65535.0
    grains = [still._grain.on(still._place(0), frame) - bare for frame in range(24)]
    assert np.std(np.mean(grains, axis=0)) < 0.35 * np.std(grains[0])


def test_one_click_finds_and_follows_the_ball_both_ways(scene):
    def proxy(frame):
        return (scene.plate(frame) >> 8).astype(np.uint8)

    frames = FrameRange(0, 12)
    session = FlowSegmenter().open(proxy, frames)
    session.prompt([Click(6, *scene.object_centre(6))])
    found = session.propagate(frames, Direction.BOTH, cancelled=lambda: False)
    ious = {one.frame: overlap(one.logits > 0, scene.object_matte(one.frame)) for one in found}
    assert sorted(ious) == list(frames)
    assert min(ious.values()) >= 0.9


def test_the_kept_polygon_covers_the_shadow_and_is_not_the_truth():
    document = json.loads(POLYGON.read_bytes())
    assert document["schema"] == "void_studio.keyed_polygon.1"
    full = DemoScene()
    assert document["extent"] == [full.extent.width, full.extent.height]
    assert all(8 <= len(points) <= 16 for points in document["keys"].values())
    polygon = KeyedPolygon.from_json(POLYGON.read_bytes())
    for frame in range(full.frames):
        drawn = polygon.rasterise(frame, full.extent)
        shadow = full.shadow_matte(frame) & ~full.object_matte(frame)
        assert np.count_nonzero(drawn & shadow) >= 0.995 * np.count_nonzero(shadow)
        assert overlap(drawn, full.shadow_matte(frame)) < 0.95
