"""EDL, XML, AAF and bundles are read as cuts; a new .otio is made of them, the file stays."""

import json
import shutil
import zipfile
from collections.abc import Iterable
from fractions import Fraction
from pathlib import Path

import pytest

from tests.unit.timeline_cuts import clip, cut, movie, span, track, version_of
from void_studio.core import BadInput, InputChanged, NotPresent, StudioError, UsageError
from void_studio.timeline import (
    MediaKind,
    Placement,
    Profile,
    check_unchanged,
    conform,
    converted_from,
    history,
    read_timeline,
    revert,
    revert_with,
    standalone,
)

_NTSC = Fraction(30000, 1001)


def edl(folder: Path, events: Iterable[str], header: str = "FCM: NON-DROP FRAME") -> Path:
    path = folder / "reel.edl"
    path.write_text("\n".join(["TITLE: reel", header, *events]) + "\n")
    return path


def event(number: int, source: str, record: str, name: str = "a", reel: str = "AX") -> str:
    line = f"{number:03d}  {reel} V     C        {source} {record}"
    return f"{line}\n* FROM CLIP NAME: {name}"


_ONE = (event(1, "01:00:00:00 01:00:01:00", "10:00:00:00 10:00:01:00"),)


def fcpxml(folder: Path) -> Path:
    path = folder / "cut.fcpxml"
    path.write_text(
        '<?xml version="1.0" encoding="UTF-8"?><!DOCTYPE fcpxml><fcpxml version="1.8"><resources>'
        '<format id="r1" frameDuration="1001/24000s"/>'
        '<asset id="r2" src="file:///p/a.mov" start="86486400/24000s" duration="100100/24000s"'
        ' format="r1" hasVideo="1"/></resources>'
        '<project name="p"><sequence format="r1" duration="10s" tcStart="86486400/24000s"><spine>'
        '<asset-clip name="a" offset="86486400/24000s" ref="r2" duration="24024/24000s"'
        ' start="86496410/24000s"/></spine></sequence></project></fcpxml>'
    )
    return path


@pytest.mark.parametrize(
    ("last", "rate"), [("23", 24), ("24", 25), ("29", 30), ("47", 48), ("49", 50), ("59", 60)]
)
def test_an_edl_without_a_rate_is_read_at_the_least_that_its_timecodes_allow(
    tmp_path: Path, last: str, rate: int
) -> None:
    times = (f"01:00:00:{last} 01:00:01:{last}", f"01:00:00:{last} 01:00:01:{last}")
    timeline = read_timeline(edl(tmp_path, [event(1, *times)]))
    assert timeline.rate == rate
    assert "--rate" in timeline.warnings[0]


def test_the_rate_of_an_edl_is_taken_from_the_person(tmp_path: Path) -> None:
    timeline = read_timeline(edl(tmp_path, _ONE), rate=Fraction(24000, 1001))
    assert timeline.rate == Fraction(24000, 1001)
    assert timeline.shots[0].source_range.start == 86400
    assert not any("--rate" in warning for warning in timeline.warnings)


def test_a_rate_that_the_timecodes_rule_out_is_refused(tmp_path: Path) -> None:
    path = edl(tmp_path, [event(1, "01:00:00:24 01:00:01:24", "01:00:00:24 01:00:01:24")])
    with pytest.raises(UsageError, match="too many"):
        read_timeline(path, rate=Fraction(24))


def test_a_rate_for_a_timeline_that_has_one_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="has its own"):
        read_timeline(fcpxml(tmp_path), rate=Fraction(25))


@pytest.mark.parametrize("mark", [":", ";"])
def test_drop_frame_counts_no_frames_that_do_not_exist(tmp_path: Path, mark: str) -> None:
    source = f"00:00:59{mark}28 00:01:00{mark}02"
    record = f"01:00:59{mark}28 01:01:00{mark}02"
    header = "FCM: DROP FRAME" if mark == ":" else "FCM: NON-DROP FRAME"
    (shot,) = read_timeline(edl(tmp_path, [event(1, source, record)], header)).shots
    assert shot.rate == _NTSC
    assert (shot.source_range.start, len(shot.source_range)) == (1798, 2)
    with pytest.raises(UsageError, match="drop frame"):
        read_timeline(edl(tmp_path, [event(1, source, record)], header), rate=Fraction(25))


