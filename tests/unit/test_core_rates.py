"""Rates are exact whatever a host wrote."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from void_studio.core import (
    BadInput,
    format_rate,
    nominal_rate,
    parse_rate,
    rescale,
    snap_rate,
)

FILM, NTSC = Fraction(24000, 1001), Fraction(30000, 1001)
STANDARD = (FILM, Fraction(24), Fraction(25), NTSC, Fraction(30), Fraction(48000, 1001))
STANDARD += (Fraction(48), Fraction(50), Fraction(60000, 1001), Fraction(60), Fraction(120))


@pytest.mark.parametrize(
    ("spelling", "rate"),
    [
        (23.976, FILM),
        (23.98, FILM),
        (23.976023976023978, FILM),
        (23.976024627685547, FILM),
        (29.97, NTSC),
        (29.97002997, NTSC),
        (59.94, Fraction(60000, 1001)),
        (24.0, Fraction(24)),
        (25.0, Fraction(25)),
        (50.0, Fraction(50)),
    ],
)
def test_every_spelling_of_a_rate_is_the_same_rate(spelling: float, rate: Fraction) -> None:
    assert snap_rate(spelling) == rate


@pytest.mark.parametrize("rate", STANDARD)
def test_rounded_standard_rates_snap_back(rate: Fraction) -> None:
    for digits in (3, 6, 15):
        assert snap_rate(round(float(rate), digits)) == rate
    assert snap_rate(float(np.float32(float(rate)))) == rate


def test_a_rate_that_is_none_of_the_standard_ones_is_kept() -> None:
    assert snap_rate(17.5) == Fraction(35, 2)
    assert snap_rate(23.9) == Fraction(239, 10)


@pytest.mark.parametrize("value", [0.0, -24.0, float("nan"), float("inf"), 1e7])
def test_what_is_no_rate_is_refused(value: float) -> None:
    with pytest.raises(BadInput, match="is not a frame rate"):
        snap_rate(value)


@pytest.mark.parametrize(
    ("text", "rate"),
    [("24", 24), ("24000/1001", FILM), ("30000:1001", NTSC), ("23.976", FILM), (" 25 ", 25)],
)
def test_rates_are_read_as_people_write_them(text: str, rate: Fraction) -> None:
    assert parse_rate(text) == rate


@pytest.mark.parametrize("text", ["", "0", "24/0", "-24", "fast", "1e3", "24/1/1", "9" * 400])
def test_text_that_is_no_rate_is_refused(text: str) -> None:
    with pytest.raises(BadInput, match="is not a frame rate"):
        parse_rate(text)


@pytest.mark.parametrize("rate", STANDARD)
def test_a_rate_is_read_back_as_it_was_written(rate: Fraction) -> None:
    assert parse_rate(format_rate(rate)) == rate


def test_timecode_counts_whole_frames_per_second() -> None:
    assert [nominal_rate(rate) for rate in (FILM, NTSC, Fraction(25), Fraction(1, 3))] == [
        24,
        30,
        25,
        1,
    ]


def test_rescaling_rounds_to_the_nearest_frame_and_ties_up() -> None:
    assert rescale(1, Fraction(50), Fraction(25)) == 1
    assert rescale(-1, Fraction(50), Fraction(25)) == 0
    assert rescale(2, Fraction(50), Fraction(25)) == 1


@given(st.integers(-(10**7), 10**7), st.sampled_from(STANDARD), st.sampled_from(STANDARD))
def test_rescaling_up_and_back_loses_nothing(
    frames: int, source: Fraction, target: Fraction
) -> None:
    if target >= source:
        assert rescale(rescale(frames, source, target), target, source) == frames
