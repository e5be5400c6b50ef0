"""Speed changes: which media an item consumes, what it is called, and what stays refused."""

from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from tests.unit.timeline_cuts import Json, clip, cut, gap, movie, span, time, track, written
from void_studio.core import FrameRange
from void_studio.timeline import Shot, Timeline, read_timeline

_MOVIE = movie("/p/a.mov", span(0, 1000))


def _effect(schema: str, **more: Any) -> Json:
    return {"OTIO_SCHEMA": schema, "metadata": {}, "name": "", "effect_name": "", **more}


def _warp(speed: float, **more: Any) -> Json:
    return _effect("LinearTimeWarp.1", time_scalar=speed, **more)


def _keys(*rows: list[Any]) -> Json:
    return _effect("TimeEffect.1", metadata={"Resolve_OTIO": {"Key Frames": list(rows)}})


def _lookup(*offsets: Any) -> Json:
    return _effect("TimeEffect.1", metadata={"length": 1.0, "lookup": list(offsets)})


def _row(record: float, media: float, before: float = 0.0, after: float = 0.0) -> list[Any]:
    smooth = bool(before or after)
    return [record, media, smooth, -0.1 if smooth else 0.0, before, 0.1 if smooth else 0.0, after]


def _read(folder: Path, value: Json) -> Timeline:
    return read_timeline(written(folder, value))


def _only(
    folder: Path, *effects: Json, source: Json | None = None, reference: Json = _MOVIE
) -> Shot:
    item = clip("a", source or span(100, 24), reference, effects=list(effects))
    (shot,) = _read(folder, cut(track(item))).shots
    return shot


@pytest.mark.parametrize(
    ("effects", "words", "first", "last"),
    [
        ([_warp(0.5)], "50 %", 100, 112),
        ([_warp(2.0)], "200 %", 100, 148),
        ([_warp(-1.0)], "-100 %", 99, 124),
        ([_warp(-0.5)], "-50 %", 99, 112),
        ([_warp(0.7)], "70 %", 100, 117),
        ([_warp(2.0), _warp(0.25)], "50 %", 100, 112),
        ([_warp(-2.0), _warp(-0.25)], "50 %", 100, 112),
        ([_warp(2.0), _warp(0.5)], None, 100, 123),
        ([_effect("FreezeFrame.1", time_scalar=0.0)], "freeze", 100, 100),
        ([_warp(2.0), _effect("FreezeFrame.1", time_scalar=0.0)], "freeze", 100, 100),
        ([_warp(0)], "freeze", 100, 100),
        ([_warp(2.0, enabled=False)], None, 100, 123),
    ],
)
def test_a_constant_speed_gives_the_media_that_the_item_consumes(
    tmp_path: Path, effects: list[Json], words: str | None, first: int, last: int
) -> None:
    shot = _only(tmp_path, *effects)
    assert (shot.retime, shot.refusal) == (words, None)
    assert shot.source_range == FrameRange.of(first, last)
    assert shot.record_range == FrameRange(0, 24)


def test_frames_that_the_media_does_not_have_are_not_mixed_in(tmp_path: Path) -> None:
    reference = movie("/p/a.mov", span(100, 12))
    shot = _only(tmp_path, _warp(0.5), reference=reference)
    assert shot.source_range == FrameRange(100, 12)
    shot = _only(tmp_path, _warp(-0.5), reference=reference)
    assert shot.source_range == FrameRange(100, 12)


def test_the_last_part_of_a_frame_that_a_host_rounded_away_is_not_asked_for(tmp_path: Path) -> None:
    reference = movie("/p/a.mov", span(100, 12))
    shot = _only(tmp_path, _warp(0.5001), reference=reference)
    assert shot.source_range == FrameRange(100, 12)
    beyond = _only(tmp_path, _warp(2.0), reference=reference)
    assert beyond.source_range == FrameRange(100, 49)


def test_a_ramp_by_resolves_keys_consumes_what_its_keys_span(tmp_path: Path) -> None:
    rows = [_row(0, 0), _row(0.5, 0.25), _row(1, 1.25)]
    shot = _only(tmp_path, _keys(*rows))
    assert (shot.retime, shot.refusal) == ("ramp 50-200 %", None)
    assert shot.source_range == FrameRange.of(99, 130)


def test_an_eased_ramp_consumes_the_hull_of_its_handles(tmp_path: Path) -> None:
    rows = [_row(0, 0), _row(0.5, 0.5, -1.5, 1.5), _row(1, 1)]
    shot = _only(tmp_path, _keys(*rows))
    assert shot.source_range == FrameRange.of(100 - 24 - 1, 100 + 48)


