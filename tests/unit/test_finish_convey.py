"""Plate to canvas and back."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from void_studio.core import Extent, Rect
from void_studio.finish import (
    Framing,
    canvas_depth,
    canvas_pixels,
    canvas_quadmask,
    plate_patch,
)
from void_studio.media import Colour, Frame, layout_of, rgb_of
from void_studio.quadmask import KEEP, pack

PLATE = Extent(90, 60)
FULL_RANGE = Colour(kr=0.2126, kb=0.0722, full_range=True, assumed=())

_PER_COLUMN, _PER_ROW = 200, 400


def _frame(pixel_format="gbrp10le", extent=PLATE, seed=0):
    layout = layout_of(pixel_format)
    random = np.random.default_rng(seed)
    planes = tuple(
        random.integers(0, 1 << layout.bits, plane.shape(extent)).astype(layout.dtype)
        for plane in layout.planes
    )
    return Frame(0, extent, layout, FULL_RANGE, planes)


def _ramp_frame(extent):
    rows, columns = np.mgrid[0 : extent.height, 0 : extent.width]
    planes = (_PER_COLUMN * columns, _PER_ROW * rows, _PER_COLUMN * columns + _PER_ROW * rows)
    layout = layout_of("gbrp16le")
    return Frame(0, extent, layout, FULL_RANGE, tuple(p.astype(np.uint16) for p in planes))


def test_at_scale_1_canvas_and_patch_are_the_plates_own_pixels():
    frame = _frame()
    framing = Framing(PLATE, Rect(12, 8, 40, 30), Extent(40, 30))
    canvas = canvas_pixels(framing, frame, depth=16)
    np.testing.assert_array_equal(canvas, rgb_of(frame, framing.crop))
    inner = Rect(3, 5, 20, 11)
    rect, pixels = plate_patch(framing, inner, canvas[inner.slices])
    assert rect == Rect(15, 13, 20, 11)
    np.testing.assert_array_equal(pixels, rgb_of(frame, rect))


@pytest.mark.parametrize(
    ("pixel_format", "native", "depth"),
    [("yuv420p", True, 8), ("rgb24", True, 8), ("yuv420p", False, 16), ("gbrp10le", True, 16)],
)
def test_only_scale_1_of_an_8_bit_plate_travels_in_8_bits(pixel_format, native, depth):
    canvas = PLATE if native else Extent(45, 30)
    assert canvas_depth(Framing(PLATE, PLATE.rect, canvas), layout_of(pixel_format)) == depth


def test_8_bit_rgb_comes_out_as_stored():
    frame = _frame("rgb24")
    framing = Framing(PLATE, PLATE.rect, PLATE)
    pixels = canvas_pixels(framing, frame, depth=8)
    assert pixels.dtype == np.uint8
    np.testing.assert_array_equal(pixels, frame.planes[0])


def test_8_bit_canvas_of_yuv_is_the_nearest_of_16_bit():
    frame = _frame("yuv420p")
    framing = Framing(PLATE, PLATE.rect, PLATE)
    deep = canvas_pixels(framing, frame, depth=16).astype(np.float64)
    shallow = canvas_pixels(framing, frame, depth=8)
    assert np.abs(shallow - deep / 257).max() <= 0.5


def _round_trip_error(framing, border):
    """Levels by which a ramp is off after plate to canvas to plate, without `border` pixels."""
    frame = _ramp_frame(framing.plate)
    canvas = canvas_pixels(framing, frame, depth=16)
    rect, pixels = plate_patch(framing, framing.canvas.rect, canvas)
    assert rect == framing.crop
    inner = (slice(border, -border), slice(border, -border))
    return np.abs(pixels.astype(int) - rgb_of(frame, rect))[inner].max()


@pytest.mark.parametrize("canvas", [Extent(60, 36), Extent(40, 24), Extent(240, 144)])
def test_a_ramp_comes_back_where_it_was(canvas):
    framing = Framing(Extent(130, 80), Rect(4, 6, 120, 72), canvas)
    assert _round_trip_error(framing, border=16) <= 0.06 * (_PER_COLUMN + _PER_ROW)


@settings(max_examples=30, deadline=None)
@given(x=st.integers(0, 20), y=st.integers(0, 10), units=st.integers(9, 15))
def test_a_ramp_comes_back_within_half_a_pixel_at_any_scale(x, y, units):
    framing = Framing(Extent(130, 80), Rect(x, y, 7 * units, 4 * units), Extent(56, 32))
    assert _round_trip_error(framing, border=12) <= 0.5 * (_PER_COLUMN + _PER_ROW)


def test_a_part_of_a_patch_is_placed_as_in_the_whole():
    framing = Framing(Extent(140, 90), Rect(3, 5, 119, 68), Extent(70, 40))
    canvas = np.random.default_rng(0).integers(0, 65536, (40, 70, 3)).astype(np.uint16)
    whole_rect, whole = plate_patch(framing, framing.canvas.rect, canvas)
    part = Rect(11, 7, 40, 25)
    rect, pixels = plate_patch(framing, part, canvas[part.slices])
    inner = rect.grown(-8)
    np.testing.assert_array_equal(
        pixels[inner.shifted(-rect.x, -rect.y).slices],
        whole[inner.shifted(-whole_rect.x, -whole_rect.y).slices],
    )


@pytest.mark.parametrize("units", [5, 10, 13, 17])
def test_neighbouring_patches_meet_without_gap_or_overlap(units):
    framing = Framing(Extent(140, 90), Rect(2, 4, 7 * units, 4 * units), Extent(70, 40))
    pixels = np.zeros((40, 70, 3), np.uint16)
    left, _ = plate_patch(framing, Rect(0, 0, 33, 40), pixels[:, :33])
    right, _ = plate_patch(framing, Rect(33, 0, 37, 40), pixels[:, 33:])
    assert left.right == right.x
    assert left.union(right) == framing.crop


def test_half_floats_have_1_as_white_and_are_cut_to_it():
    framing = Framing(PLATE, PLATE.rect, PLATE)
    halves = np.array([[[0, 0.5, 1], [-0.25, 1.5, 0.25]]], np.float16)
    rect, pixels = plate_patch(framing, Rect(5, 6, 2, 1), halves)
    assert rect == Rect(5, 6, 2, 1)
    assert pixels.dtype == np.uint16
    assert pixels.tolist() == [[[0, 32768, 65535], [0, 65535, 16384]]]


def test_a_window_over_the_edge_repeats_the_edge_and_keeps_what_is_beyond():
    framing = Framing(PLATE, Rect(-10, -4, 112, 64), Extent(112, 64))
    frame = _frame()
    canvas = canvas_pixels(framing, frame, depth=16)
    np.testing.assert_array_equal(canvas[4:, 10:100], rgb_of(frame, PLATE.rect))
    np.testing.assert_array_equal(canvas[30, :10], np.repeat(canvas[30, 10:11], 10, axis=0))
    everything = pack(np.ones(PLATE.shape, np.bool_), np.zeros(PLATE.shape, np.bool_))
    quadmask = canvas_quadmask(framing, everything)
    assert not quadmask[4:64, 10:100].any()
    assert (quadmask[:4] == KEEP).all()
    assert (quadmask[:, 100:] == KEEP).all()
    rect, _ = plate_patch(framing, framing.canvas.rect, canvas)
    assert rect == PLATE.rect


def test_a_scaled_quadmask_is_the_cut_mean_of_stored_numbers():
    values = np.full((4, 8), 255, np.uint8)
    values[:2, :2] = 0
    values[:2, 2:4] = 127
    values[0, 4:6] = 0
    values[:2, 6] = 63
    values[:2, 7] = 0
    framing = Framing(Extent(8, 4), Rect(0, 0, 8, 4), Extent(4, 2))
    assert canvas_quadmask(framing, values).tolist() == [[0, 127, 127, 63], [255] * 4]


def test_a_cropped_quadmask_is_as_stored():
    remove = np.zeros(PLATE.shape, np.bool_)
    affected = np.zeros(PLATE.shape, np.bool_)
    remove[10:20, 10:20] = affected[15:25, 15:25] = True
    values = pack(remove, affected)
    framing = Framing(PLATE, Rect(7, 9, 30, 20), Extent(30, 20))
    np.testing.assert_array_equal(canvas_quadmask(framing, values), values[9:29, 7:37])
