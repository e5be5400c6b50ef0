"""What a timeline is read as: shots, ranges, ids, and what is said about the rest."""

import json
from fractions import Fraction
from pathlib import Path
from typing import Any

import opentimelineio as otio
import pytest

from tests.unit.timeline_cuts import (
    LAYOUTS,
    clip,
    cut,
    gap,
    movie,
    old_clip,
    span,
    track,
    two_uses,
    written,
)
from void_studio.core import BadInput, FrameRange, InputChanged, NotPresent, StudioError, UsageError
from void_studio.timeline import MediaKind, Shot, Timeline, check_unchanged, read_timeline

_MOVIE = movie("/p/a.mov", span(0, 100))


def _samples(folder: Path) -> list[Path]:
    return sorted([*folder.glob("otio/*.otio"), *folder.glob("otio/*.json")])


def _read(folder: Path, value: object) -> Timeline:
    return read_timeline(written(folder, value))


def _only(folder: Path, value: object) -> Shot:
    (shot,) = _read(folder, value).shots
    return shot


def _frames(moment: Any, rate: Fraction) -> int:
    return round(
        float(Fraction(moment.value) * rate / Fraction(moment.rate).limit_denominator(1001))
    )


def _video_clips(root: Any) -> list[Any]:
    if isinstance(root, otio.schema.Clip):
        return [root]
    tracks = root.tracks if isinstance(root, otio.schema.Timeline) else [root]
    return [item for each in tracks if each.kind == "Video" for item in each.find_clips()]


def test_every_sample_is_read_or_refused_in_one_line(shared_data: Path) -> None:
    read, refusals = 0, []
    for path in _samples(shared_data):
        try:
            read += bool(read_timeline(path).sha256)
        except StudioError as refusal:
            refusals.append(refusal.line())
    assert not any("\n" in line for line in refusals)
    assert read >= 80


def test_positions_and_lengths_agree_with_opentimelineio_on_every_sample(shared_data: Path) -> None:
    compared = 0
    for path in _samples(shared_data):
        try:
            root = otio.adapters.read_from_file(str(path), "otio_json")
        except (otio.exceptions.OTIOError, ValueError):
            continue
        timeline = read_timeline(path)
        theirs = _video_clips(root)
        assert len(theirs) == len(timeline.shots), path.name
        top = root.tracks if isinstance(root, otio.schema.Timeline) else root
        for shot, item in zip(timeline.shots, theirs, strict=True):
            own = item.trimmed_range()
            start = item.transformed_time(own.start_time, top) if item is not top else None
            rate = timeline.rate
            assert shot.record_range.duration == _frames(own.duration, rate), (path.name, shot.name)
            assert shot.record_range.start == (_frames(start, rate) if start else 0), path.name
            assert (shot.name, shot.enabled) == (item.name, item.enabled)
            assert (shot.retime is not None) == any(
                isinstance(effect, otio.schema.TimeEffect) for effect in item.effects
            )
            compared += 1
    assert compared > 200


def test_an_ordinary_clip_is_a_shot_in_timecode_space(tmp_path: Path) -> None:
    timeline = _read(tmp_path, two_uses())
    first, second, above = timeline.shots
    assert (timeline.name, timeline.rate, str(timeline.global_start)) == ("cut", 24, "01:00:00:00")
    assert first.record_range == FrameRange(0, 24)
    assert second.record_range == FrameRange(36, 24)
    assert first.source_range == FrameRange(86424, 24)
    assert first.media.available_range == FrameRange(86400, 192)
    assert first.media.path == Path("/vfx/plates/A001.mov")
    assert (first.media.offline, first.refusal, first.retime) == (True, None, None)
    assert (above.track.index, above.track.name) == (1, "Video 1")
    text = timeline.text[slice(*second.span)]
    assert json.loads(text)["source_range"]["start_time"]["value"] == 86472.0


@pytest.mark.parametrize("layout", LAYOUTS)
def test_the_layout_of_the_text_changes_nothing_that_is_read(tmp_path: Path, layout: str) -> None:
    plain = read_timeline(written(tmp_path, two_uses())).shots
    other = read_timeline(written(tmp_path, two_uses(), layout)).shots
    assert [(s.id, s.record_range, s.media) for s in plain] == [
        (s.id, s.record_range, s.media) for s in other
    ]


def test_a_clip_counts_in_its_medias_rate(tmp_path: Path) -> None:
    reference = movie("/p/a.mov", span(86400, 100, 24.0))
    item = clip("a", span(90025, 50, 25.0), reference)
    shot = _only(tmp_path, cut(track(item), start=None))
    assert (shot.rate, shot.media.rate) == (25, 24)
    assert shot.record_range == FrameRange(0, 50)
    assert shot.source_range == FrameRange(86424, 48 + 1)