def test_the_record_timecode_of_an_edl_is_where_its_cut_begins(tmp_path: Path) -> None:
    later = event(2, "02:00:00:00 02:00:01:00", "10:00:03:00 10:00:04:00", "b")
    timeline = read_timeline(edl(tmp_path, [*_ONE, later]))
    assert str(timeline.global_start) == "10:00:00:00"
    assert [shot.record_range.start for shot in timeline.shots] == [0, 72]


@pytest.mark.parametrize(
    ("speed", "source", "words"),
    [
        ("-024.0", "01:00:00:00 01:00:01:00", "-100 %"),
        ("048.0", "01:00:00:00 01:00:02:00", "200 %"),
        ("024.0", "01:00:00:00 01:00:01:00", None),
        ("012.0", "01:00:00:00 01:00:01:00", "50 %"),
    ],
)
def test_the_speed_of_an_event_is_read(
    tmp_path: Path, speed: str, source: str, words: str | None
) -> None:
    played = event(1, source, "01:00:00:00 01:00:01:00", reel="A001")
    path = edl(tmp_path, [f"{played}\nM2   A001       {speed}                01:00:00:00"])
    for rate in (Fraction(24), Fraction(24000, 1001)):
        timeline = read_timeline(path, rate=rate)
        assert timeline.shots[0].retime == words
        assert b"void_studio speed" not in timeline.text


def test_an_event_that_does_not_fit_is_told_in_words(tmp_path: Path) -> None:
    path = edl(tmp_path, [event(1, "01:00:00:00 01:00:02:00", "01:00:00:00 01:00:01:00")])
    with pytest.raises(BadInput, match=r"48\S* frames != 24") as refusal:
        read_timeline(path)
    assert "RationalTime" not in refusal.value.line()


def test_an_edl_finds_its_media_by_clip_name_then_by_reel(tmp_path: Path) -> None:
    events = [
        event(1, "01:00:00:00 01:00:01:00", "01:00:00:00 01:00:01:00", "A001.mov"),
        event(2, "01:00:00:00 01:00:01:00", "01:00:01:00 01:00:02:00", "take 4", "B002"),
        event(3, "01:00:00:00 01:00:01:00", "01:00:02:00 01:00:03:00", "twice"),
        event(4, "01:00:00:00 01:00:01:00", "01:00:03:00 01:00:04:00", "nowhere"),
    ]
    path = edl(tmp_path, events)
    for name in ("day1/A001.mov", "day1/b002.MXF", "day1/twice.mov", "day2/twice.mov"):
        file = tmp_path / "media" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch()
    lost = read_timeline(path).shots
    found = read_timeline(path, media_root=tmp_path / "media").shots
    assert all("names no media" in (shot.refusal or "") for shot in lost)
    assert [shot.media.kind for shot in found[:2]] == [MediaKind.MOVIE, MediaKind.MOVIE]
    names = [shot.media.path.name if shot.media.path else None for shot in found]
    assert names == ["A001.mov", "b002.MXF", None, None]
    assert found[0].refusal is None
    assert "2 movies are named twice" in (found[2].refusal or "")
    assert [shot.id for shot in lost] == [shot.id for shot in found]


def test_a_cut_made_of_an_edl_still_finds_its_media_by_name(tmp_path: Path) -> None:
    (tmp_path / "a.mov").touch()
    made = read_timeline(edl(tmp_path, _ONE))
    out = tmp_path / "new.otio"
    out.write_bytes(made.text)
    (shot,) = read_timeline(out, media_root=tmp_path).shots
    assert shot.media.path == tmp_path / "a.mov"
    assert shot.id == made.shots[0].id
    assert "names no media" in (read_timeline(out).shots[0].refusal or "")


def test_a_store_too_large_to_look_through_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("void_studio.timeline.by_name._MOST_FILES", 3)
    for name in "abcde":
        (tmp_path / f"{name}.mov").touch()
    (shot,) = read_timeline(edl(tmp_path, _ONE), media_root=tmp_path).shots
    assert "more than 3 files" in (shot.refusal or "")
    assert shot.media.offline


