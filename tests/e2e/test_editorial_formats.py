"""A cut that is no OTIO file goes the whole way: shots, render, conform, revert."""

import hashlib
import shutil
from pathlib import Path

from tests.e2e.conftest import SOURCE, Cut
from tests.e2e.studio import checked, studio
from void_studio.app.demo.footage import RATE
from void_studio.core import Timecode


def _edl(folder: Path) -> Path:
    first, stop = (Timecode(frame, RATE) for frame in (SOURCE.start, SOURCE.stop))
    path = folder / "turnover.edl"
    path.write_text(
        "TITLE: turnover\nFCM: NON-DROP FRAME\n\n"
        f"001  AX       V     C        {first} {stop} 01:00:00:00 01:00:00:08\n"
        "* FROM CLIP NAME: plate\n"
    )
    return path


def test_an_edl_is_rendered_and_conformed_into_a_new_timeline(cut: Cut, tmp_path: Path) -> None:
    media, edl = tmp_path / "media", _edl(tmp_path)
    media.mkdir()
    shutil.copy(cut.plate, media / "plate.mov")
    said = ("--rate", RATE, "--media-root", media)
    before = edl.read_bytes()
    assert "--media-root" in checked("shots", "shots", edl, "--rate", RATE)["shots"][0]["refusal"]
    (shot,) = checked("shots", "shots", edl, *said)["shots"]
    assert (shot["refusal"], shot["online"]) == (None, True)
    assert shot["source_range"]["first"] == SOURCE.start
    words = ("--shot", shot["id"], "--quadmask", cut.quadmask, "--versions", tmp_path / "versions")
    rendered = checked("render", "render", edl, *words, *said)["versions"][0]
    out = tmp_path / "out" / "turnover.otio"
    version = ("--version", rendered["folder"], "--rate", RATE)
    told = checked("conform", "conform", edl, "--out", out, *version)
    assert any("converted, not spliced" in loss for loss in told["losses"])
    assert edl.read_bytes() == before
    assert rendered["master"] in out.read_text()
    back = tmp_path / "back.otio"
    reverted = checked("revert", "revert", out, "--out", back)
    assert reverted["note"] == "the cut as it was converted from turnover.edl, without versions"
    assert reverted["sha256"] == hashlib.sha256(back.read_bytes()).hexdigest()
    assert "void_v001" not in back.read_text()


def test_a_project_of_a_bundle_exports_a_timeline_that_finds_its_media(
    cut: Cut, tmp_path: Path
) -> None:
    bundle, project = tmp_path / "cut.otiod", tmp_path / "show.void"
    (bundle / "media").mkdir(parents=True)
    shutil.copy(cut.plate, bundle / "media" / "plate.mov")
    text = cut.timeline.read_text().replace(str(cut.plate), "media/plate.mov")
    (bundle / "content.otio").write_text(text)
    shot = checked("shots", "shots", bundle)["shots"][1]
    assert shot["online"]
    checked("project", "project", "new", project, "--timeline", bundle)
    words = ("--quadmask", cut.quadmask, "--versions", tmp_path / "versions", "--project", project)
    checked("render", "render", bundle, "--shot", shot["id"], *words)
    assert checked("project", "project", "info", project)["timeline_changed"] is False
    export = ("project", "export", project, "--out", tmp_path / "export")
    written = checked("project_export", *export)["written"]
    made = next(name for name in written if name.endswith("cut.void.otio"))
    assert all(each["online"] for each in checked("shots", "shots", made)["shots"])
    assert (bundle / "content.otio").read_text() == text


def test_a_new_timeline_is_not_written_under_the_name_of_another_format(
    cut: Cut, version: Path, tmp_path: Path
) -> None:
    answer = studio("conform", _edl(tmp_path), "--out", tmp_path / "new.edl", "--version", version)
    assert answer.code == 2
    assert ".otio" in answer.err
    assert not (tmp_path / "new.edl").exists()


def test_a_timeline_is_not_written_into_the_bundle_that_it_came_from(
    version: Path, tmp_path: Path
) -> None:
    inner = tmp_path / "cut.otiod" / "content.otio"
    inner.parent.mkdir()
    inner.write_text("{}")
    answer = studio("conform", inner.parent, "--out", inner, "--version", version)
    assert answer.code == 2
    assert inner.read_text() == "{}"


def test_a_rate_that_is_none_is_refused_in_one_line(tmp_path: Path) -> None:
    answer = studio("shots", _edl(tmp_path), "--rate", "fast")
    assert answer.code == 3
    assert answer.err.count("\n") == 1