def test_a_part_of_a_ramp_consumes_its_part(tmp_path: Path) -> None:
    rows = [_row(0, 0), _row(0.5, 0.25), _row(1, 1.25)]
    item = clip("a", span(100, 24), _MOVIE, effects=[_keys(*rows)])
    (shot,) = _read(tmp_path, cut(track(item, source_range=span(0, 12)))).shots
    assert shot.source_range == FrameRange.of(99, 106)
    assert shot.trimmed is None


def test_a_lookup_table_is_frames_later_than_at_full_speed(tmp_path: Path) -> None:
    shot = _only(tmp_path, _lookup(2, 1, 0, -1), source=span(100, 4))
    assert (shot.retime, shot.refusal) == ("ramp 0-0 %", None)
    assert shot.source_range == FrameRange.of(101, 103)
    shot = _only(tmp_path, _lookup(0, 2, 4, 6), source=span(100, 4))
    assert shot.retime == "ramp 300-300 %"
    assert shot.source_range.covers(FrameRange.of(100, 109))


@pytest.mark.parametrize(
    ("effect", "reason"),
    [
        (_effect("TimeEffect.1"), "no table"),
        (_keys(_row(0, 0)), "can not be read"),
        (_keys(_row(0, 0), _row(2, 1)), "another length"),
        (_keys(_row(0, 4), _row(1, 5)), "not counted from where the clip starts"),
        (_keys(_row(0, 0), _row(0.5, 1), _row(0.5, 2), _row(1, 2)), "order of time"),
        (_keys([0, 0], [1, 1]), "rows that are not known"),
        (_keys(_row(0, 0), _row(1, 1e300)), "out of all bounds"),
        (_lookup(0, 0), "another length"),
        (_lookup(*["x"] * 24), "something else than numbers"),
        (_lookup(*[float("nan")] * 24), "out of all bounds"),
        (_warp(1e9), "no host plays"),
    ],
)
def test_a_speed_change_that_is_not_understood_is_refused_in_words(
    tmp_path: Path, effect: Json, reason: str
) -> None:
    shot = _only(tmp_path, effect)
    assert shot.refusal is not None
    assert reason in shot.refusal
    assert "without the speed change" in shot.refusal


def test_a_ramp_beside_another_speed_change_is_refused(tmp_path: Path) -> None:
    ramp = _keys(_row(0, 0), _row(1, 1.5))
    assert "several" in (_only(tmp_path, ramp, _warp(2.0)).refusal or "")
    assert "several" in (_only(tmp_path, ramp, ramp).refusal or "")
    assert _only(tmp_path, ramp, _warp(1.0)).refusal is None


def test_a_window_takes_its_part_of_a_retimed_clip(tmp_path: Path) -> None:
    for speed, first, last, start in ((0.5, 102, 108, 102.0), (-0.5, 103, 110, 104.0)):
        item = clip("a", span(100, 24), _MOVIE, effects=[_warp(speed)])
        (shot,) = _read(tmp_path, cut(track(item, source_range=span(4, 12)))).shots
        assert shot.record_range == FrameRange(0, 12)
        assert shot.source_range == FrameRange.of(first, last)
        assert shot.trimmed is not None
        assert (shot.trimmed.start * 24, shot.trimmed.duration * 24) == (start, 12)


def test_record_timeline_and_media_may_run_at_three_rates(tmp_path: Path) -> None:
    reference = movie("/p/a.mov", span(86400, 1000, 24.0))
    item = clip("a", span(108030, 60, 30.0), reference, effects=[_warp(0.5)])
    value = cut(track(item), start=None, global_start_time=time(90000, 25.0))
    (shot,) = _read(tmp_path, value).shots
    assert (shot.rate, shot.media.rate) == (25, 24)
    assert shot.record_range == FrameRange(0, 50)
    assert shot.source_range == FrameRange.of(86424, 86448)


@pytest.mark.parametrize("rate", [23.976, 23.98, 24000 / 1001, 23.976024627685547])
@pytest.mark.parametrize("media_rate", [23.976, 24000 / 1001])
def test_ten_hours_of_timecode_do_not_move_a_frame(
    tmp_path: Path, rate: float, media_rate: float
) -> None:
    start = 20 * 3600 * 24
    reference = movie("/p/a.mov", span(start, 5000, media_rate))
    straight = clip("a", span(start + 1000, 240, rate), reference)
    double = clip("b", span(start, 240, rate), reference, effects=[_warp(2.0)])
    shots = _read(tmp_path, cut(track(straight, double), start=None)).shots
    assert shots[0].source_range == FrameRange(start + 1000, 240)
    assert shots[1].source_range == FrameRange(start, 481)


