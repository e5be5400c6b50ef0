"""Delivered media covers every frame that an item shows, whatever the speed, rates and overlap.

What an item shows is worked out here frame by frame, in the plainest way there is, and without
any of the studio's own arithmetic.
"""

import json
import math
from collections.abc import Iterator
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import opentimelineio as otio
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.timeline_cuts import Json, clip, cut, movie, span, time, track, version_of
from void_studio.core import FrameRange
from void_studio.timeline import Placement, Profile, Shot, conform, work_range
from void_studio.timeline.reader import timeline_of

_RATES = (
    (23.976, Fraction(24000, 1001)),
    (24.0, Fraction(24)),
    (25.0, Fraction(25)),
    (29.97, Fraction(30000, 1001)),
    (50.0, Fraction(50)),
    (59.94, Fraction(60000, 1001)),
)
_SPEEDS = (0.1, 0.25, 0.333333, 0.5, 0.7, 0.999, 1.0, 1.5, 2.0, 2.5, 8.0)
_HOURS = 36 * 3600
_AVAILABLE = 20000

rates = st.sampled_from(_RATES)
speeds = st.builds(
    lambda speed, sign: speed * sign, st.sampled_from(_SPEEDS), st.sampled_from((1, -1))
)
starts = st.integers(9000, 11000)
lengths = st.integers(1, 150)
overlaps = st.integers(0, 12)


def _warp(speed: float) -> Json:
    return {"OTIO_SCHEMA": "LinearTimeWarp.1", "metadata": {}, "name": "", "time_scalar": speed}


def _dissolve(head: int, tail: int, rate: float) -> Json:
    return {
        "OTIO_SCHEMA": "Transition.1",
        "metadata": {},
        "name": "",
        "transition_type": "SMPTE_Dissolve",
        "in_offset": time(head, rate),
        "out_offset": time(tail, rate),
    }


def _moments(begin: Fraction, end: Fraction, rate: Fraction) -> Iterator[Fraction]:
    """When a host may look at an item: each frame's start and middle, wherever frames begin."""
    count = math.ceil((end - begin) * rate)
    for frame in range(count):
        for phase in (Fraction(0), Fraction(1, 2)):
            moment = begin + (frame + phase) / rate
            if moment < end:
                yield moment


def _frames_at(position: Fraction) -> set[int]:
    """The frame there by any rounding, and the two that a blend takes."""
    return {math.floor(position), math.ceil(position), math.floor(position + Fraction(1, 2))}


def _shown(
    start: Fraction,
    length: Fraction,
    speed: Fraction,
    seen: tuple[Fraction, Fraction],
    rate: Fraction,
    media_rate: Fraction,
) -> set[int]:
    """Frames of the media that an item of `length` s shows during `seen`, looked at at `rate`."""
    shown: set[int] = set()
    resampled = speed != 1 or rate != media_rate or (start * media_rate).denominator != 1
    for moment in _moments(*seen, rate):
        if speed >= 0:
            positions = [(start + moment * speed) * media_rate]
        else:
            played = (start + (length - moment) * -speed) * media_rate
            positions = [played, played - 1]
        for position in positions:
            shown |= _frames_at(position) if resampled else {math.floor(position)}
    return shown


def _text(value: Json) -> bytes:
    return json.dumps(value, indent=4).encode()


def _single(value: Json) -> Shot:
    return timeline_of(_text(value), Path("/cuts/cut.otio")).shots[0]


def _assert_covered(shot: Shot, shown: set[int], available: FrameRange) -> None:
    there = {frame for frame in shown if frame in available}
    missing = there.difference(shot.source_range)
    assert not missing, (sorted(missing), str(shot.source_range))
    delivered = work_range(shot.source_range, available, 0)
    assert there.issubset(delivered)


@settings(max_examples=150, deadline=None)
@given(rates, rates, rates, speeds, starts, lengths, overlaps, overlaps)
def test_the_range_covers_every_frame_that_is_shown(
    cut_rate: tuple[float, Fraction],
    clip_rate: tuple[float, Fraction],
    media_rate: tuple[float, Fraction],
    speed: float,
    first: int,
    length: int,
    head: int,
    tail: int,
) -> None:
    begin = round(_HOURS * media_rate[1])
    reference = movie("/p/a.mov", span(begin, _AVAILABLE, media_rate[0]))
    start = round((_HOURS + Fraction(first) / 50) * clip_rate[1])
    item = clip("a", span(start, length, clip_rate[0]), reference, effects=[_warp(speed)])
    value = cut(
        track(_dissolve(head, 0, clip_rate[0]), item, _dissolve(0, tail, clip_rate[0])),
        start=None,
        global_start_time=time(0, cut_rate[0]),
    )
    shot = _single(value)
    seconds = Fraction(length) / clip_rate[1]
    seen = (-Fraction(head) / clip_rate[1], seconds + Fraction(tail) / clip_rate[1])
    exact = Fraction(str(speed))
    shown = _shown(start / clip_rate[1], seconds, exact, seen, cut_rate[1], media_rate[1])
    _assert_covered(shot, shown, FrameRange(begin, _AVAILABLE))
    consumed = (seconds + (head + tail) / clip_rate[1]) * abs(exact) * media_rate[1]
    assert shot.source_range.duration <= consumed + 4


