"""A timeline goes in, a shot is filled, a version comes out."""

import hashlib
import json
import re
import shutil
from pathlib import Path

import numpy as np
import pytest

from tests.e2e.conftest import EXTENT, FIRST_FRAME, FRAMES, SOURCE, Cut
from tests.e2e.studio import checked, studio
from tests.media.hosts import host_frames
from void_studio.app.demo.footage import RATE
from void_studio.core import FrameRange, Timecode
from void_studio.media import component_planes, open_plate
from void_studio.quadmask import Quadmask, fill_of, read_quadmask, write_quadmask
from void_studio.versions import psnr, read_version


def test_probe_tells_the_facts_of_a_plate(cut: Cut) -> None:
    facts = checked("probe", "probe", cut.plate)
    assert (facts["frames"], facts["rate"]) == (FRAMES, "24000/1001")
    assert (facts["start_timecode"], facts["start_frame"]) == ("01:00:00:00", FIRST_FRAME)
    assert (facts["width"], facts["height"]) == (EXTENT.width, EXTENT.height)
    assert facts["colour"]["matrix"] == 1


def test_a_frame_is_the_same_by_index_and_by_timecode(cut: Cut, tmp_path: Path) -> None:
    by_index, by_timecode = tmp_path / "a.png", tmp_path / "b.png"
    checked("frame", "frame", cut.plate, "--index", 5, "--out", by_index)
    facts = checked("frame", "frame", cut.plate, "--timecode", "01:00:00:05", "--out", by_timecode)
    assert facts["frame"] == FIRST_FRAME + 5
    assert by_index.read_bytes() == by_timecode.read_bytes()


def test_shots_lists_every_use_of_a_plate(cut: Cut) -> None:
    shots = checked("shots", "shots", cut.timeline)["shots"]
    assert [shot["record_range"]["first"] for shot in shots] == [0, 5]
    assert [shot["refusal"] for shot in shots] == [None, None]
    assert shots[1]["work_range"] == {
        "start": FIRST_FRAME,
        "duration": FRAMES,
        "first": FIRST_FRAME,
        "last": FIRST_FRAME + FRAMES - 1,
    }


def test_a_version_differs_from_the_plate_only_inside_the_support(cut: Cut, version: Path) -> None:
    published = read_version(version)
    assert published.certificate.ok
    assert published.certificate.frames == FRAMES
    quadmask = read_quadmask(published.quadmask).frames
    with open_plate(cut.plate) as before, open_plate(published.master) as after:
        assert after.ref.available_range == before.ref.available_range
        assert after.ref.colour == before.ref.colour
        for number in before.ref.available_range:
            fill = fill_of(quadmask.values(number - FIRST_FRAME))
            luma = [component_planes(reader.read(number))[0] for reader in (before, after)]
            changed = luma[0] != luma[1]
            assert changed.any()
            reach = np.argwhere(fill)
            top, left = reach.min(axis=0) - 4
            bottom, right = reach.max(axis=0) + 4
            changed[max(top, 0) : bottom + 1, max(left, 0) : right + 1] = False
            assert not changed.any()


def test_a_fill_is_nearer_to_the_truth_than_the_plate_was(cut: Cut, version: Path) -> None:
    master = read_version(version).master
    index = FRAMES // 2
    hole = cut.scene.object_matte(index)
    truth = cut.scene.clean(index)
    with open_plate(cut.plate) as before, open_plate(master) as after:
        plate = before.read(FIRST_FRAME + index).rgb()
        result = after.read(FIRST_FRAME + index).rgb()
    assert psnr(result, truth, hole) > psnr(plate, truth, hole) + 6


def test_certify_agrees_with_the_certificate(cut: Cut, version: Path) -> None:
    facts = checked("certify", "certify", version, "--plate", cut.plate)
    assert facts["ok"]
    assert facts["agrees_with_certificate"]


