"""Versions put into a canonical timeline and taken out again: all else stays byte for byte."""

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import opentimelineio as otio
import pytest

from tests.unit.timeline_cuts import (
    LAYOUTS,
    clip,
    cut,
    movie,
    old_clip,
    shifted_version,
    span,
    time,
    track,
    two_uses,
    version_of,
    written,
)
from void_studio.core import CheckFailed, FrameRange, Refused, UsageError
from void_studio.timeline import (
    Conformed,
    MediaVersion,
    Placement,
    Profile,
    Timeline,
    conform,
    read_timeline,
    revert,
)

_MOVIE = movie("/p/a.mov", span(0, 100))


def _canonical(
    timeline: Timeline, versions: dict[str, MediaVersion], placement: Placement = Placement.REPLACE
) -> Conformed:
    return conform(timeline, versions, profile=Profile.CANONICAL, placement=placement)


def _saved(path: Path, text: bytes) -> Timeline:
    path.write_bytes(text)
    return read_timeline(path)


def _otio(text: bytes) -> Any:
    return otio.adapters.read_from_string(text.decode("utf-8-sig"), "otio_json")


def _is_readable(text: bytes) -> bool:
    try:
        return _otio(text) is not None
    except (otio.exceptions.OTIOError, ValueError):
        return False


def _samples(folder: Path) -> Iterator[Timeline]:
    for path in sorted([*folder.glob("otio/*.otio"), *folder.glob("otio/*.json")]):
        yield read_timeline(path)


def _value(text: bytes) -> Any:
    return json.loads(text.decode("utf-8-sig").replace("Inf", "Infinity"))


def _clip_at(root: Any, path: list[Any]) -> Any:
    for key in path:
        root = root[key]
    return root


def _path_of(root: Any, key: str, at: tuple[Any, ...] = ()) -> list[Any] | None:
    """Where the only object with a member `key` stands."""
    if isinstance(root, dict) and key in root:
        return list(at)
    pairs = root.items() if isinstance(root, dict) else enumerate(root)
    for name, child in pairs if isinstance(root, dict | list) else ():
        found = _path_of(child, key, (*at, name)) if isinstance(child, dict | list) else None
        if found is not None:
            return found
    return None


def _outside(before: Any, after: Any) -> Any:
    """`after` with the clip that has our reference replaced by what stands there in `before`."""
    container = _path_of(after, "void_v001")
    assert container is not None
    *owner, _ = container
    if not owner:
        return before
    _clip_at(after, owner[:-1])[owner[-1]] = _clip_at(before, owner)
    return after


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("placement", Placement)
def test_a_version_goes_in_and_out_of_every_layout(
    tmp_path: Path, layout: str, placement: Placement
) -> None:
    timeline = read_timeline(written(tmp_path, two_uses(), layout))
    shot = timeline.shots[1]
    done = _canonical(timeline, {shot.id: version_of(shot, handles=8)}, placement)
    assert _is_readable(done.text)
    assert revert(done.text) == timeline.text
    assert hashlib.sha256(revert(done.text)).hexdigest() == timeline.sha256
    newline = b"\r\n" if layout == "crlf" else b"\n"
    assert done.text.count(b"\n") == done.text.count(newline)
    if "line" in layout and layout != "final newline":
        assert b"\n" not in done.text


@pytest.mark.parametrize("layout", LAYOUTS)
def test_the_change_is_the_inserted_member_and_the_active_key(tmp_path: Path, layout: str) -> None:
    timeline = read_timeline(written(tmp_path, two_uses(), layout))
    shot = timeline.shots[0]
    done = _canonical(timeline, {shot.id: version_of(shot)})
    keyed, inserted = sorted(done.spans, key=lambda each: len(each.text))
    assert inserted.start == inserted.stop
    assert timeline.text[keyed.start : keyed.stop] == b'"DEFAULT_MEDIA"'
    assert keyed.text == b'"void_v001"'
    assert all(shot.span[0] < each.start <= each.stop < shot.span[1] for each in done.spans)
    assert done.bytes_changed == len(inserted.text) + len(keyed.text) + len('"DEFAULT_MEDIA"')