@settings(max_examples=80, deadline=None)
@given(rates, speeds, starts, lengths, st.integers(0, 60), st.integers(1, 60))
def test_a_window_around_an_item_still_has_every_frame_that_is_shown(
    rate: tuple[float, Fraction], speed: float, first: int, length: int, skip: int, keep: int
) -> None:
    reference = movie("/p/a.mov", span(0, _AVAILABLE, rate[0]))
    item = clip("a", span(first, length, rate[0]), reference, effects=[_warp(speed)])
    stack = cut(track(item))["tracks"]
    stack["source_range"] = span(skip, keep, rate[0])
    shot = _single(cut(track(stack), start=None))
    visible = (min(skip, length), min(skip + keep, length))
    seen = (visible[0] / rate[1], visible[1] / rate[1])
    shown = _shown(first / rate[1], length / rate[1], Fraction(str(speed)), seen, rate[1], rate[1])
    _assert_covered(shot, shown, FrameRange(0, _AVAILABLE))
    assert shot.record_range.duration == max(0, visible[1] - visible[0])


def _bezier(
    one: tuple[float, float],
    out: tuple[float, float],
    into: tuple[float, float],
    other: tuple[float, float],
) -> Iterator[float]:
    """Media seconds along a Bezier segment whose handles are relative to its ends."""
    for step in range(201):
        u = step / 200
        weights = ((1 - u) ** 3, 3 * u * (1 - u) ** 2, 3 * u * u * (1 - u), u**3)
        values = (one[1], one[1] + out[1], other[1] + into[1], other[1])
        yield sum(weight * value for weight, value in zip(weights, values, strict=True))


_steps = st.lists(
    st.tuples(st.integers(2, 80), st.floats(-2, 3), st.floats(-1, 1), st.floats(-1, 1)),
    min_size=1,
    max_size=5,
)


@settings(max_examples=80, deadline=None)
@given(_steps, st.sampled_from((24.0, 25.0, 50.0)))
def test_a_ramp_covers_every_frame_along_its_curve(
    steps: list[tuple[int, float, float, float]], rate: float
) -> None:
    rows = [[0.0, 0.0, True, -0.02, steps[0][2], 0.02, steps[0][3]]]
    for wide, high, into, out in steps:
        record, media = rows[-1][0] + wide / rate, rows[-1][1] + high
        rows.append([record, media, True, -0.02, into, 0.02, out])
    effect = {
        "OTIO_SCHEMA": "TimeEffect.1",
        "metadata": {"Resolve_OTIO": {"Key Frames": rows}},
        "name": "",
    }
    length = round(rows[-1][0] * rate)
    item = clip(
        "a",
        span(10000, length, rate),
        movie("/p/a.mov", span(0, _AVAILABLE, rate)),
        effects=[effect],
    )
    shot = _single(cut(track(item), start=None))
    shown: set[int] = set()
    for one, other in pairwise(rows):
        ends = (one[0], one[1]), (other[0], other[1])
        for media in _bezier(ends[0], (one[5], one[6]), (other[3], other[4]), ends[1]):
            shown |= _frames_at(Fraction(media).limit_denominator(10**6) * Fraction(rate) + 10000)
    assert shot.refusal is None
    _assert_covered(shot, shown, FrameRange(0, _AVAILABLE))


@settings(max_examples=60, deadline=None)
@given(rates, starts, lengths, overlaps, overlaps)
def test_at_full_speed_the_range_is_opentimelineios_visible_range(
    rate: tuple[float, Fraction], first: int, length: int, head: int, tail: int
) -> None:
    reference = movie("/p/a.mov", span(0, _AVAILABLE, rate[0]))
    item = clip("a", span(first, length, rate[0]), reference)
    value = cut(track(_dissolve(head, 0, rate[0]), item, _dissolve(0, tail, rate[0])), start=None)
    root = otio.adapters.read_from_string(_text(value).decode(), "otio_json")
    (theirs,) = root.find_clips()
    seen = theirs.visible_range()
    wanted = FrameRange(round(seen.start_time.value), round(seen.duration.value))
    assert _single(value).source_range == wanted


@settings(max_examples=60, deadline=None)
@given(
    rates,
    speeds,
    starts,
    lengths,
    overlaps,
    st.integers(1, 10),
    st.sampled_from(Profile),
    st.sampled_from((0, 86400)),
)
def test_a_conformed_file_is_read_back_with_the_same_shots(
    rate: tuple[float, Fraction],
    speed: float,
    first: int,
    length: int,
    overlap: int,
    handles: int,
    profile: Profile,
    zero: int,
) -> None:
    reference = movie("/p/a.mov", span(zero, _AVAILABLE, rate[0]))
    uses = [
        clip("a", span(zero + first, length, rate[0]), reference, effects=[_warp(speed)]),
        clip("b", span(zero + first + 50, length, rate[0]), reference),
    ]
    stack = cut(track(clip("c", span(zero + 20, 9, rate[0]), reference)))["tracks"]
    value = cut(track(uses[0], _dissolve(overlap, overlap, rate[0]), uses[1], stack), start=None)
    before = timeline_of(_text(value), Path("/cuts/cut.otio"))
    versions = {shot.id: version_of(shot, handles=handles) for shot in before.shots}
    done = conform(before, versions, profile=profile, placement=Placement.REPLACE)
    after = timeline_of(done.text, Path("/cuts/cut.otio"))
    assert _facts(before.shots) == _facts(after.shots)
    assert [shot.retime for shot in before.shots] == [shot.retime for shot in after.shots]
    if profile is Profile.CANONICAL:
        assert [shot.id for shot in before.shots] == [shot.id for shot in after.shots]


def _facts(shots: tuple[Shot, ...]) -> list[tuple[FrameRange, FrameRange, str | None]]:
    return [(shot.record_range, shot.source_range, shot.refusal) for shot in shots]