def test_fcpxml_at_an_ntsc_rate_keeps_every_frame_and_its_timecode(tmp_path: Path) -> None:
    timeline = read_timeline(fcpxml(tmp_path))
    (shot,) = timeline.shots
    assert timeline.rate == shot.media.rate == Fraction(24000, 1001)
    assert str(timeline.global_start) == "01:00:00:00"
    assert (shot.source_range.start, len(shot.source_range)) == (86410, 24)
    assert shot.media.available_range is not None
    assert (shot.media.available_range.start, len(shot.media.available_range)) == (86400, 100)


@pytest.mark.parametrize(
    "speed",
    ['<timeMap><timept time="0s" value="0s"/></timeMap>', '<conform-rate srcFrameRate="30"/>'],
)
def test_a_speed_in_fcpxml_is_never_read_as_100_percent(tmp_path: Path, speed: str) -> None:
    path = fcpxml(tmp_path)
    whole = path.read_text().replace('start="86496410/24000s"/>', 'start="86496410/24000s">')
    path.write_text(whole.replace("</spine>", f"{speed}</asset-clip></spine>"))
    (shot,) = read_timeline(path).shots
    assert "speed" in (shot.refusal or "")


_RATE = "<rate><ntsc>TRUE</ntsc><timebase>24</timebase></rate>"


def _fcp7(folder: Path, inside: str = "", speed: str = "100") -> Path:
    """A sequence with one clip, which has a Time Remap filter, and whatever is `inside`."""
    remap = (
        "<filter><effect><name>Time Remap</name><effectid>timeremap</effectid>"
        f"<parameter><parameterid>speed</parameterid><value>{speed}</value></parameter>"
        "</effect></filter>"
    )
    file = f'<file id="f"><pathurl>file://localhost/p/a.mov</pathurl><duration>99</duration>{_RATE}</file>'
    items = _item(0, 40, file + remap) + inside
    path = folder / "cut.xml"
    media = f"<media><video><track>{items}</track></video></media>"
    whole = f'<xmeml version="5"><sequence id="s"><name>s</name>{_RATE}{media}</sequence></xmeml>'
    path.write_text(f'<?xml version="1.0"?><!DOCTYPE xmeml>{whole}')
    return path


def _item(start: int, end: int, what: str) -> str:
    times = f"<start>{start}</start><end>{end}</end><in>10</in><out>{10 + end - start}</out>"
    return f"<clipitem><name>a</name>{_RATE}{times}{what}</clipitem>"


def test_fcp7_xml_at_an_ntsc_rate_is_read(tmp_path: Path) -> None:
    (shot,) = read_timeline(_fcp7(tmp_path)).shots
    assert shot.rate == shot.media.rate == Fraction(24000, 1001)
    assert (shot.source_range.start, len(shot.source_range)) == (10, 40)
    assert shot.retime is None


def test_a_speed_in_fcp7_xml_is_never_read_as_100_percent(tmp_path: Path) -> None:
    (shot,) = read_timeline(_fcp7(tmp_path, speed="50")).shots
    assert "speed" in (shot.refusal or "")


def test_a_nested_sequence_of_fcp7_xml_is_not_lost(tmp_path: Path) -> None:
    inner = "<track>" + _item(0, 50, '<file id="f"/>') + "</track>"
    media = f"<media><video>{inner}</video></media>"
    nest = f'<sequence id="n"><name>nest</name>{_RATE}{media}</sequence>'
    first, second = read_timeline(_fcp7(tmp_path, _item(40, 60, nest))).shots
    assert (second.record_range.start, len(second.record_range)) == (40, 20)
    assert (second.source_range.start, len(second.source_range)) == (20, 20)
    assert first.media.url == second.media.url


def test_a_sequence_that_nests_itself_is_refused(tmp_path: Path) -> None:
    path = _fcp7(tmp_path, _item(40, 60, '<sequence id="s"/>'))
    with pytest.raises(BadInput, match="nested inside itself"):
        read_timeline(path)