def test_certify_names_a_file_that_was_exchanged(cut: Cut, version: Path, tmp_path: Path) -> None:
    copy = tmp_path / version.name
    shutil.copytree(version, copy)
    master = read_version(copy).master
    master.chmod(0o644)
    data = bytearray(master.read_bytes())
    data[len(data) // 2] ^= 1
    master.write_bytes(data)
    answer = studio("certify", copy, "--plate", cut.plate)
    assert answer.code == 1
    assert "master" in answer.out


def test_replay_gives_the_same_master(version: Path) -> None:
    facts = checked("replay", "replay", version)
    assert facts["identical"], facts["verdict"]


@pytest.mark.parametrize("placement", ["replace", "track"])
@pytest.mark.parametrize("profile", ["canonical", "resolve", "premiere"])
def test_a_conformed_timeline_can_be_taken_back(
    cut: Cut, version: Path, tmp_path: Path, profile: str, placement: str
) -> None:
    out, back = tmp_path / "out.otio", tmp_path / "back.otio"
    words = ("conform", cut.timeline, "--version", version, "--out", out)
    facts = checked("conform", *words, "--profile", profile, "--placement", placement)
    assert facts["bytes_changed"] > 0
    before = cut.timeline.read_bytes()
    assert out.read_bytes() != before
    facts = checked("revert", "revert", out, "--out", back)
    assert facts["sha256"] == hashlib.sha256(before).hexdigest()
    assert back.read_bytes() == before


def test_a_canonical_timeline_has_the_version_beside_the_plate(
    cut: Cut, version: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out.otio"
    checked("conform", "conform", cut.timeline, "--version", version, "--out", out)
    clips = json.loads(out.read_text())["tracks"]["children"][0]["children"]
    assert list(clips[0]["media_references"]) == ["DEFAULT_MEDIA"]
    assert clips[1]["active_media_reference_key"] == "void_v001"
    added = clips[1]["media_references"]["void_v001"]
    assert Path(added["target_url"]) == read_version(version).master
    available = added["available_range"]
    assert available["start_time"]["value"] == FIRST_FRAME
    assert available["duration"]["value"] == FRAMES
    assert clips[1]["source_range"]["start_time"]["value"] == SOURCE.start


def test_a_host_timeline_refers_to_the_delivery(cut: Cut, version: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.otio"
    words = ("conform", cut.timeline, "--version", version, "--out", out)
    checked("conform", *words, "--profile", "resolve")
    clip = json.loads(out.read_text())["tracks"]["children"][0]["children"][1]
    (url,) = {reference["target_url"] for reference in clip["media_references"].values()}
    with open_plate(Path(url)) as delivery:
        assert delivery.ref.codec == "v210"
        assert delivery.ref.available_range == FrameRange(FIRST_FRAME, FRAMES)


@pytest.mark.parametrize("placement", ["replace", "track"])
@pytest.mark.parametrize("profile", ["resolve", "premiere"])
def test_every_file_that_a_host_timeline_names_opens_in_a_host(
    cut: Cut, version: Path, tmp_path: Path, profile: str, placement: str
) -> None:
    out = tmp_path / "out.otio"
    words = ("conform", cut.timeline, "--version", version, "--out", out)
    checked("conform", *words, "--profile", profile, "--placement", placement)
    named = set(re.findall(r'"target_url": "([^"]+)"', out.read_text()))
    assert len(named) == 2
    for url in named:
        assert len(host_frames(Path(url.removeprefix("file://")))) == FRAMES


def test_segment_finds_the_object_from_one_click(cut: Cut, tmp_path: Path) -> None:
    middle = FRAMES // 2
    x, y = cut.scene.object_centre(middle)
    out = tmp_path / "object.mkv"
    click = f"{x:.1f},{y:.1f}@{FIRST_FRAME + middle}"
    facts = checked(
        "segment", "segment", cut.timeline, "--shot", cut.shot, "--click", click, "--out", out
    )
    assert facts["frames"] == FRAMES
    found = fill_of(read_quadmask(out).frames.values(middle))
    wanted = cut.scene.object_matte(middle)
    assert np.count_nonzero(found & wanted) > 0.85 * np.count_nonzero(found | wanted)


def test_handles_that_a_quadmask_lacks_are_propagated_and_said(cut: Cut, tmp_path: Path) -> None:
    short = tmp_path / "short"
    checked_source_quadmask(cut, short)
    answer = studio(
        *("render", cut.timeline, "--shot", cut.shot, "--quadmask", short / "source.mkv"),
        *("--versions", tmp_path / "versions", "--json"),
    )
    assert answer.code == 0, answer.err
    assert "4 frames got the edge matte" in answer.err
    assert answer.value["versions"][0]["frames"] == FRAMES


def checked_source_quadmask(cut: Cut, folder: Path) -> None:
    """Write the quadmask over the source range only, saying where it starts."""
    whole = read_quadmask(cut.quadmask).frames.renumbered(FIRST_FRAME)
    folder.mkdir()
    write_quadmask(folder / "source.mkv", whole.over(SOURCE), rate=RATE, start_timecode=None)


def test_a_project_keeps_requests_and_versions(cut: Cut, tmp_path: Path) -> None:
    project = tmp_path / "show.void"
    checked("project", "project", "new", project, "--timeline", cut.timeline)
    answer = studio(
        *("render", cut.timeline, "--shot", cut.shot, "--quadmask", cut.quadmask),
        *("--versions", tmp_path / "versions", "--project", project),
    )
    assert answer.code == 0, answer.err
    facts = checked("project", "project", "info", project)
    assert [shot["versions"] for shot in facts["shots"]] == [[], [1]]
    facts = checked("project", "project", "relink", project, "--plate", f"{cut.shot}={cut.plate}")
    assert facts["shots"][1]["plate"] == str(cut.plate)
    written = checked("project_export", "project", "export", project, "--out", tmp_path / "export")[
        "written"
    ]
    assert any(name.endswith(".otio") for name in written)


def test_doctor_finds_what_is_needed() -> None:
    facts = checked("doctor", "doctor", "--licences")
    assert {"numpy", "av"} <= {licence["name"] for licence in facts["licences"]}


def test_quadmasks_are_packed_unpacked_and_seen_as_the_model_does(cut: Cut, tmp_path: Path) -> None:
    remove, affected = tmp_path / "remove.mkv", tmp_path / "affected.mkv"
    checked(
        *("quadmask_unpack", "quadmask", "unpack", cut.quadmask),
        *("--remove", remove, "--affected", affected),
    )
    out = tmp_path / "again.mkv"
    words = ("quadmask", "pack", "--remove", remove, "--affected", affected, "--out", out)
    checked("quadmask_pack", *words)
    assert read_quadmask(out).frames.digest == read_quadmask(cut.quadmask).frames.digest
    facts = checked("quadmask_check", "quadmask", "check", out, "--plate", cut.plate)
    assert facts["ok"]
    view = tmp_path / "view.mkv"
    facts = checked("quadmask_model_view", "quadmask", "model-view", out, "--out", view)
    assert facts["canvas"] == "672x384"
    assert facts["cleared"] > 0


def test_a_project_knows_where_a_plate_went(cut: Cut, tmp_path: Path) -> None:
    moved = tmp_path / "elsewhere" / "plate.mov"
    moved.parent.mkdir()
    shutil.copy(cut.plate, moved)
    timeline = tmp_path / "cut.otio"
    timeline.write_text(cut.timeline.read_text().replace("/plate.mov", "/gone.mov"))
    shot = checked("shots", "shots", timeline)["shots"][1]["id"]
    project = tmp_path / "show.void"
    checked("project", "project", "new", project, "--timeline", timeline)
    words = ("render", timeline, "--shot", shot, "--quadmask", cut.quadmask, "--project", project)
    assert studio(*words).code == 4
    checked("project", "project", "relink", project, "--plate", f"{shot}={moved}")
    facts = checked("render", *words, "--versions", tmp_path / "versions")
    assert facts["versions"][0]["frames"] == FRAMES


def test_a_project_of_another_cut_is_refused_before_anything_is_rendered(
    cut: Cut, tmp_path: Path
) -> None:
    other = tmp_path / "other.otio"
    other.write_text(cut.timeline.read_text().replace("/plate.mov", "/gone.mov"))
    project = tmp_path / "show.void"
    checked("project", "project", "new", project, "--timeline", other)
    words = ("render", cut.timeline, "--shot", cut.shot, "--quadmask", cut.quadmask)
    answer = studio(*words, "--project", project, "--versions", tmp_path / "versions")
    assert answer.code == 6
    assert "project new" in answer.err
    assert not (tmp_path / "versions").exists()


def test_a_fill_that_no_frame_shows_is_said_with_its_share(cut: Cut, tmp_path: Path) -> None:
    parked = np.full(EXTENT.shape, 255, np.uint8)
    parked[:, EXTENT.width // 2 :] = 0
    quadmask = tmp_path / "parked.mkv"
    values = Quadmask.of(FIRST_FRAME, EXTENT, [parked] * FRAMES)
    write_quadmask(quadmask, values, rate=RATE, start_timecode=Timecode(FIRST_FRAME, RATE))
    answer = studio(
        *("render", cut.timeline, "--shot", cut.shot, "--quadmask", quadmask),
        *("--versions", tmp_path / "versions", "--json"),
    )
    assert answer.code == 0, answer.err
    share = answer.value["versions"][0]["no_source_share"]
    assert 0.5 < share <= 1
    assert f"{share:.0%} of the filled pixels are shown by no frame" in answer.err
