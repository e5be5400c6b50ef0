"""The files for Resolve and Premiere, and the sidecar that undoes them."""

import json
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
    track,
    two_uses,
    version_of,
    written,
)
from void_studio.core import BadInput, CheckFailed, FrameRange
from void_studio.timeline import (
    Conformed,
    MediaVersion,
    Placement,
    Profile,
    Timeline,
    conform,
    history,
    read_timeline,
    revert_with,
)

_HOSTS = (Profile.RESOLVE, Profile.PREMIERE)
_MOVIE = movie("/p/a.mov", span(0, 100))


def _hosted(
    timeline: Timeline,
    versions: dict[str, MediaVersion],
    profile: Profile = Profile.RESOLVE,
    placement: Placement = Placement.REPLACE,
) -> Conformed:
    return conform(timeline, versions, profile=profile, placement=placement)


def _otio(text: bytes) -> Any:
    return otio.adapters.read_from_string(text.decode("utf-8-sig"), "otio_json")


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("profile", _HOSTS)
def test_a_host_gets_one_reference_under_the_default_key(
    tmp_path: Path, layout: str, profile: Profile
) -> None:
    timeline = read_timeline(written(tmp_path, two_uses(), layout))
    shot = timeline.shots[1]
    done = _hosted(timeline, {shot.id: version_of(shot, handles=8)}, profile)
    first, second = _otio(done.text).tracks[0].find_clips()
    assert list(second.media_references()) == ["DEFAULT_MEDIA"]
    assert second.media_reference.target_url == "/out/v001/cut_sh010_void_v001.mov"
    assert second.media_reference.name == "cut_sh010_void_v001.mov"
    available = second.media_reference.available_range
    assert (available.start_time.value, available.duration.value) == (86464, 40)
    assert second.source_range.start_time.value == 86472
    assert first.media_reference.name == "A001.mov"
    assert b"void_studio" not in done.text
    assert done.bytes_changed < 150
    assert done.losses


@pytest.mark.parametrize("placement", Placement)
@pytest.mark.parametrize("profile", Profile)
@pytest.mark.parametrize("layout", LAYOUTS)
def test_the_sidecar_gives_the_original_bytes_back(
    tmp_path: Path, layout: str, profile: Profile, placement: Placement
) -> None:
    timeline = read_timeline(written(tmp_path, two_uses(), layout))
    versions = {shot.id: version_of(shot) for shot in timeline.shots}
    done = _hosted(timeline, versions, profile, placement)
    sidecar = history(timeline, versions, tmp_path / "out.otio", done.text)
    assert revert_with(done.text, sidecar) == timeline.text


def test_every_sample_goes_to_every_host_and_back(shared_data: Path) -> None:
    for path in sorted([*shared_data.glob("otio/*.otio"), *shared_data.glob("otio/*.json")]):
        timeline = read_timeline(path)
        versions = {s.id: version_of(s) for s in timeline.shots if s.refusal is None}
        for placement in Placement:
            if not versions or (placement is Placement.TRACK and path.suffix == ".json"):
                continue
            done = _hosted(timeline, versions, placement=placement)
            sidecar = history(timeline, versions, Path("/out.otio"), done.text)
            assert revert_with(done.text, sidecar) == timeline.text
            assert len(sidecar) < 4 * len(timeline.text) / 3 + 1000 * len(versions) + 1000


def test_the_sidecar_is_small_and_says_what_was_put_in(tmp_path: Path) -> None:
    uses = [clip(f"c{n}", span(n, 20), _MOVIE) for n in range(60)]
    timeline = read_timeline(written(tmp_path, cut(track(*uses))))
    chosen = (timeline.shots[3], timeline.shots[50])
    versions = {shot.id: version_of(shot, handles=8) for shot in chosen}
    done = _hosted(timeline, versions)
    sidecar = history(timeline, versions, tmp_path / "out.otio", done.text)
    content = json.loads(sidecar)
    assert content["input"]["sha256"] == timeline.sha256
    assert [entry["shot"] for entry in content["shots"]] == [shot.id for shot in chosen]
    assert content["shots"][0]["plate"] == "/p/a.mov"
    assert content["shots"][0]["note"] == {"certificate": "certificate.json"}
    assert len(sidecar) < 4000


def test_a_sidecar_of_another_file_undoes_nothing(tmp_path: Path) -> None:
    timeline = read_timeline(written(tmp_path, two_uses()))
    versions = {timeline.shots[0].id: version_of(timeline.shots[0])}
    done = _hosted(timeline, versions)
    sidecar = history(timeline, versions, tmp_path / "out.otio", done.text)
    with pytest.raises(CheckFailed):
        revert_with(done.text + b"\n", sidecar)
    content = json.loads(sidecar)
    content["restore"][0][2] = ""
    with pytest.raises(CheckFailed):
        revert_with(done.text, json.dumps(content).encode())


@pytest.mark.parametrize(
    "sidecar",
    [
        b"",
        b"{}",
        b"[]",
        b"[" * 100_000,
        b'{"schema": "other", "restore": []}',
        b'{"schema": "void_studio.history/1", "restore": 5}',
        b'{"schema": "void_studio.history/1", "restore": [[1]]}',
        b'{"schema": "void_studio.history/1", "restore": [[0, 1, "\xc3"]]}',
        b'{"schema": "void_studio.history/1", "restore": [[1, 2, "*"]], "output": {}}',
    ],
)
def test_a_damaged_sidecar_is_refused(sidecar: bytes) -> None:
    with pytest.raises(BadInput):
        revert_with(b"{}", sidecar)


