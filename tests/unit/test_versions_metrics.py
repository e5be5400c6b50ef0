"""PSNR and SSIM."""

import math

import numpy as np
import pytest

from void_studio.versions import psnr, ssim


def _picture(seed=0, shape=(40, 50, 3)):
    return np.random.default_rng(seed).integers(0, 65536, shape).astype(np.uint16)


def test_psnr_of_a_known_error_is_its_definition():
    picture = np.full((8, 8, 3), 1000, np.uint16)
    other = picture + np.uint16(100)
    assert psnr(picture, other) == pytest.approx(20 * math.log10(655.35))
    assert psnr(picture, picture) == math.inf


def test_psnr_looks_only_where_the_mask_is_and_does_not_wrap():
    a, b = np.zeros((4, 4), np.uint8), np.zeros((4, 4), np.uint8)
    b[0, 0] = 255
    mask = np.zeros((4, 4), np.bool_)
    mask[0] = True
    assert psnr(a, b, mask, peak=255) == pytest.approx(10 * math.log10(4))
    assert psnr(b, a, mask, peak=255) == psnr(a, b, mask, peak=255)
    assert psnr(a, b, ~mask, peak=255) == math.inf


def _literal_ssim(a, b, y, x, peak):
    """The formula at one pixel, window by window, pixels mirrored beyond the edges."""
    a, b = (np.pad(picture.astype(float), 5, mode="symmetric") for picture in (a, b))
    part_a, part_b = a[y : y + 11, x : x + 11], b[y : y + 11, x : x + 11]
    line = np.exp(-(np.arange(-5, 6) ** 2) / 4.5)
    window = np.outer(line, line) / np.outer(line, line).sum()
    mean_a, mean_b = (window * part_a).sum(), (window * part_b).sum()
    var_a = (window * (part_a - mean_a) ** 2).sum()
    var_b = (window * (part_b - mean_b) ** 2).sum()
    both = (window * (part_a - mean_a) * (part_b - mean_b)).sum()
    c1, c2 = (0.01 * peak) ** 2, (0.03 * peak) ** 2
    return ((2 * mean_a * mean_b + c1) * (2 * both + c2)) / (
        (mean_a**2 + mean_b**2 + c1) * (var_a + var_b + c2)
    )


@pytest.mark.parametrize(("y", "x"), [(0, 0), (3, 29), (11, 14), (23, 29)])
def test_ssim_at_a_pixel_is_the_formula(y, x):
    a, b = _picture(1, (24, 30)), _picture(2, (24, 30))
    mask = np.zeros((24, 30), np.bool_)
    mask[y, x] = True
    assert ssim(a, b, mask) == pytest.approx(_literal_ssim(a, b, y, x, 65535), abs=1e-9)


def test_ssim_of_equal_pictures_is_1_and_falls_with_noise():
    picture = _picture()
    assert ssim(picture, picture) == pytest.approx(1)
    rows, columns = np.mgrid[0:40, 0:50]
    smooth = np.repeat(((rows + columns) * 500)[..., None], 3, axis=2).astype(np.uint16)
    noise = np.random.default_rng(0).normal(0, 1, smooth.shape)
    scores = [
        ssim(smooth, np.clip(smooth + noise * level, 0, 65535)) for level in (100, 1000, 5000)
    ]
    assert 1 > scores[0] > scores[1] > scores[2] > 0


def test_a_picture_smaller_than_the_window_is_mirrored():
    picture = _picture(0, (3, 2, 3))
    assert ssim(picture, picture) == pytest.approx(1)


def test_an_empty_mask_is_an_error():
    picture, empty = _picture(), np.zeros((40, 50), np.bool_)
    for measure in (psnr, ssim):
        with pytest.raises(ValueError, match="no pixel"):
            measure(picture, picture, empty)
