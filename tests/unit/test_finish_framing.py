"""Which part of the plate is given to an engine."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from void_studio.core import Extent, Rect, Refused
from void_studio.finish import Framing, FramingMode, choose_framing

HD, VOID = Extent(1920, 1080), Extent(672, 384)
AUTO, FULL, CROP = FramingMode.AUTO, FramingMode.FULL, FramingMode.CROP


def _choose(fill, *, plate=HD, canvas=None, mode=AUTO, locked=True, margin=96):
    return choose_framing(
        plate=plate, canvas=canvas, fill=fill, mode=mode, camera_locked=locked, margin=margin
    )


def test_a_locked_camera_gives_a_native_engine_the_fill_and_its_margin_on_even_edges():
    framing = _choose(Rect(701, 403, 99, 51))
    assert framing == Framing(HD, Rect.of(604, 306, 896, 550), Extent(292, 244))
    assert framing.scale == 1
    assert framing.is_native


@pytest.mark.parametrize(("mode", "locked"), [(AUTO, False), (CROP, False), (FULL, True)])
def test_a_moving_camera_or_full_gives_a_native_engine_the_whole_plate(mode, locked):
    framing = _choose(Rect(700, 400, 100, 50), mode=mode, locked=locked)
    assert framing == Framing(HD, HD.rect, HD)


def test_a_native_crop_stays_inside_a_plate_of_odd_size():
    framing = _choose(Rect(180, 90, 21, 11), plate=Extent(201, 101))
    assert framing.crop == Rect.of(84, 0, 201, 101)


@pytest.mark.parametrize("fill", [Rect(0, 0, 0, 0), Rect(1920, 0, 5, 5)])
def test_nothing_to_fill_is_refused(fill):
    with pytest.raises(Refused, match="nothing to fill"):
        _choose(fill)


def test_full_squashes_the_whole_plate_to_a_fixed_canvas():
    assert _choose(Rect(9, 9, 9, 9), canvas=VOID, mode=FULL) == Framing(HD, HD.rect, VOID)


def test_auto_takes_the_window_when_it_is_sharper_and_the_whole_plate_otherwise():
    small = _choose(Rect(900, 500, 200, 100), canvas=VOID)
    assert small.crop == Rect(664, 358, 672, 384)
    assert small.is_native
    assert _choose(HD.rect, canvas=VOID).crop == HD.rect


def test_a_fill_that_no_window_in_the_plate_holds_is_held_by_one_that_reaches_over_it():
    framing = _choose(HD.rect, canvas=VOID, mode=CROP)
    assert framing.crop.intersect(HD.rect) == HD.rect
    assert framing.crop.width * 4 == framing.crop.height * 7


@settings(max_examples=200, deadline=None)
@given(
    plate=st.builds(Extent, st.integers(30, 4096), st.integers(30, 2160)),
    place=st.tuples(*[st.floats(0, 1)] * 4),
    margin=st.integers(0, 200),
)
def test_a_window_has_exactly_the_canvas_aspect_and_holds_the_fill(plate, place, margin):
    x, y = int(place[0] * (plate.width - 1)), int(place[1] * (plate.height - 1))
    width = 1 + int(place[2] * (plate.width - x - 1))
    height = 1 + int(place[3] * (plate.height - y - 1))
    fill = Rect(x, y, width, height)
    crop = _choose(fill, plate=plate, canvas=VOID, mode=CROP, margin=margin).crop
    assert crop.width * 4 == crop.height * 7
    assert crop.intersect(fill) == fill
    fits = plate.width // 7 * 4 >= height and plate.height // 4 * 7 >= width
    largest = min(plate.width // 7, plate.height // 4)
    if fits and width <= 7 * largest and height <= 4 * largest:
        assert crop.intersect(plate.rect) == crop