def test_the_inserted_reference_is_written_like_its_neighbour(tmp_path: Path) -> None:
    value = two_uses()
    path = written(tmp_path, value)
    path.write_bytes(path.read_bytes().replace(b'"rate": 24.0', b'"rate": 24.000000000000000'))
    timeline = read_timeline(path)
    shot = timeline.shots[0]
    done = _canonical(timeline, {shot.id: version_of(shot, handles=8)})
    (inserted,) = [each for each in done.spans if each.start == each.stop]
    lines = inserted.text.decode().split("\n")
    assert lines[0] == ","
    assert lines[1] == 28 * " " + '"void_v001": {'
    assert lines[-1] == 28 * " " + "}"
    assert '"rate": 24.000000000000000' in inserted.text.decode()
    assert '"value": 86416.0' in inserted.text.decode()
    assert '"target_url": "/out/v001/cut_sh010_void_v001.mov"' in inserted.text.decode()
    keys = list(json.loads(b"{" + inserted.text.lstrip(b",") + b"}")["void_v001"])
    assert keys == list(_MOVIE)


def test_whole_numbers_stay_whole_where_the_file_has_them_so(tmp_path: Path) -> None:
    available = {**span(0, 100, 25), "start_time": time(0, 25), "duration": time(100, 25)}
    item = clip("a", span(10, 20, 25), movie("/p/a.mov", available))
    timeline = read_timeline(written(tmp_path, cut(track(item), start=None)))
    shot = timeline.shots[0]
    done = _canonical(timeline, {shot.id: version_of(shot)})
    assert b'"value": 10\n' in done.text.replace(timeline.text[:100], b"")
    assert b"10.0" not in done.text


def test_only_the_chosen_use_of_a_plate_changes(tmp_path: Path) -> None:
    path = written(tmp_path, two_uses())
    timeline = read_timeline(path)
    first, second, _ = timeline.shots
    done = _canonical(timeline, {second.id: version_of(second, handles=8)})
    root = _otio(done.text)
    items = list(root.tracks[0].find_clips())
    assert [item.active_media_reference_key for item in items] == ["DEFAULT_MEDIA", "void_v001"]
    assert list(items[1].media_references()) == ["DEFAULT_MEDIA", "void_v001"]
    assert items[1].media_reference.available_range.start_time.value == 86464.0
    after = _saved(path, done.text)
    assert [shot.id for shot in after.shots] == [shot.id for shot in timeline.shots]
    assert after.shots[1].media == second.media
    assert after.text[slice(*after.shots[0].span)] == timeline.text[slice(*first.span)]


def test_every_sample_takes_a_version_and_gives_its_bytes_back(shared_data: Path) -> None:
    tried = 0
    for timeline in _samples(shared_data):
        ready = [shot for shot in timeline.shots if shot.refusal is None]
        for shot in ready[:1] + ready[-1:]:
            done = _canonical(timeline, {shot.id: version_of(shot)})
            assert revert(done.text, where=timeline.path) == timeline.text
            if _is_readable(timeline.text):
                assert _is_readable(done.text), timeline.path
                before, after = _value(timeline.text), _value(done.text)
                assert _outside(before, after) == _value(timeline.text)
            tried += 1
    assert tried > 60


def test_record_positions_of_every_sample_stay(shared_data: Path, tmp_path: Path) -> None:
    for timeline in _samples(shared_data):
        ready = [shot for shot in timeline.shots if shot.refusal is None]
        for placement in Placement:
            if not ready or (placement is Placement.TRACK and timeline.path.suffix == ".json"):
                continue
            versions = {shot.id: version_of(shot) for shot in ready}
            done = _canonical(timeline, versions, placement)
            after = _saved(tmp_path / timeline.path.name, done.text)
            assert [(s.id, s.record_range, s.source_range, s.refusal) for s in after.shots] == [
                (s.id, s.record_range, s.source_range, s.refusal) for s in timeline.shots
            ]
            assert revert(done.text) == timeline.text


def test_versions_stand_beside_each_other_and_all_come_out(tmp_path: Path) -> None:
    path = written(tmp_path, two_uses())
    original = read_timeline(path)
    first, second, above = original.shots
    timeline = original
    for number, shot in enumerate((first, second, first, above, first), start=1):
        done = _canonical(timeline, {shot.id: version_of(shot, number)})
        timeline = _saved(path, done.text)
    timeline = _saved(
        path, _canonical(timeline, {second.id: version_of(second, 6)}, Placement.TRACK).text
    )
    items = list(_otio(timeline.text).tracks[0].find_clips())
    assert list(items[0].media_references()) == [
        "DEFAULT_MEDIA", "void_v001", "void_v003", "void_v005"
    ]  # fmt: skip
    assert items[0].active_media_reference_key == "void_v005"
    assert len(timeline.shots) == 3
    assert revert(timeline.text) == original.text


