"""Grain: only what the fill lacks, the same at every run."""

import cv2
import numpy as np
import pytest

from void_studio.core import Extent, Rect
from void_studio.finish import grain_sample, measure_grain, regrain, support_of
from void_studio.media import Colour, Frame, layout_of

EXTENT = Extent(320, 240)
HOLE = Rect(100, 70, 120, 100)
COLOUR = Colour(kr=0.2126, kb=0.0722, full_range=True, assumed=())
MIX = np.array([[1.0, 0, 0], [0.6, 0.8, 0], [0.5, 0.2, 0.7]])


def _scene():
    rows, columns = np.mgrid[0 : EXTENT.height, 0 : EXTENT.width]
    wave = 0.45 + 0.25 * np.sin(columns / 37) * np.cos(rows / 29)
    return np.stack([wave, 0.9 * wave, 0.7 * wave + 0.05], axis=-1)


def _grain(seed, *, sigma=0.0, strength=0.012):
    noise = np.random.default_rng(seed).standard_normal((*EXTENT.shape, 3)) @ MIX.T
    if sigma:
        noise = cv2.GaussianBlur(noise, (0, 0), sigma)
        noise /= noise.std(axis=(0, 1))
    return noise * strength


def _rgb(picture):
    return np.clip(np.rint(picture * 65535), 0, 65535).astype(np.uint16)


def _frame(rgb):
    layout = layout_of("gbrp16le")
    planes = tuple(np.ascontiguousarray(rgb[..., at]) for at in (1, 2, 0))
    return Frame(0, EXTENT, layout, COLOUR, planes)


def _matte():
    fill = np.zeros(EXTENT.shape, np.bool_)
    fill[HOLE.slices] = True
    return fill


def _residual(rgb):
    picture = rgb.astype(np.float64)
    return picture - cv2.GaussianBlur(picture, (0, 0), 1.5)


def _model(plates, fills):
    support = support_of(_matte(), layout_of("gbrp16le"))
    return measure_grain(
        [
            grain_sample(_frame(plate), HOLE, fill[HOLE.slices], support)
            for plate, fill in zip(plates, fills, strict=True)
        ]
    )


def _median_fill(*, sigma):
    return _rgb(_scene() + np.median([_grain(seed, sigma=sigma) for seed in range(9)], axis=0))


@pytest.mark.parametrize("sigma", [0.0, 0.7, 1.0, 1.4])
def test_a_median_of_frames_gets_the_grain_of_the_plate_around_it_back(sigma):
    plates = [_rgb(_scene() + _grain(100 + at, sigma=sigma)) for at in range(3)]
    fill = _median_fill(sigma=sigma)
    model = _model(plates, [fill] * 3)
    grained = regrain(fill[HOLE.slices], HOLE, model, frame=3, seed=5)
    inner = (slice(8, -8), slice(8, -8))
    before = _residual(fill[HOLE.slices])[inner].std(axis=(0, 1))
    after = _residual(grained)[inner].std(axis=(0, 1))
    around = _residual(plates[0])[:60].std(axis=(0, 1))
    assert (before < 0.6 * around).all()
    assert (np.abs(after / around - 1) < 0.15).all()


def test_channels_are_as_alike_as_in_the_plate():
    plates = [_rgb(_scene() + _grain(100 + at)) for at in range(3)]
    fill = _rgb(_scene())
    model = _model(plates, [fill] * 3)
    added = regrain(fill[HOLE.slices], HOLE, model, frame=0, seed=0).astype(float)
    added -= fill[HOLE.slices]
    got = np.corrcoef(added.reshape(-1, 3).T)
    expected = np.corrcoef(_residual(plates[0])[:60].reshape(-1, 3).T)
    assert np.abs(got - expected).max() < 0.1


def test_grain_that_grows_with_the_level_is_matched_at_each_level():
    levels = np.repeat(np.linspace(0.15, 0.85, EXTENT.width)[None, :, None], EXTENT.height, axis=0)
    scene = np.repeat(levels, 3, axis=2)
    plates = [_rgb(scene + _grain(at) * 2 * scene) for at in range(4)]
    hole = Rect(10, 70, 300, 100)
    fill = np.zeros(EXTENT.shape, np.bool_)
    fill[hole.slices] = True
    support = support_of(fill, layout_of("gbrp16le"))
    clean = _rgb(scene)[hole.slices]
    model = measure_grain([grain_sample(_frame(plate), hole, clean, support) for plate in plates])
    grained = _residual(regrain(clean, hole, model, frame=0, seed=0))
    plate = _residual(plates[0])[:60]
    for columns in (slice(20, 80), slice(130, 170), slice(220, 280)):
        wanted = plate[:, columns.start + 10 : columns.stop + 10].std()
        assert abs(grained[:, columns].std() / wanted - 1) < 0.25


def test_a_fill_that_has_the_plates_grain_gets_almost_none():
    plates = [_rgb(_scene() + _grain(100 + at)) for at in range(3)]
    fills = [_rgb(_scene() + _grain(200 + at)) for at in range(3)]
    grained = regrain(fills[0][HOLE.slices], HOLE, _model(plates, fills), frame=0, seed=0)
    before, after = _residual(fills[0][HOLE.slices]).std(), _residual(grained).std()
    assert before * 0.999 <= after < before * 1.05


def test_a_fill_with_more_grain_than_the_plate_is_left_as_it_is():
    plates, fill = [_rgb(_scene())], _rgb(_scene() + _grain(1))
    model = _model(plates, [fill])
    assert model.is_silent
    assert regrain(fill, EXTENT.rect, model, frame=0, seed=0) is fill


def test_a_hole_too_small_to_measure_gets_nothing():
    support = support_of(np.eye(240, 320, dtype=np.bool_), layout_of("gbrp16le"))
    plate = _rgb(_scene() + _grain(1))
    model = measure_grain([grain_sample(_frame(plate), EXTENT.rect, _rgb(_scene()), support)])
    assert model.is_silent
    assert measure_grain([]).is_silent


def test_grain_depends_on_seed_and_frame_and_on_nothing_else():
    plates = [_rgb(_scene() + _grain(100))]
    model = _model(plates, [_rgb(_scene())])
    flat = np.full((40, 50, 3), 30000, np.uint16)
    first = regrain(flat, Rect(5, 5, 50, 40), model, frame=7, seed=1)
    np.testing.assert_array_equal(first, regrain(flat, Rect(5, 5, 50, 40), model, frame=7, seed=1))
    for frame, seed in ((8, 1), (7, 2)):
        other = regrain(flat, Rect(5, 5, 50, 40), model, frame=frame, seed=seed)
        likeness = np.corrcoef(first.ravel().astype(float), other.ravel().astype(float))[0, 1]
        assert abs(likeness) < 0.05
