import subprocess
import sys

import cv2
import numpy as np
import pytest

from tests.bench.scenes import camera_path, filmed, holed_clip, holes, noisy, textured_world
from void_studio.core import Cancelled, Extent
from void_studio.engine import Log, Preview, complete_params
from void_studio.engine.draft import DraftEngine
from void_studio.media import CanvasClip
from void_studio.quadmask import pack
from void_studio.versions import psnr

WORLD, FRAME = Extent(300, 220), Extent(192, 128)
COUNT = 20
KEEP, AFFECTED, OVERLAP = 255, 127, 63


def run(clip, *, events=None, cancelled=lambda: False, **params):
    engine = DraftEngine()
    complete = complete_params(engine.info().params, params)
    notice = [].append if events is None else events.append
    return list(engine.run(clip, "", complete, resume=None, on_event=notice, cancelled=cancelled))


def filled(frames, patch, fill):
    """The frame with the patch in its fill, RGB uint8."""
    picture = frames[patch.frame].copy()
    inside = fill[patch.frame][patch.rect.slices]
    levels = np.rint(patch.pixels[inside] / 257).astype(np.uint8)
    picture[patch.rect.slices][inside] = levels
    return picture


def level(frames, patches, fill):
    """PSNR in the hole over all frames together."""
    pictures = [filled(frames, patch, fill) for patch in patches]
    errors = [
        10 ** (-psnr(picture, frames[patch.frame], fill[patch.frame], peak=255) / 10)
        for picture, patch in zip(pictures, patches, strict=True)
    ]
    return -10 * np.log10(np.mean(errors))


def telea_level(frames, fill):
    errors = []
    for frame, matte in zip(frames, fill, strict=True):
        picture = cv2.inpaint(frame, matte.view(np.uint8), 3, cv2.INPAINT_TELEA)
        errors.append(10 ** (-psnr(picture, frame, matte, peak=255) / 10))
    return -10 * np.log10(np.mean(errors))


def log_of(events):
    return " ".join(event.message for event in events if isinstance(event, Log))


@pytest.fixture(scope="module")
def moving():
    frames = noisy(filmed([textured_world(WORLD)], camera_path(WORLD, COUNT), FRAME), 1.5)
    return frames, holes(FRAME, COUNT, (0.2, 0.5), (0.8, 0.5))


@pytest.fixture(scope="module")
def still():
    matrix = np.array([[1, 0, 40], [0, 1, 30], [0, 0, 1]], np.float64)
    frames = noisy(filmed([textured_world(WORLD)], [matrix] * COUNT, FRAME), 1.5)
    return frames, holes(FRAME, COUNT, (0.2, 0.5), (0.8, 0.5))


def test_under_a_moving_camera_the_fill_is_far_above_inpainting(moving):
    events = []
    patches = run(holed_clip(*moving), events=events)
    assert "the camera moves" in log_of(events)
    assert level(moving[0], patches, moving[1]) > telea_level(*moving) + 12


def test_a_hole_that_stays_in_the_frame_is_uncovered_by_the_camera(moving):
    frames, parked = moving[0], holes(FRAME, COUNT, (0.5, 0.5), (0.5, 0.5))
    patches = run(holed_clip(frames, parked))
    assert level(frames, patches, parked) > telea_level(frames, parked) + 8


def test_under_a_still_camera_the_fill_is_the_median_of_what_is_seen(still):
    frames, fill = still
    events = []
    patches = run(holed_clip(frames, fill), events=events)
    assert "stands still" in log_of(events)
    hidden = np.stack(fill)
    samples = np.ma.array(np.stack(frames), mask=np.repeat(hidden[..., None], 3, axis=3))
    middle = np.ma.median(samples, axis=0).filled(0)
    errors = [
        10 ** (-psnr(middle, frame, matte, peak=255) / 10)
        for frame, matte in zip(frames, fill, strict=True)
    ]
    assert level(frames, patches, fill) > -10 * np.log10(np.mean(errors)) - 0.3