def test_choosing_the_plate_again_by_hand_still_reverts(tmp_path: Path) -> None:
    timeline = read_timeline(written(tmp_path, two_uses()))
    shot = timeline.shots[0]
    done = _canonical(timeline, {shot.id: version_of(shot)})
    flipped = done.text.replace(b'_key": "void_v001"', b'_key": "DEFAULT_MEDIA"')
    assert revert(flipped) == timeline.text


def test_a_file_that_was_edited_since_is_not_claimed_to_be_the_original(tmp_path: Path) -> None:
    timeline = read_timeline(written(tmp_path, two_uses()))
    shot = timeline.shots[0]
    done = _canonical(timeline, {shot.id: version_of(shot)})
    with pytest.raises(CheckFailed, match="edited since"):
        revert(done.text.replace(b"B001.mov", b"C001.mov"), where="cut.otio")
    rewritten = json.dumps(json.loads(done.text), sort_keys=True).encode()
    with pytest.raises(CheckFailed, match="edited since"):
        revert(rewritten)


def test_an_edited_file_takes_a_new_version_and_gives_the_edit_back(tmp_path: Path) -> None:
    path = written(tmp_path, two_uses())
    timeline = read_timeline(path)
    shot = timeline.shots[0]
    done = _canonical(timeline, {shot.id: version_of(shot)})
    edited = _saved(path, done.text.replace(b"B001.mov", b"C001.mov"))
    again = _canonical(edited, {shot.id: version_of(shot, 2)})
    assert revert(again.text) == timeline.text.replace(b"B001.mov", b"C001.mov")


def test_a_file_without_versions_comes_back_as_it_is(tmp_path: Path) -> None:
    for text in (b"", b"not json", b'{"void": 1}'):
        assert revert(text) == text


_ODD = {
    "dangling key": {"active_media_reference_key": "PROXY"},
    "null reference": {"media_references": {"DEFAULT_MEDIA": None}},
    "no references": {"media_references": {}},
    "null references": {"media_references": None},
    "null key": {"active_media_reference_key": None},
    "two references": {"media_references": {"DEFAULT_MEDIA": _MOVIE, "PROXY": _MOVIE}},
    "missing media": {
        "media_references": {"DEFAULT_MEDIA": {"OTIO_SCHEMA": "MissingReference.1", "name": ""}}
    },
    "no range": {"media_references": {"DEFAULT_MEDIA": movie("/p/a.mov")}},
}


@pytest.mark.parametrize("placement", Placement)
@pytest.mark.parametrize("layout", ["four spaces", "crlf", "one line", "one spaced line", "tabs"])
@pytest.mark.parametrize("odd", _ODD)
def test_odd_clips_take_a_version_too(
    tmp_path: Path, odd: str, layout: str, placement: Placement
) -> None:
    item = {**clip("a", span(10, 20), _MOVIE), "metadata": {}, **_ODD[odd]}
    timeline = read_timeline(written(tmp_path, cut(track(item)), layout))
    shot = timeline.shots[0]
    done = _canonical(timeline, {shot.id: version_of(shot)}, placement)
    again = conform(
        _saved(tmp_path / "again.otio", done.text),
        {shot.id: version_of(shot, 2)},
        profile=Profile.CANONICAL,
        placement=placement,
    )
    assert revert(done.text) == timeline.text
    assert revert(again.text) == timeline.text
    if "null reference" not in odd:
        root = _otio(again.text)
        if placement is Placement.REPLACE:
            assert root.tracks[0][0].media_reference.target_url.endswith("void_v002.mov")


@pytest.mark.parametrize("missing", ["active_media_reference_key", "media_references", "both"])
def test_a_clip_that_lacks_its_members_takes_a_version(tmp_path: Path, missing: str) -> None:
    item = clip("a", span(10, 20), _MOVIE)
    names = ("active_media_reference_key", "media_references")
    for name in names if missing == "both" else (missing,):
        del item[name]
    for layout in LAYOUTS:
        timeline = read_timeline(written(tmp_path, cut(track(item)), layout))
        shot = timeline.shots[0]
        done = _canonical(timeline, {shot.id: version_of(shot)})
        assert revert(done.text) == timeline.text
        assert _otio(done.text).tracks[0][0].active_media_reference_key == "void_v001"


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("reference", ["there", "null", "absent"])
def test_an_old_clip_becomes_one_that_holds_two_references(
    tmp_path: Path, layout: str, reference: str
) -> None:
    item = old_clip("a", span(10, 20), _MOVIE if reference == "there" else None)
    if reference == "absent":
        del item["media_reference"]
    other = old_clip("b", span(10, 20), _MOVIE)
    timeline = read_timeline(written(tmp_path, cut(track(item, other)), layout))
    shot = timeline.shots[0]
    done = _canonical(timeline, {shot.id: version_of(shot)})
    first, second = _otio(done.text).tracks[0]
    expected = ["DEFAULT_MEDIA", "void_v001"] if reference == "there" else ["void_v001"]
    assert list(first.media_references()) == expected
    assert first.active_media_reference_key == "void_v001"
    assert second.media_reference.target_url == "/p/a.mov"
    clips = _value(done.text)["tracks"]["children"][0]["children"]
    assert [each["OTIO_SCHEMA"] for each in clips] == ["Clip.2", "Clip.1"]
    assert revert(done.text) == timeline.text