@pytest.mark.parametrize("rate", [23.976, 23.98, 23.976023976023978, 23.976024627685547])
def test_every_spelling_of_24000_1001_is_the_same_rate(tmp_path: Path, rate: float) -> None:
    reference = movie("/p/a.mov", span(864000, 1000, 24000 / 1001))
    shot = _only(tmp_path, cut(track(clip("a", span(864100, 50, rate), reference)), start=None))
    assert shot.rate == Fraction(24000, 1001)
    assert shot.source_range == FrameRange(864100, 50)


def test_ids_stay_when_the_rest_of_the_cut_changes(tmp_path: Path) -> None:
    before = _read(tmp_path, two_uses())
    value = two_uses()
    tracks = value["tracks"]["children"]
    tracks[0]["children"].insert(0, clip("new.mov", span(0, 7), _MOVIE))
    tracks[0]["children"].insert(2, gap(5))
    tracks.insert(0, track(clip("below", span(0, 9), _MOVIE)))
    after = _read(tmp_path, value)
    kept = [shot.id for shot in after.shots if shot.name in ("A001.mov", "B001.mov")]
    assert kept == [shot.id for shot in before.shots]
    assert len({shot.id for shot in after.shots}) == 5


def test_uses_that_are_alike_are_numbered_in_record_order(tmp_path: Path) -> None:
    same = clip("a", span(0, 10), _MOVIE)
    late, early = track(gap(50), same), track(same, gap(5), same)
    shots = _read(tmp_path, cut(late, early)).shots
    base = shots[1].id
    assert [shot.id for shot in shots] == [f"{base}-3", base, f"{base}-2"]


def test_gaps_and_audio_are_no_shots(tmp_path: Path) -> None:
    value = cut(track(gap(4)), track(clip("a", span(0, 4), _MOVIE), kind="Audio"))
    assert _read(tmp_path, value).shots == ()


def test_a_disabled_clip_is_listed_and_can_be_rendered(tmp_path: Path) -> None:
    shot = _only(tmp_path, cut(track(clip("a", span(0, 4), _MOVIE, enabled=False))))
    assert (shot.enabled, shot.refusal) == (False, None)


def _effect(schema: str, **more: Any) -> dict[str, Any]:
    return {"OTIO_SCHEMA": schema, "metadata": {}, "name": "", "effect_name": "", **more}


def test_a_warp_of_one_and_a_disabled_warp_are_no_retime(tmp_path: Path) -> None:
    effects = [
        _effect("LinearTimeWarp.1", time_scalar=1.0),
        _effect("LinearTimeWarp.1", time_scalar=2.0, enabled=False),
        _effect("Effect.1"),
    ]
    shot = _only(tmp_path, cut(track(clip("a", span(0, 10), _MOVIE, effects=effects))))
    assert (shot.retime, shot.refusal) == (None, None)


def test_stills_and_titles_are_refused_in_words_and_sequences_are_not(tmp_path: Path) -> None:
    sequence = {
        "OTIO_SCHEMA": "ImageSequenceReference.1",
        "metadata": {},
        "name": "",
        "available_range": span(0, 50),
        "target_url_base": "C:\\tif",
        "name_prefix": "out.",
        "name_suffix": ".tif",
        "start_frame": 7,
        "frame_step": 1,
        "rate": 24.0,
        "frame_zero_padding": 4,
        "missing_frame_policy": "error",
    }
    nothing = {"OTIO_SCHEMA": "MissingReference.1", "metadata": {}, "name": ""}
    bars = {"OTIO_SCHEMA": "GeneratorReference.1", "metadata": {}, "generator_kind": "SMPTEBars"}
    still = movie("/p/board 3.5.PNG", span(0, 1))
    uses = [clip("c", span(0, 5), ref) for ref in (still, sequence, nothing, bars)]
    timeline = _read(tmp_path, cut(track(*uses)))
    kinds = [shot.media.kind for shot in timeline.shots]
    assert kinds == [
        MediaKind.STILL,
        MediaKind.SEQUENCE,
        MediaKind.GENERATOR,
        MediaKind.GENERATOR,
    ]
    assert [shot.refusal is None for shot in timeline.shots] == [False, True, False, False]
    assert timeline.shots[1].media.url == "C:\\tif\\out.0007.tif"
    assert any("title" in warning and "2 x" in warning for warning in timeline.warnings)


def test_offline_media_of_resolve_keeps_its_path_and_is_not_refused(tmp_path: Path) -> None:
    offline = {
        "OTIO_SCHEMA": "MissingReference.1",
        "metadata": {"Resolve_OTIO": {"Media Url": "/vfx/plates/off.mov"}},
        "available_range": span(0, 50),
    }
    shot = _only(tmp_path, cut(track(clip("off", span(0, 5), offline))))
    assert (shot.media.kind, shot.media.offline) == (MediaKind.MOVIE, True)
    assert shot.media.path == Path("/vfx/plates/off.mov")
    assert shot.refusal is None


