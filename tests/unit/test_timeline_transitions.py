"""Transitions: the frames that they show beyond the cut belong to the shot."""

from pathlib import Path
from typing import Any

import opentimelineio as otio
import pytest

from tests.unit.timeline_cuts import (
    Json,
    clip,
    cut,
    gap,
    movie,
    span,
    time,
    track,
    version_of,
    written,
)
from void_studio.core import FrameRange, Refused
from void_studio.timeline import Placement, Profile, Timeline, conform, read_timeline, revert

_MOVIE = movie("/p/a.mov", span(0, 1000))


def _dissolve(head: float, tail: float, rate: float = 24.0) -> Json:
    return {
        "OTIO_SCHEMA": "Transition.1",
        "metadata": {},
        "name": "",
        "transition_type": "SMPTE_Dissolve",
        "in_offset": time(head, rate),
        "out_offset": time(tail, rate),
    }


def _warp(speed: float) -> Json:
    return {
        "OTIO_SCHEMA": "LinearTimeWarp.1",
        "metadata": {},
        "name": "",
        "effect_name": "",
        "time_scalar": speed,
    }


def _read(folder: Path, value: Json) -> Timeline:
    return read_timeline(written(folder, value))


def _sources(timeline: Timeline) -> list[str]:
    return [str(shot.source_range) for shot in timeline.shots]


def test_a_transition_widens_both_neighbours_and_not_the_next(tmp_path: Path) -> None:
    uses = [clip("a", span(first, 10), _MOVIE) for first in (110, 130, 150)]
    timeline = _read(tmp_path, cut(track(uses[0], _dissolve(2, 3), uses[1], uses[2])))
    assert _sources(timeline) == ["110-122", "128-139", "150-159"]
    assert [str(shot.record_range) for shot in timeline.shots] == ["0-9", "10-19", "20-29"]
    assert [shot.beside_transition for shot in timeline.shots] == [True, True, False]
    assert all(shot.refusal is None for shot in timeline.shots)


def test_a_fade_at_the_end_of_a_track_or_beside_a_gap_widens_its_clip(tmp_path: Path) -> None:
    use = clip("a", span(110, 10), _MOVIE)
    value = cut(track(_dissolve(4, 0), use, _dissolve(0, 5), gap(20), use, _dissolve(1, 6)))
    assert _sources(_read(tmp_path, value)) == ["106-124", "110-125"]


def test_offsets_may_count_at_another_rate_than_the_clip(tmp_path: Path) -> None:
    use = clip("a", span(110, 10), _MOVIE)
    assert _sources(_read(tmp_path, cut(track(use, _dissolve(50, 50, 100.0), use)))) == [
        "110-131",
        "98-119",
    ]


@pytest.mark.parametrize(
    ("speed", "sources"),
    [
        (0.5, ["200-208", "398-406"]),
        (2.0, ["200-232", "392-424"]),
        (-1.0, ["195-212", "399-416"]),
    ],
)
def test_a_retime_scales_what_a_transition_shows(
    tmp_path: Path, speed: float, sources: list[str]
) -> None:
    uses = [clip("a", span(first, 12), _MOVIE, effects=[_warp(speed)]) for first in (200, 400)]
    timeline = _read(tmp_path, cut(track(uses[0], _dissolve(4, 4), uses[1])))
    assert _sources(timeline) == sources


def test_a_window_takes_its_part_of_a_transition(tmp_path: Path) -> None:
    uses = [clip("a", span(110, 10), _MOVIE), clip("b", span(210, 10), _MOVIE)]
    inner = track(uses[0], _dissolve(4, 4), uses[1], source_range=span(2, 10))
    timeline = _read(tmp_path, cut(inner))
    assert _sources(timeline) == ["112-121", "206-211"]
    assert [str(shot.record_range) for shot in timeline.shots] == ["0-7", "8-9"]


def test_a_transition_whose_frames_the_media_does_not_have_is_refused(tmp_path: Path) -> None:
    short = movie("/p/a.mov", span(100, 20))
    uses = [clip("a", span(110, 10), short), clip("a", span(100, 10), short)]
    first, second = _read(tmp_path, cut(track(uses[0], _dissolve(2, 3), uses[1]))).shots
    assert "frames 110-122 of its media, which has 100-119" in (first.refusal or "")
    assert "frames 98-109" in (second.refusal or "")


def test_a_version_has_to_have_the_frames_of_the_transition(tmp_path: Path) -> None:
    use = clip("a", span(110, 10), _MOVIE)
    timeline = _read(tmp_path, cut(track(use, _dissolve(2, 3), clip("b", span(0, 9), _MOVIE))))
    shot = timeline.shots[0]
    done = conform(
        timeline,
        {shot.id: version_of(shot)},
        profile=Profile.CANONICAL,
        placement=Placement.REPLACE,
    )
    assert revert(done.text) == timeline.text
    cut_hard = version_of(shot)
    short = type(cut_hard)(
        cut_hard.key, cut_hard.name, cut_hard.path, FrameRange(110, 10), cut_hard.rate, None
    )
    with pytest.raises(Refused, match="uses 110-122"):
        conform(timeline, {shot.id: short}, profile=Profile.CANONICAL, placement=Placement.REPLACE)


def test_a_new_track_says_that_it_cuts_hard_above_a_transition(tmp_path: Path) -> None:
    use = clip("a", span(110, 10), _MOVIE)
    timeline = _read(tmp_path, cut(track(use, _dissolve(2, 3), clip("b", span(0, 9), _MOVIE))))
    shot = timeline.shots[0]
    done = conform(
        timeline, {shot.id: version_of(shot)}, profile=Profile.RESOLVE, placement=Placement.TRACK
    )
    assert any(shot.id in loss and "transition" in loss for loss in done.losses)
    (tmp_path / "out.otio").write_bytes(done.text)
    above = read_timeline(tmp_path / "out.otio").shots[-1]
    assert (str(above.record_range), str(above.source_range)) == ("0-9", "110-119")


def _visible(item: Any) -> tuple[int, int]:
    seen = item.visible_range()
    return round(seen.start_time.value), round(seen.duration.value)


def test_what_is_shown_agrees_with_opentimelineio_on_every_sample(shared_data: Path) -> None:
    compared = 0
    for path in sorted((shared_data / "otio").glob("*.otio")):
        if b'"Transition.' not in path.read_bytes():
            continue
        root = otio.adapters.read_from_file(str(path))
        pictures = [each for each in root.tracks if each.kind == "Video"]
        clips = [item for each in pictures for item in each.find_clips()]
        for shot, item in zip(read_timeline(path).shots, clips, strict=True):
            if shot.beside_transition and shot.media.rate == shot.rate:
                source = shot.source_range
                assert (source.start, source.duration) == _visible(item), (path.name, shot.name)
                compared += 1
    assert compared >= 20