def test_a_timeline_that_does_not_count_by_timecode_keeps_its_numbering(tmp_path: Path) -> None:
    item = clip("a", span(10, 20), _MOVIE)
    timeline = read_timeline(written(tmp_path, cut(track(item))))
    shot = timeline.shots[0]
    version = shifted_version(shot, FrameRange(86410, 20))
    done = _canonical(timeline, {shot.id: version})
    played = _otio(done.text).tracks[0][0]
    assert played.source_range.start_time.value == 10
    assert played.media_reference.available_range.start_time.value == 8
    assert any("number" in loss for loss in done.losses)


def test_the_top_track_stands_over_the_video_tracks_and_under_the_audio(tmp_path: Path) -> None:
    timeline = read_timeline(written(tmp_path, two_uses()))
    first, second, above = timeline.shots
    versions = {shot.id: version_of(shot) for shot in (second, first, above)}
    done = _canonical(timeline, versions, Placement.TRACK)
    tracks = _otio(done.text).tracks
    assert [(each.name, each.kind) for each in tracks] == [
        ("Video 1", "Video"),
        ("Video 1", "Video"),
        ("VOID v001", "Video"),
        ("VOID v001 2", "Video"),
        ("Audio 1", "Audio"),
    ]
    (splice,) = done.spans
    assert splice.start == splice.stop
    placed = [item.trimmed_range_in_parent() for item in tracks[2].find_clips()]
    assert [(p.start_time.value, p.duration.value) for p in placed] == [(0, 10), (36, 24)]
    sources = [item.source_range.start_time.value for item in tracks[2].find_clips()]
    assert sources == [0, 86472]


@pytest.mark.parametrize("key", ["v001", "void_v", "DEFAULT_MEDIA", "void_v1/2"])
def test_a_key_of_another_form_is_refused(tmp_path: Path, key: str) -> None:
    timeline = read_timeline(written(tmp_path, two_uses()))
    shot = timeline.shots[0]
    version = version_of(shot)
    odd = MediaVersion(key, "v", version.path, version.available_range, version.rate, None)
    with pytest.raises(UsageError):
        _canonical(timeline, {shot.id: odd})


def test_what_can_not_stand_in_for_the_plate_is_refused(tmp_path: Path) -> None:
    warp = {"OTIO_SCHEMA": "LinearTimeWarp.1", "time_scalar": 2.0}
    uses = (
        clip("a", span(10, 20), _MOVIE),
        clip("b", None, _MOVIE),
        clip("c", span(10, 20), _MOVIE, effects=[warp]),
    )
    path = written(tmp_path, cut(track(*uses)))
    timeline = read_timeline(path)
    plain, whole, retimed = timeline.shots
    good = version_of(plain)
    short = MediaVersion(good.key, "v", good.path, FrameRange(11, 19), good.rate, None)
    other = MediaVersion(good.key, "v", good.path, good.available_range, good.rate + 1, None)
    longer = MediaVersion(good.key, "v", good.path, FrameRange(-5, 120), good.rate, None)
    for shot, version in ((plain, short), (plain, other), (whole, longer), (retimed, good)):
        with pytest.raises(Refused):
            _canonical(timeline, {shot.id: version})
    once = _saved(path, _canonical(timeline, {plain.id: good}).text)
    with pytest.raises(Refused, match="has a void_v001 already"):
        _canonical(once, {plain.id: good})
    with pytest.raises(UsageError):
        _canonical(timeline, {})
    with pytest.raises(UsageError):
        _canonical(timeline, {"sh-unknown": good})


def test_a_bare_clip_has_no_place_for_a_track(tmp_path: Path) -> None:
    timeline = read_timeline(written(tmp_path, clip("a", span(10, 20), _MOVIE)))
    shot = timeline.shots[0]
    assert revert(_canonical(timeline, {shot.id: version_of(shot)}).text) == timeline.text
    with pytest.raises(Refused, match="track"):
        _canonical(timeline, {shot.id: version_of(shot)}, Placement.TRACK)