def test_media_beside_the_timeline_and_under_media_root_is_online(tmp_path: Path) -> None:
    (tmp_path / "a.mov").touch()
    (tmp_path / "store" / "day").mkdir(parents=True)
    (tmp_path / "store" / "day" / "b.mov").touch()
    uses = [clip("c", span(0, 5), movie(url, span(0, 9))) for url in ("a.mov", "E:\\X\\day\\b.mov")]
    path = written(tmp_path, cut(track(*uses)))
    timeline = read_timeline(path, media_root=tmp_path / "store")
    assert [shot.media.offline for shot in timeline.shots] == [False, False]
    assert timeline.shots[1].media.path == tmp_path / "store" / "day" / "b.mov"
    assert read_timeline(path).shots[1].media.path is None


@pytest.mark.parametrize("wrap", ["bare", "list", "collection", "track", "stack"])
def test_less_than_a_timeline_is_a_timeline_of_what_it_holds(tmp_path: Path, wrap: str) -> None:
    item = clip("a", span(10, 20), _MOVIE)
    collection = {"OTIO_SCHEMA": "SerializableCollection.1", "metadata": {}, "children": [item]}
    forms = {
        "bare": item,
        "list": [item],
        "collection": collection,
        "track": track(item),
        "stack": cut(track(item))["tracks"],
    }
    shot = _only(tmp_path, forms[wrap])
    assert (shot.record_range, shot.source_range) == (FrameRange(0, 20), FrameRange(10, 20))
    assert shot.refusal is None


def test_a_clip_without_source_range_plays_its_media(tmp_path: Path) -> None:
    value = cut(track(old_clip("a", None, _MOVIE), old_clip("b", span(0, 5), None)))
    first, second = _read(tmp_path, value).shots
    assert (first.source_range, second.record_range.start) == (FrameRange(0, 100), 100)
    assert second.media.kind is MediaKind.MISSING


def test_a_clip_of_unknown_length_is_refused(tmp_path: Path) -> None:
    shot = _only(tmp_path, cut(track(clip("a", None, movie("/p/a.mov")))))
    assert "length" in (shot.refusal or "")


def test_newer_and_unknown_objects_are_counted(tmp_path: Path) -> None:
    markers = [{"OTIO_SCHEMA": "Marker.3", "metadata": {}, "name": ""}] * 2
    effects = [{"OTIO_SCHEMA": "StudioWarp.7", "q": 1.1}]
    item = clip("a", span(0, 5), _MOVIE, markers=markers, effects=effects)
    warnings = _read(tmp_path, cut(track(item))).warnings
    assert any("2 x" in warning and "Marker.3" in warning for warning in warnings)
    assert any("1 x" in warning and "StudioWarp.7" in warning for warning in warnings)


def test_repeated_keys_and_dangling_media_are_counted(tmp_path: Path) -> None:
    item = clip("a", span(0, 5), _MOVIE, active_media_reference_key="PROXY")
    path = written(tmp_path, cut(track(item)))
    path.write_bytes(path.read_bytes().replace(b'"enabled": true', b'"name": "z", "name": "y"', 1))
    warnings = read_timeline(path).warnings
    assert any("active media key" in warning for warning in warnings)
    assert any("one key" in warning for warning in warnings)


def test_the_window_of_an_edl_only_moves_its_track(tmp_path: Path) -> None:
    item = clip("a", span(0, 30), _MOVIE)
    shot = _only(tmp_path, cut(track(item, source_range=span(-86243, 30)), start=None))
    assert shot.record_range == FrameRange(86243, 30)


def test_a_window_trims_what_it_hides(tmp_path: Path) -> None:
    uses = [clip("a", span(10, 10), _MOVIE), clip("b", span(40, 10), _MOVIE)]
    shots = _read(tmp_path, cut(track(*uses, source_range=span(4, 8)))).shots
    assert [str(shot.record_range) for shot in shots] == ["0-5", "6-7"]
    assert [str(shot.source_range) for shot in shots] == ["14-19", "40-41"]


@pytest.mark.parametrize(
    "text", [b"", b"\0\1\2", b"{}", b"[]", b"[1]", b'"a"', b'{"a": 1}', b'{"OTIO_SCHEMA": "X.1"}']
)
def test_a_foreign_file_is_refused_with_its_name(tmp_path: Path, text: bytes) -> None:
    path = tmp_path / "cut.otio"
    path.write_bytes(text)
    with pytest.raises(BadInput, match=r"cut\.otio: "):
        read_timeline(path)


def test_a_missing_file_is_not_present(tmp_path: Path) -> None:
    with pytest.raises(NotPresent):
        read_timeline(tmp_path / "none.otio")


def test_a_file_that_changed_since_is_noticed(tmp_path: Path) -> None:
    path = written(tmp_path, two_uses())
    timeline = read_timeline(path)
    check_unchanged(timeline)
    path.write_bytes(timeline.text + b" ")
    with pytest.raises(InputChanged):
        check_unchanged(timeline)
    path.unlink()
    with pytest.raises(InputChanged):
        check_unchanged(timeline)


def test_an_unknown_shot_is_refused_with_the_ids_there_are(tmp_path: Path) -> None:
    timeline = _read(tmp_path, two_uses())
    with pytest.raises(UsageError, match=timeline.shots[0].id):
        timeline.shot("sh-0")
