"""Timecode: a label on a frame count."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from void_studio.core import BadInput, Timecode, format_timecode, nominal_rate, parse_timecode

NTSC, NTSC_60 = Fraction(30000, 1001), Fraction(60000, 1001)
RATES = (Fraction(24000, 1001), Fraction(24), Fraction(25), NTSC, Fraction(50), NTSC_60)
RATES += (Fraction(120),)
DAY_SECONDS = 24 * 3600
DROPPING = (NTSC, NTSC_60, Fraction(120000, 1001))


@given(st.sampled_from(RATES), st.integers(0, DAY_SECONDS * 60))
def test_a_label_gives_its_frame_count_back(rate: Fraction, frames: int) -> None:
    label = format_timecode(frames, rate)
    assert parse_timecode(label, rate) == Timecode(frames, rate)


@given(st.sampled_from(DROPPING), st.integers(0, DAY_SECONDS * 120))
def test_a_drop_frame_label_gives_its_frame_count_back(rate: Fraction, frames: int) -> None:
    label = format_timecode(frames, rate, drop_frame=True)
    assert parse_timecode(label, rate) == Timecode(frames, rate, drop_frame=True)


@given(st.sampled_from(DROPPING), st.integers(0, DAY_SECONDS * 30))
def test_drop_frame_skips_only_the_first_labels_of_minutes(rate: Fraction, frames: int) -> None:
    _, minute, second, frame = (
        int(part)
        for part in format_timecode(frames, rate, drop_frame=True).replace(";", ":").split(":")
    )
    if minute % 10 and second == 0:
        assert frame >= nominal_rate(rate) // 15


@pytest.mark.parametrize(
    ("frames", "rate", "label"),
    [
        (1799, NTSC, "00:00:59;29"),
        (1800, NTSC, "00:01:00;02"),
        (17981, NTSC, "00:09:59;29"),
        (17982, NTSC, "00:10:00;00"),
        (107892, NTSC, "01:00:00;00"),
        (2589408, NTSC, "24:00:00;00"),
        (3600, NTSC_60, "00:01:00;04"),
        (215784, NTSC_60, "01:00:00;00"),
    ],
)
def test_known_drop_frame_labels(frames: int, rate: Fraction, label: str) -> None:
    assert format_timecode(frames, rate, drop_frame=True) == label
    assert parse_timecode(label, rate).frames == frames


def test_drop_frame_keeps_to_the_clock_over_an_hour() -> None:
    hour = parse_timecode("01:00:00;00", NTSC)
    assert abs(float(hour.frames / NTSC) - 3600) < 0.01


@pytest.mark.parametrize("label", ["00:01:00;00", "00:01:00;01", "00:59:00;01"])
def test_a_label_that_drop_frame_skips_is_refused(label: str) -> None:
    with pytest.raises(BadInput, match="skips"):
        parse_timecode(label, NTSC)


def test_drop_frame_at_a_rate_without_it_is_refused() -> None:
    with pytest.raises(BadInput, match="drop-frame"):
        parse_timecode("01:00:00;00", Fraction(25))


@pytest.mark.parametrize("text", ["", "1:2:3:4", "01:00:00", "aa:bb:cc:dd", "01:00:00:00:00"])
def test_text_that_is_no_timecode_is_refused(text: str) -> None:
    with pytest.raises(BadInput, match="is not a timecode"):
        parse_timecode(text, Fraction(24))


@pytest.mark.parametrize("text", ["00:60:00:00", "00:00:60:00", "00:00:00:24"])
def test_a_field_out_of_range_is_refused(text: str) -> None:
    with pytest.raises(BadInput, match="out of range"):
        parse_timecode(text, Fraction(24))


def test_a_timecode_shows_itself_and_moves() -> None:
    start = parse_timecode("01:00:00:00", Fraction(24))
    assert str(start) == "01:00:00:00"
    assert str(start.at(start.frames + 25)) == "01:00:01:01"


def test_a_negative_count_has_a_minus() -> None:
    assert format_timecode(-25, Fraction(24)) == "-00:00:01:01"