@pytest.mark.parametrize(
    ("form", "rate", "start", "text"),
    [
        ("DF", 29.97, 107892, "01:00:00;00"),
        ("NDF", 29.97, 107892, "00:59:56:12"),
        ("DF", 59.94, 215784, "01:00:00;00"),
        ("DF", 25.0, 90000, "01:00:00:00"),
    ],
)
def test_drop_frame_is_read_from_what_fcp_xml_left(
    tmp_path: Path, form: str, rate: float, start: int, text: str
) -> None:
    value = cut(
        track(clip("a", span(0, 10, rate), _MOVIE)),
        metadata={"fcp_xml": {"timecode": {"displayformat": form}}},
        global_start_time=time(start, rate),
    )
    assert str(_read(tmp_path, value).global_start) == text


def _premiere(name: str, link: int, source: Json, *effects: Json) -> Json:
    metadata = {"PremierePro_OTIO": {"LinkID": str(link)}}
    return clip(name, source, _MOVIE, effects=list(effects), metadata=metadata)


def _premiere_cut(picture: list[Json], sound: list[Json]) -> Json:
    metadata = {"PremierePro_OTIO": {"MetadataVersion": "1.0"}}
    return cut(track(*picture), track(*sound, kind="Audio"), metadata=metadata)


@pytest.mark.parametrize(
    ("sound_gap", "duration", "last"), [(48, 48, 196), (24, 24, 148), (30, None, None)]
)
def test_premieres_reading_is_the_one_under_which_picture_and_sound_meet(
    tmp_path: Path, sound_gap: int, duration: int | None, last: int | None
) -> None:
    picture = [_premiere("a", 1, span(100, 48), _warp(2.0)), _premiere("b", 2, span(0, 24))]
    sound = [gap(sound_gap), _premiere("b", 2, span(0, 24))]
    retimed, after = _read(tmp_path, _premiere_cut(picture, sound)).shots
    if duration is None or last is None:
        assert "does not settle" in (retimed.refusal or "")
        assert after.refusal is None
        return
    assert retimed.refusal is None
    assert retimed.record_range == FrameRange(0, duration)
    assert after.record_range.start == duration
    assert retimed.source_range == FrameRange.of(100, last)


def test_premieres_reversed_clips_are_refused_and_its_straight_ones_are_not(tmp_path: Path) -> None:
    picture = [_premiere("a", 1, span(100, 48), _warp(-1.0)), _premiere("b", 2, span(0, 24))]
    sound = [gap(48), _premiere("b", 2, span(0, 24))]
    reversed_, straight = _read(tmp_path, _premiere_cut(picture, sound)).shots
    assert "Premiere is reported to write another start" in (reversed_.refusal or "")
    assert straight.refusal is None


def test_resolves_cut_with_a_clip_that_came_from_premiere_is_read_as_resolves(
    tmp_path: Path,
) -> None:
    (shot,) = _read(tmp_path, cut(track(_premiere("a", 1, span(100, 24), _warp(2.0))))).shots
    assert (shot.refusal, shot.source_range) == (None, FrameRange.of(100, 148))


def test_real_exports_consume_what_was_measured(shared_data: Path) -> None:
    folder = shared_data / "otio"
    expected = {
        "davinci-resolve-mcp-free__mut-mut_retime25.otio": ("25 %", 1800000, 1800375),
        "davinci-resolve-mcp-free__ref-ref4_retime_50pct.otio": ("50 %", 1800000, 1800750),
        "davinci-resolve-mcp-free__mut-mut_speedramp.otio": ("ramp 25-100 %", 1800000, 1801499),
        "davinci-resolve-mcp-free__ref-ref6_speedramp_eased.otio": (
            "ramp 10-90 %",
            1800000,
            1801499,
        ),
        "tlRender__LinearTimeWarp.otio": ("75 %", 90, 158),
    }
    for name, (words, first, last) in expected.items():
        (shot,) = (shot for shot in read_timeline(folder / name).shots if shot.retime)
        assert (shot.retime, shot.refusal) == (words, None)
        assert shot.source_range == FrameRange.of(first, last)


def test_a_speed_is_the_decimal_that_is_written(tmp_path: Path) -> None:
    shot = _only(tmp_path, _warp(0.1), source=span(100, 240))
    assert shot.source_range == FrameRange.of(100, 124)
    assert shot.rate == Fraction(24)
