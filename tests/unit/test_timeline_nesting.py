"""Compound clips: shots inside are edited in the nested place, wherever the compound is used."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.unit.timeline_cuts import (
    LAYOUTS,
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
from void_studio.core import FrameRange, Refused, UsageError
from void_studio.timeline import (
    Conformed,
    Placement,
    Profile,
    Timeline,
    conform,
    read_timeline,
    revert,
)

_MOVIE = movie("/p/a.mov", span(0, 1000))


def _compound(
    window: Json | None,
    *children: Json,
    sequence_id: str | None = "{1}",
    kind: str = "Compound Clip",
    **more: Any,
) -> Json:
    metadata: Json = {"Resolve_OTIO": {"Sequence Type": kind}}
    if sequence_id is not None:
        metadata["Resolve_OTIO"]["Sequence ID"] = sequence_id
    stack: Json = cut(track(*children))["tracks"]
    return {**stack, "name": "COMP", "source_range": window, "metadata": metadata, **more}


def _inner() -> list[Json]:
    return [clip("in", span(105, 10), _MOVIE), clip("out", span(220, 30), _MOVIE)]


def _read(folder: Path, value: Json, layout: str = "four spaces") -> Timeline:
    return read_timeline(written(folder, value, layout))


def _conformed(
    timeline: Timeline, shot_id: str, placement: Placement = Placement.REPLACE, **more: Any
) -> Conformed:
    version = version_of(timeline.shot(shot_id), handles=8)
    more.setdefault("profile", Profile.CANONICAL)
    return conform(timeline, {shot_id: version}, placement=placement, **more)


def _active(value: Any) -> list[str]:
    """The active key of every clip, in the order of the file."""
    if isinstance(value, list):
        return [key for child in value for key in _active(child)]
    if not isinstance(value, dict):
        return []
    own = [value["active_media_reference_key"]] if "active_media_reference_key" in value else []
    return own + [key for child in value.values() for key in _active(child)]


def _keys(text: bytes) -> list[str]:
    return _active(json.loads(text.decode("utf-8-sig")))


def test_shots_in_a_compound_stand_where_the_outer_item_shows_them(tmp_path: Path) -> None:
    value = cut(track(gap(100), _compound(span(4, 12), *_inner()), clip("a", span(0, 8), _MOVIE)))
    shots = _read(tmp_path, value).shots
    assert [str(shot.record_range) for shot in shots] == ["100-105", "106-111", "112-119"]
    assert [str(shot.source_range) for shot in shots] == ["109-114", "220-225", "0-7"]
    assert [shot.compound for shot in shots] == ["COMP", "COMP", None]
    assert all(shot.refusal is None for shot in shots)
    assert all(shot.other_uses == () for shot in shots)


def test_a_shot_that_the_outer_item_cuts_away_is_listed_and_refused(tmp_path: Path) -> None:
    shown, hidden = _read(tmp_path, cut(track(_compound(span(0, 8), *_inner())))).shots
    assert shown.refusal is None
    assert "no frame of it is seen" in (hidden.refusal or "")
    with pytest.raises(Refused, match="no frame"):
        _conformed(_read(tmp_path, cut(track(_compound(span(0, 8), *_inner())))), hidden.id)


def test_a_compound_in_a_compound_is_trimmed_by_both(tmp_path: Path) -> None:
    inner = _compound(span(4, 20), *_inner(), sequence_id="{2}")
    outer = _compound(span(12, 8), gap(10), inner, sequence_id="{3}")
    shots = _read(tmp_path, cut(track(gap(50), outer))).shots
    assert [str(shot.record_range) for shot in shots] == ["50-53", "54-57"]
    assert [str(shot.source_range) for shot in shots] == ["111-114", "220-223"]


def test_a_dissolve_beside_a_compound_shows_more_of_what_is_inside(tmp_path: Path) -> None:
    dissolve = {
        "OTIO_SCHEMA": "Transition.1",
        "metadata": {},
        "name": "",
        "transition_type": "SMPTE_Dissolve",
        "in_offset": time(2),
        "out_offset": time(4),
    }
    after = clip("a", span(30, 8), _MOVIE)
    value = cut(track(_compound(span(0, 8), *_inner()), dissolve, after))
    first, second, outer = _read(tmp_path, value).shots
    assert (str(first.source_range), first.beside_transition) == ("105-114", True)
    assert (str(second.source_range), second.refusal) == ("220-221", None)
    assert second.record_range.duration == 0
    assert str(outer.source_range) == "28-37"


@pytest.mark.parametrize("sequence_id", ["{1}", None])
def test_the_uses_of_a_compound_know_each_other_and_share_a_range(
    tmp_path: Path, sequence_id: str | None
) -> None:
    uses = [
        _compound(span(*window), *_inner(), sequence_id=sequence_id)
        for window in ((0, 8), (4, 12), (12, 20))
    ]
    other = _compound(span(0, 40), clip("in", span(105, 10), _MOVIE), sequence_id="{9}")
    timeline = _read(tmp_path, cut(track(*uses), track(other)))
    ins = [shot for shot in timeline.shots if shot.name == "in"]
    group, alone = {shot.id for shot in ins[:3]}, ins[3]
    assert len(group) == 3
    assert all({shot.id, *shot.other_uses} == group for shot in ins[:3])
    assert [shot.source_range for shot in ins[:3]] == [FrameRange(105, 10)] * 3
    assert ["no frame" in (shot.refusal or "") for shot in ins[:3]] == [False, False, True]
    assert alone.other_uses == ()


def test_a_version_goes_to_every_use_of_the_compound_or_only_to_one(tmp_path: Path) -> None:
    plate, ours = "DEFAULT_MEDIA", "void_v001"
    uses = [_compound(span(*window), *_inner()) for window in ((0, 8), (4, 12), (12, 20))]
    timeline = _read(tmp_path, cut(track(*uses)))
    first, second = (shot.id for shot in timeline.shots if shot.name == "in" and not shot.refusal)
    everywhere = _conformed(timeline, first)
    assert _keys(everywhere.text) == [ours, plate] * 3
    assert _keys(_conformed(timeline, first, only=[first]).text) == [ours] + [plate] * 5
    assert (
        _keys(_conformed(timeline, first, only=[second]).text) == [plate] * 2 + [ours] + [plate] * 3
    )
    both = _conformed(timeline, first, only=[first, second])
    assert _keys(both.text) == [ours, plate, ours, plate, plate, plate]
    for done in (everywhere, both):
        assert revert(done.text) == timeline.text
    with pytest.raises(UsageError, match="no version here is for shot sh-0"):
        _conformed(timeline, first, only=["sh-0"])


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("profile", Profile)
def test_a_conformed_compound_reads_back_with_the_same_places(
    tmp_path: Path, layout: str, profile: Profile
) -> None:
    uses = [_compound(span(*window), *_inner()) for window in ((0, 8), (4, 12))]
    timeline = _read(tmp_path, cut(track(*uses)), layout)
    done = _conformed(timeline, timeline.shots[0].id, profile=profile)
    path = tmp_path / "out.otio"
    path.write_bytes(done.text)
    after = read_timeline(path)
    facts = [
        [(s.record_range, s.source_range, s.compound) for s in t.shots] for t in (timeline, after)
    ]
    assert facts[0] == facts[1]
    if profile is Profile.CANONICAL:
        assert [shot.id for shot in after.shots] == [shot.id for shot in timeline.shots]
        assert [s.other_uses for s in after.shots] == [s.other_uses for s in timeline.shots]
        assert revert(done.text) == timeline.text


@pytest.mark.parametrize("profile", Profile)
def test_a_nested_shot_may_play_on_a_track_above_all_of_its_uses(
    tmp_path: Path, profile: Profile
) -> None:
    uses = [_compound(span(*window), *_inner()) for window in ((0, 8), (4, 12), (12, 20))]
    timeline = _read(tmp_path, cut(track(*uses)))
    done = _conformed(timeline, timeline.shots[0].id, Placement.TRACK, profile=profile)
    path = tmp_path / "out.otio"
    path.write_bytes(done.text)
    top = json.loads(done.text)["tracks"]["children"][-1]
    clips = [child for child in top["children"] if child["OTIO_SCHEMA"] == "Clip.2"]
    starts = [
        (c["source_range"]["start_time"]["value"], c["source_range"]["duration"]["value"])
        for c in clips
    ]
    assert starts == [(105.0, 8.0), (109.0, 6.0)]
    assert any("above the compound clip" in loss for loss in done.losses)
    if profile is Profile.CANONICAL:
        assert revert(done.text) == timeline.text


def test_a_retimed_shot_keeps_its_speed_on_a_new_track(tmp_path: Path) -> None:
    warp = {
        "OTIO_SCHEMA": "LinearTimeWarp.1",
        "metadata": {},
        "name": "",
        "effect_name": "",
        "time_scalar": 0.5,
    }
    grade = {"OTIO_SCHEMA": "Effect.1", "metadata": {}, "name": "grade", "effect_name": ""}
    item = clip("a", span(100, 24), _MOVIE, effects=[grade, warp])
    timeline = _read(tmp_path, cut(track(gap(10), item)))
    done = _conformed(timeline, timeline.shots[0].id, Placement.TRACK, profile=Profile.RESOLVE)
    path = tmp_path / "out.otio"
    path.write_bytes(done.text)
    below, above = read_timeline(path).shots
    assert (above.record_range, above.source_range, above.retime) == (
        below.record_range,
        below.source_range,
        "50 %",
    )
    (effect,) = json.loads(done.text)["tracks"]["children"][-1]["children"][-1]["effects"]
    assert effect == warp


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ({"kind": "Multicam Clip"}, "multicam"),
        (
            {"effects": [{"OTIO_SCHEMA": "LinearTimeWarp.1", "metadata": {}, "time_scalar": 2.0}]},
            "speed change",
        ),
    ],
)
def test_what_can_not_be_reached_inside_is_refused_in_words(
    tmp_path: Path, more: Json, reason: str
) -> None:
    value = cut(track(_compound(span(0, 20), *_inner(), **more), clip("a", span(0, 8), _MOVIE)))
    shots = _read(tmp_path, value).shots
    assert [reason in (shot.refusal or "") for shot in shots] == [True, True, False]


def test_a_real_compound_is_edited_in_its_nested_place(shared_data: Path) -> None:
    timeline = read_timeline(shared_data / "otio" / "synth__resolve_compound_clip.otio")
    shot = next(shot for shot in timeline.shots if shot.name == "inner.mov")
    assert (shot.compound, str(shot.record_range)) == ("COMP_OUT", "48-71")
    done = _conformed(timeline, shot.id)
    assert revert(done.text) == timeline.text
    outside = json.loads(done.text)["tracks"]["children"][0]["children"]
    assert "void_v001" not in json.dumps([outside[0], outside[2]])
    assert "void_v001" in json.dumps(outside[1]["children"][0]["children"][0])