def test_the_places_of_a_hostile_sidecar_are_checked(tmp_path: Path) -> None:
    timeline = read_timeline(written(tmp_path, two_uses()))
    versions = {timeline.shots[0].id: version_of(timeline.shots[0])}
    done = _hosted(timeline, versions)
    content = json.loads(history(timeline, versions, tmp_path / "o.otio", done.text))
    for places in ([[-5, 3, ""]], [[9, 3, ""]], [[0, 10**9, ""]], [[0, 9, ""], [3, 5, ""]]):
        with pytest.raises(BadInput):
            revert_with(done.text, json.dumps({**content, "restore": places}).encode())


def test_resolve_gets_bare_paths_and_premiere_the_files_own_form(tmp_path: Path) -> None:
    item = clip("a", span(10, 20), movie("file://localhost/p/a%20b.mov", span(0, 100)))
    timeline = read_timeline(written(tmp_path, cut(track(item))))
    shot = timeline.shots[0]
    versions = {shot.id: version_of(shot, folder="/out 1")}
    urls = [
        _otio(_hosted(timeline, versions, profile).text).tracks[0][0].media_reference.target_url
        for profile in _HOSTS
    ]
    assert urls[0] == "/out 1/v001/cut_sh010_void_v001.mov"
    assert urls[1] == "file://localhost/out%201/v001/cut_sh010_void_v001.mov"


@pytest.mark.parametrize("placement", Placement)
def test_the_item_moves_where_the_version_is_numbered_otherwise(
    tmp_path: Path, placement: Placement
) -> None:
    timeline = read_timeline(written(tmp_path, cut(track(clip("a", span(10, 20), _MOVIE)))))
    shot = timeline.shots[0]
    version = shifted_version(shot, FrameRange(86410, 20))
    done = _hosted(timeline, {shot.id: version}, placement=placement)
    item = _otio(done.text).tracks[-1][0]
    assert item.source_range.start_time.value == 86410
    assert item.source_range.duration.value == 20
    assert item.media_reference.available_range.start_time.value == 86408


@pytest.mark.parametrize("layout", ["four spaces", "crlf", "one line", "one spaced line"])
@pytest.mark.parametrize(
    "odd",
    [
        {"active_media_reference_key": "PROXY"},
        {"media_references": {"DEFAULT_MEDIA": None}},
        {"media_references": {}},
        {"media_references": None},
        {"media_references": {"P": _MOVIE}, "active_media_reference_key": "P"},
        {"media_references": {"DEFAULT_MEDIA": None, "P": _MOVIE}},
        {"media_references": {"DEFAULT_MEDIA": _MOVIE, "P": _MOVIE}},
        {"media_references": {"DEFAULT_MEDIA": movie("/p/a.mov")}},
    ],
)
def test_a_host_gets_one_reference_from_odd_clips_too(
    tmp_path: Path, odd: dict[str, Any], layout: str
) -> None:
    item = {**clip("a", span(10, 20), _MOVIE), **odd}
    timeline = read_timeline(written(tmp_path, cut(track(item)), layout))
    shot = timeline.shots[0]
    versions = {shot.id: version_of(shot)}
    done = _hosted(timeline, versions)
    played = _otio(done.text).tracks[0][0]
    assert list(played.media_references()) == ["DEFAULT_MEDIA"]
    assert played.active_media_reference_key == "DEFAULT_MEDIA"
    assert played.media_reference.target_url.endswith("void_v001.mov")
    sidecar = history(timeline, versions, Path("/o.otio"), done.text)
    assert revert_with(done.text, sidecar) == timeline.text


@pytest.mark.parametrize("placement", Placement)
def test_old_clips_stay_old_clips_and_resolve_is_warned_about(
    tmp_path: Path, placement: Placement
) -> None:
    value = cut(track(old_clip("a", span(10, 20), _MOVIE)))
    timeline = read_timeline(written(tmp_path, value))
    shot = timeline.shots[0]
    done = _hosted(timeline, {shot.id: version_of(shot)}, placement=placement)
    assert b"Clip.2" not in done.text
    assert _otio(done.text).tracks[-1][0].media_reference.target_url.endswith("void_v001.mov")
    assert any("Clip.1" in loss for loss in done.losses)


def test_a_host_file_is_the_same_whether_the_timeline_has_versions_or_not(tmp_path: Path) -> None:
    path = written(tmp_path, two_uses())
    timeline = read_timeline(path)
    first, second, _ = timeline.shots
    chosen = {second.id: version_of(second, 2, handles=4)}
    direct = _hosted(timeline, chosen)
    canonical = conform(
        timeline,
        {first.id: version_of(first)},
        profile=Profile.CANONICAL,
        placement=Placement.REPLACE,
    )
    path.write_bytes(canonical.text)
    again = read_timeline(path)
    done = _hosted(again, chosen)
    assert done.text == direct.text
    (told,) = set(done.losses) - set(direct.losses)
    assert told.startswith(f"{first.id}: on the plate here although a version is active")
    assert revert_with(done.text, history(again, chosen, path, done.text)) == again.text