def test_the_folder_that_final_cut_writes_is_read_by_the_cut_inside(tmp_path: Path) -> None:
    folder = tmp_path / "cut.fcpxmld"
    folder.mkdir()
    fcpxml(tmp_path).rename(folder / "Info.fcpxml")
    timeline = read_timeline(folder)
    assert len(timeline.shots) == 1
    check_unchanged(timeline)


def test_fcpxml_under_the_name_xml_is_known_by_its_root(tmp_path: Path) -> None:
    path = fcpxml(tmp_path).rename(tmp_path / "cut.xml")
    assert len(read_timeline(path).shots) == 1


@pytest.mark.parametrize(
    "data",
    [
        b'<!DOCTYPE a [<!ENTITY x "y">]><xmeml>&x;</xmeml>',
        '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x "y">]><xmeml/>'.encode("utf-16"),
        b'<?xml version="1.0" encoding="utf-7"?><xmeml/>',
        b'<?xml version="1.0"?><xmeml>\xff</xmeml>',
        b"<xmeml><sequence>",
        b"",
    ],
)
def test_hostile_xml_is_refused(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "cut.xml"
    path.write_bytes(data)
    with pytest.raises(BadInput):
        read_timeline(path)


def test_an_ale_is_refused_in_words(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="lists clips, not a cut"):
        read_timeline(tmp_path / "clips.ale")


def test_a_missing_file_of_any_format_is_told(tmp_path: Path) -> None:
    for suffix in ("edl", "xml", "aaf", "fcpxml", "fcpxmld", "otiod", "otioz"):
        with pytest.raises(NotPresent):
            read_timeline(tmp_path / f"none.{suffix}")


def test_a_converted_cut_is_conformed_into_a_new_timeline_and_taken_back(tmp_path: Path) -> None:
    path = edl(tmp_path, _ONE)
    before = path.read_bytes()
    timeline = read_timeline(path)
    assert timeline.converted
    versions = {timeline.shots[0].id: version_of(timeline.shots[0])}
    new, ids = standalone(timeline, None)
    placed = {ids[shot]: version for shot, version in versions.items()}
    for profile in Profile:
        for placement in Placement:
            done = conform(new, placed, profile=profile, placement=placement)
            back = (
                revert(done.text)
                if profile is Profile.CANONICAL
                else revert_with(done.text, history(new, placed, path, done.text))
            )
            assert back == new.text == timeline.text
            assert converted_from(back) == "reel.edl"
    assert path.read_bytes() == before
    path.write_bytes(before + b"\n")
    with pytest.raises(InputChanged):
        check_unchanged(timeline)


def test_a_converted_cut_given_to_conform_as_it_is_can_be_taken_back(tmp_path: Path) -> None:
    timeline = read_timeline(fcpxml(tmp_path))
    versions = {timeline.shots[0].id: version_of(timeline.shots[0])}
    done = conform(timeline, versions, profile=Profile.CANONICAL, placement=Placement.REPLACE)
    assert revert(done.text) == timeline.text


def bundle(folder: Path, value: object | None = None) -> Path:
    """An .otiod with one clip of a movie inside it."""
    path = folder / "cut.otiod"
    (path / "media").mkdir(parents=True)
    (path / "media" / "a.mov").touch()
    used = movie("media/a.mov", span(0, 100))
    made = value or cut(track(clip("a", span(10, 20), used), clip("b", span(40, 20), used)))
    (path / "content.otio").write_text(json.dumps(made, indent=4))
    return path


def packed(folder: Path) -> Path:
    inner = bundle(folder)
    path = folder / "cut.otioz"
    with zipfile.ZipFile(path, "w") as file:
        for each in ("content.otio", "media/a.mov"):
            file.write(inner / each, each)
    shutil.rmtree(inner)
    return path


def test_the_media_of_a_bundle_folder_is_used_in_place(tmp_path: Path) -> None:
    path = bundle(tmp_path)
    timeline = read_timeline(path)
    assert timeline.text == (path / "content.otio").read_bytes()
    assert [shot.media.path for shot in timeline.shots] == [path / "media" / "a.mov"] * 2
    assert not timeline.converted
    check_unchanged(timeline)
    moved = path.rename(tmp_path / "moved.otiod")
    assert [shot.id for shot in read_timeline(moved).shots] == [s.id for s in timeline.shots]


def test_a_bundle_is_spliced_into_a_timeline_that_can_lie_anywhere(tmp_path: Path) -> None:
    path = bundle(tmp_path)
    timeline = read_timeline(path)
    shot = timeline.shots[1]
    new, ids = standalone(timeline, None)
    version = version_of(shot, folder=str(tmp_path / "versions"))
    done = conform(
        new, {ids[shot.id]: version}, profile=Profile.CANONICAL, placement=Placement.REPLACE
    )
    out = tmp_path / "elsewhere" / "cut.otio"
    out.parent.mkdir()
    out.write_bytes(done.text)
    again = read_timeline(out)
    assert [each.media.path for each in again.shots] == [path / "media" / "a.mov"] * 2
    assert str(version.path) in done.text.decode()
    assert revert(done.text) == new.text


def test_the_media_of_a_packed_bundle_is_offline_and_the_way_out_is_told(tmp_path: Path) -> None:
    path = packed(tmp_path)
    timeline = read_timeline(path)
    assert all(shot.media.offline for shot in timeline.shots)
    assert any("unzip cut.otioz -d cut.otiod" in warning for warning in timeline.warnings)
    check_unchanged(timeline)
    with zipfile.ZipFile(path) as file:
        file.extractall(tmp_path / "cut.otiod")
    unpacked = read_timeline(tmp_path / "cut.otiod")
    assert not any(shot.media.offline for shot in unpacked.shots)
    assert [shot.id for shot in unpacked.shots] == [shot.id for shot in timeline.shots]
    rooted = read_timeline(path, media_root=tmp_path / "cut.otiod")
    assert not any(shot.media.offline for shot in rooted.shots)
    assert rooted.warnings == ()


def _bomb(file: zipfile.ZipFile) -> None:
    file.writestr("content.otio", b" " * (64 << 20))


def _two(file: zipfile.ZipFile) -> None:
    file.writestr("content.otio", b"{}")
    with pytest.warns(UserWarning, match="Duplicate"):
        file.writestr("content.otio", b"{}")


def _link(file: zipfile.ZipFile) -> None:
    member = zipfile.ZipInfo("content.otio")
    member.create_system, member.external_attr = 3, 0o120777 << 16
    file.writestr(member, "/etc/passwd")


def _outside(file: zipfile.ZipFile) -> None:
    file.writestr("../content.otio", b"{}")


@pytest.mark.parametrize("fill", [_bomb, _two, _link, _outside])
def test_a_hostile_zip_is_refused(tmp_path: Path, fill: object) -> None:
    path = tmp_path / "cut.otioz"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        assert callable(fill)
        fill(file)
    with pytest.raises(BadInput):
        read_timeline(path)
    assert [each.name for each in tmp_path.iterdir()] == ["cut.otioz"]


def test_a_bundle_whose_cut_is_a_link_is_refused(tmp_path: Path) -> None:
    path = bundle(tmp_path)
    (path / "content.otio").rename(tmp_path / "outside.otio")
    (path / "content.otio").symlink_to(tmp_path / "outside.otio")
    with pytest.raises(BadInput, match="is a link"):
        read_timeline(path)


def test_an_encrypted_or_cut_zip_is_refused(tmp_path: Path) -> None:
    path = packed(tmp_path)
    data = bytearray(path.read_bytes())
    for change in (data[: len(data) // 2], data.replace(b"PK\x01\x02", b"PK\x01\x03")):
        path.write_bytes(change)
        with pytest.raises(StudioError):
            read_timeline(path)


def test_an_adapter_that_finds_nothing_is_told(tmp_path: Path) -> None:
    path = tmp_path / "cut.fcpxml"
    path.write_text("<fcpxml/>")
    with pytest.raises(BadInput, match="no sequence, project or clip"):
        read_timeline(path)


def test_loose_names_in_the_environment_do_not_reach_the_adapters(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OTIO_DEFAULT_TARGET_VERSION_FAMILY_LABEL", "OTIO_CORE:0.14.0")
    monkeypatch.setenv("OTIO_PLUGIN_MANIFEST_PATH", str(tmp_path / "none.json"))
    assert b'"Clip.2"' in read_timeline(fcpxml(tmp_path)).text