def test_the_camera_can_be_stated_instead_of_measured(still):
    events = []
    run(holed_clip(*still), events=events, camera="moving")
    assert "the camera moves" in log_of(events)


def test_affected_pixels_are_borrowed_like_removed_ones(moving):
    removed, affected = run(holed_clip(*moving)), run(holed_clip(*moving, affected=True))
    assert all(np.array_equal(a.pixels, b.pixels) for a, b in zip(removed, affected, strict=True))


def test_nothing_is_borrowed_from_the_edge_of_the_object(still):
    frames, fill = [frame.copy() for frame in still[0]], still[1]
    truth = [frame.copy() for frame in frames]
    for frame, matte in zip(frames, fill, strict=True):
        ring = cv2.dilate(matte.view(np.uint8), np.ones((3, 3), np.uint8)) > 0
        frame[ring] = (255, 0, 0)
    for camera in ("locked", "moving"):
        patches = run(holed_clip(frames, fill), camera=camera)
        assert level(truth, patches, fill) > 30


def test_a_change_of_light_is_followed(moving):
    frames = [
        np.clip(frame * (0.75 + 0.02 * index) + index, 0, 255).astype(np.uint8)
        for index, frame in enumerate(moving[0])
    ]
    clip = holed_clip(frames, moving[1])
    assert level(frames, run(clip), moving[1]) > 30


def test_sixteen_bit_canvases_give_what_eight_bit_ones_do(moving):
    clip = holed_clip(*moving)
    words = CanvasClip.from_arrays(
        [clip.pixels(index).astype(np.uint16) * 257 for index in range(COUNT)],
        [clip.quadmask(index) for index in range(COUNT)],
    )
    for narrow, wide in zip(run(clip), run(words), strict=True):
        difference = narrow.pixels.astype(int) - wide.pixels.astype(int)
        assert np.abs(difference).mean() < 257


def test_confidence_is_high_where_donors_agree_and_zero_where_nothing_is_shown(still):
    frames, _ = still
    parked = holes(FRAME, COUNT, (0.5, 0.5), (0.5, 0.5))
    for patch in run(holed_clip(frames, parked)):
        inside = parked[patch.frame][patch.rect.slices]
        assert not patch.confidence[inside].any()
        assert (patch.confidence[~inside] == 255).all()
    for patch in run(holed_clip(*still)):
        assert patch.confidence[still[1][patch.frame][patch.rect.slices]].mean() > 200


def test_what_no_frame_shows_is_continued_and_does_not_flicker(still):
    frames, _ = still
    parked = holes(FRAME, COUNT, (0.5, 0.5), (0.5, 0.5))
    patches = run(holed_clip(frames, parked))
    inside = parked[0][patches[0].rect.slices]
    first, last = (patch.pixels[inside].astype(int) for patch in (patches[0], patches[-1]))
    assert np.abs(first - last).mean() < 3 * 257
    grey = np.uint16(128 * 257)
    assert np.abs(first - grey).mean() > 257


def test_a_patch_covers_the_fill_and_the_margin_around_it(moving):
    for patch in run(holed_clip(*moving), margin=10):
        rows, columns = np.nonzero(moving[1][patch.frame])
        assert patch.rect.x == max(0, columns.min() - 10)
        assert patch.rect.bottom == min(FRAME.height, rows.max() + 11)


def test_far_from_the_fill_a_patch_is_the_frame_itself(still):
    frames, fill = still
    for patch in run(holed_clip(frames, fill), margin=6):
        distance = cv2.distanceTransform((~fill[patch.frame]).view(np.uint8), cv2.DIST_L2, 5)
        far = distance[patch.rect.slices] > 8
        own = frames[patch.frame][patch.rect.slices].astype(np.uint16) * 257
        assert np.array_equal(patch.pixels[far], own[far])


