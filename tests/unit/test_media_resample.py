"""The one resampler against its definitions, written down plainly in float64."""

import numpy as np
import numpy.typing as npt
import pytest

from void_studio.core import Extent
from void_studio.media import area_mean, enlarge, resize


def plain_mean(array: npt.NDArray[np.generic], target: int, axis: int) -> npt.NDArray[np.float64]:
    values = np.moveaxis(array.astype(np.float64), axis, 0)
    count = len(values)
    bins = [
        values[i * count // target : -(-(i + 1) * count // target)].mean(axis=0)
        for i in range(target)
    ]
    return np.moveaxis(np.stack(bins), 0, axis)


def plain_area(array: npt.NDArray[np.generic], extent: Extent) -> npt.NDArray[np.float64]:
    return plain_mean(plain_mean(array, extent.height, 0), extent.width, 1)


def test_uhd_to_the_canvas_is_within_two_levels_of_the_definition() -> None:
    rng = np.random.default_rng(3)
    plate = rng.integers(0, 65536, (2160, 3840)).astype(np.uint16)
    plate[:, 1000:2000] = np.where(rng.random((2160, 1000)) < 0.5, 0, 65535)
    extent = Extent(672, 384)
    difference = area_mean(plate, extent).astype(float) - plain_area(plate, extent)
    assert np.abs(difference).max() <= 0.51


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16, np.float32])
@pytest.mark.parametrize("shape", [(37, 53), (37, 53, 3), (37, 53, 1)])
@pytest.mark.parametrize("extent", [Extent(53, 37), Extent(13, 9), Extent(1, 1), Extent(52, 36)])
def test_means_cover_overlapping_bins(
    dtype: type[np.generic], shape: tuple[int, ...], extent: Extent
) -> None:
    array = (np.random.default_rng(0).random(shape) * 250).astype(dtype)
    result = area_mean(array, extent)
    tolerance = 1e-4 if dtype is np.float32 else 0.51
    assert result.dtype == dtype
    assert result.shape == (*extent.shape, *shape[2:])
    assert np.abs(result - plain_area(array, extent)).max() <= tolerance


def test_a_constant_picture_stays_constant_at_any_size() -> None:
    picture = np.full((23, 31, 3), 65535, np.uint16)
    for extent in (Extent(7, 5), Extent(31, 5), Extent(64, 48), Extent(7, 48), Extent(200, 3)):
        assert (resize(picture, extent) == 65535).all()


def test_enlarging_interpolates_with_lanczos3() -> None:
    ramp = np.tile(np.arange(40, dtype=np.float32), (40, 1))
    grown = enlarge(ramp, Extent(80, 80))
    centres = (np.arange(80) + 0.5) / 2 - 0.5
    assert np.abs(grown[40, 8:-8] - centres[8:-8]).max() < 0.02
    impulse = np.zeros((1, 21), np.float32)
    impulse[0, 10] = 1
    kernel = enlarge(impulse, Extent(63, 1))[0]
    assert kernel.argmax() == 31
    assert kernel[31] == pytest.approx(1.0, abs=0.01)
    offset = np.array([1 / 3, 2 / 3])
    assert kernel[32:34] == pytest.approx(np.sinc(offset) * np.sinc(offset / 3), abs=0.01)


def test_overshoot_is_clipped_to_the_range_of_the_type() -> None:
    edge = np.zeros((8, 16), np.uint8)
    edge[:, 8:] = 255
    grown = enlarge(edge, Extent(64, 32))
    assert grown.dtype == np.uint8
    assert grown[:, :24].max() < 30
    assert grown[:, 40:].min() > 225


def test_resize_treats_each_axis_on_its_own() -> None:
    array = np.random.default_rng(1).integers(0, 65536, (30, 20)).astype(np.uint16)
    assert np.array_equal(resize(array, Extent(20, 30)), array)
    assert resize(array, Extent(20, 30)) is not array
    assert np.array_equal(resize(array, Extent(20, 10)), area_mean(array, Extent(20, 10)))
    assert np.array_equal(resize(array, Extent(50, 30)), enlarge(array, Extent(50, 30)))
    both = resize(array.astype(np.float32), Extent(50, 10))
    means = area_mean(array.astype(np.float32), Extent(20, 10))
    steps = enlarge(means, Extent(50, 10))
    assert both.clip(means.min(), means.max()) == pytest.approx(steps, abs=0.05)


def test_enlarging_to_a_smaller_size_and_empty_pictures_are_refused() -> None:
    with pytest.raises(ValueError, match="enlarged"):
        enlarge(np.zeros((8, 8), np.uint8), Extent(16, 7))
    with pytest.raises(ValueError, match="resample"):
        area_mean(np.zeros((0, 8), np.uint8), Extent(4, 4))
    with pytest.raises(ValueError, match="resample"):
        resize(np.zeros((8, 8), np.uint8), Extent(0, 4))
