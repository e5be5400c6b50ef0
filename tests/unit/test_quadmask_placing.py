from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from void_studio.core import BadInput, Extent, FrameRange
from void_studio.quadmask import (
    Quadmask,
    QuadmaskFile,
    Reading,
    check_quadmask,
    place_quadmask,
    suspicious_frames,
)

PLATE = FrameRange.of(1001, 1100)
WORK = FrameRange.of(1020, 1050)
SOURCE = FrameRange.of(1028, 1042)


def file_of(values, start=None, off_values=0):
    extent = Extent(values.shape[2], values.shape[1])
    quadmask = Quadmask.of(0, extent, values, off_values=off_values)
    return QuadmaskFile(quadmask, start, Fraction(24), None, Reading.STORED, Path("quadmask.mkv"))


def keeping(frames, start=None):
    return file_of(np.full((frames, 4, 6), 255, np.uint8), start)


@pytest.mark.parametrize(
    ("frames", "covers", "placed"),
    [(len(WORK), "work", WORK), (len(SOURCE), "source", SOURCE), (len(PLATE), "plate", PLATE)],
)
def test_without_a_start_the_length_decides(frames, covers, placed):
    found = place_quadmask(keeping(frames), work=WORK, source=SOURCE, plate=PLATE)
    assert (found.covers, found.quadmask.range) == (covers, placed)


def test_of_equal_lengths_the_work_range_is_meant_before_the_source_range_and_the_plate():
    shifted = SOURCE.shifted(3)
    found = place_quadmask(keeping(len(SOURCE)), work=SOURCE, source=shifted, plate=PLATE)
    assert (found.covers, found.quadmask.range) == ("work", SOURCE)
    found = place_quadmask(keeping(len(SOURCE)), work=WORK, source=SOURCE, plate=shifted)
    assert (found.covers, found.quadmask.range) == ("source", SOURCE)


@given(st.integers(1001, 1100), st.integers(1, 150))
def test_a_start_decides_whatever_the_length(start, frames):
    found = place_quadmask(keeping(frames, start), work=WORK, source=SOURCE, plate=PLATE)
    assert (found.covers, found.quadmask.range) == ("start", FrameRange(start, frames))


@pytest.mark.parametrize("start", [0, 900, 1101])
def test_a_start_that_puts_all_frames_off_the_plate_is_refused(start):
    with pytest.raises(BadInput, match="those of the plate 1001-1100"):
        place_quadmask(keeping(50, start), work=WORK, source=SOURCE, plate=PLATE)


def test_any_other_length_is_refused_naming_the_three():
    with pytest.raises(BadInput) as told:
        place_quadmask(keeping(7), work=WORK, source=SOURCE, plate=PLATE)
    line = told.value.line()
    assert all(str(number) in line for number in (7, len(WORK), len(SOURCE), len(PLATE)))
    assert line.startswith("quadmask.mkv: ")


@pytest.mark.parametrize(
    ("painted", "suspicious"),
    [("1111", []), ("0000", []), ("1011", [1]), ("0011", [1]), ("1000", [1]), ("0", []), ("", [])],
)
def test_empty_frames_beside_painted_ones_are_suspicious(painted, suspicious):
    values = np.full((len(painted), 4, 6), 255, np.uint8)
    for index, is_painted in enumerate(painted):
        values[index, 1, 1] = 127 if is_painted == "1" else 255
    quadmask = Quadmask.of(1001, Extent(6, 4), values)
    assert suspicious_frames(quadmask) == tuple(1001 + index for index in suspicious)


def test_a_report_counts_every_number_and_names_empty_frames():
    values = np.full((4, 4, 6), 255, np.uint8)
    values[0, 0, :3] = 0
    values[1, 0, :2] = 63
    values[3, 0, 0] = 127
    report = check_quadmask(file_of(values, off_values=5))
    assert report.counts == {0: 3, 63: 2, 127: 1, 255: 4 * 24 - 6}
    assert (report.frames, report.extent, report.off_values) == (4, Extent(6, 4), 5)
    assert report.empty_frames == (2,)
    assert report.suspicious_frames == (2,)
    assert not report.affected_in_frame_0


@pytest.mark.parametrize(("number", "told"), [(0, False), (63, False), (127, True), (255, False)])
def test_grey_in_frame_0_is_reported_but_not_the_overlap(number, told):
    values = np.full((1, 4, 6), 255, np.uint8)
    values[0, 0, 0] = number
    assert check_quadmask(file_of(values)).affected_in_frame_0 is told