def test_there_is_no_step_at_the_edge_of_the_fill(moving):
    frames = [cv2.GaussianBlur(frame, (0, 0), 5) for frame in moving[0]]
    shaded = [
        np.clip(frame + 0.3 * abs(index - 10), 0, 255).astype(np.uint8)
        for index, frame in enumerate(frames)
    ]
    patch = run(holed_clip(shaded, moving[1]))[5]
    picture = filled(shaded, patch, moving[1]).astype(int)
    matte = moving[1][patch.frame]
    edge = matte[:, 1:] != matte[:, :-1]
    steps = np.abs(np.diff(picture, axis=1))[edge]
    assert steps.mean() < np.abs(np.diff(shaded[patch.frame].astype(int), axis=1))[edge].mean() + 2


@pytest.mark.parametrize("camera", ["auto", "locked", "moving"])
@pytest.mark.parametrize("size", [Extent(1, 1), Extent(3, 2), Extent(17, 33), Extent(64, 47)])
@pytest.mark.parametrize("count", [1, 4])
@pytest.mark.parametrize("values", [0, OVERLAP, AFFECTED])
def test_a_hole_as_large_as_the_frame_is_filled_with_something(size, count, values, camera):
    frame = textured_world(size)
    clip = CanvasClip.from_arrays([frame] * count, [np.full(size.shape, values, np.uint8)] * count)
    patches = run(clip, camera=camera)
    assert [patch.frame for patch in patches] == list(range(count))
    assert all(patch.rect == size.rect and not patch.confidence.any() for patch in patches)


@pytest.mark.parametrize("camera", ["auto", "locked", "moving"])
def test_a_hole_at_the_border_of_a_plain_wall_becomes_wall(camera):
    wall = np.full((47, 63, 3), 90, np.uint8)
    matte = np.zeros((47, 63), np.bool_)
    matte[:12, :20] = matte[30:, 50:] = True
    frames = [np.where(matte[..., None], np.uint8(200), wall)] * 3
    for patch in run(
        CanvasClip.from_arrays(frames, [pack(matte, ~matte & False)] * 3), camera=camera
    ):
        inside = matte[patch.rect.slices]
        assert np.abs(patch.pixels[inside].astype(int) - 90 * 257).max() < 257


def test_a_frame_without_a_fill_gets_no_patch_but_lends(still):
    frames, fill = still[0][:3], holes(FRAME, 3, (0.5, 0.5), (0.5, 0.5))
    fill[1][:] = False
    patches = run(holed_clip(frames, fill))
    assert [patch.frame for patch in patches] == [0, 2]
    assert level(frames, patches, fill) > 30


def test_a_place_that_only_a_far_frame_shows_is_found(still):
    base = still[0][0]
    frames = noisy([base] * 90, 1)
    fill = holes(FRAME, 90, (0.5, 0.5), (0.5, 0.5))
    fill[83][:] = False
    for camera in ("locked", "moving"):
        first = run(holed_clip(frames, fill), camera=camera)[0]
        inside = fill[0][first.rect.slices]
        assert first.confidence[inside].all()
        assert psnr(filled(frames, first, fill), frames[0], fill[0], peak=255) > 30


def test_cancelling_stops_within_a_frame(moving):
    asked = []

    def cancelled():
        asked.append(None)
        return len(asked) > 30

    with pytest.raises(Cancelled):
        run(holed_clip(*moving), cancelled=cancelled)
    assert len(asked) == 31


def test_previews_show_the_whole_frame_with_its_patch(still):
    events = []
    run(holed_clip(*still), events=events)
    previews = [event for event in events if isinstance(event, Preview)]
    assert len(previews) == COUNT // 4
    for preview in previews:
        assert preview.pixels.shape == (*FRAME.shape, 3)
        assert psnr(preview.pixels, still[0][preview.frame], peak=255) > 30


def test_neither_the_room_nor_the_clip_api_imports_opencv():
    code = "import sys, void_studio.engine; sys.exit('cv2' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
