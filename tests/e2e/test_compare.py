"""Versions of one shot side by side, with figures and licences."""

import json
from pathlib import Path

import cv2
import pytest

from tests.e2e.conftest import EXTENT, FRAMES, Cut
from tests.e2e.studio import checked, studio
from void_studio.app.demo.footage import write_movie
from void_studio.core import Extent
from void_studio.media import open_plate, probe_plate

EXTENT_SMALL = Extent(320, 180)


@pytest.fixture(scope="module")
def rough(cut: Cut, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A second version of the shot, without grain and with another feather."""
    words = ("render", cut.timeline, "--shot", cut.shot, "--quadmask", cut.quadmask)
    root = tmp_path_factory.mktemp("rough")
    value = checked("render", *words, "--versions", root, "--no-grain", "--feather", 0)
    return Path(value["versions"][0]["folder"])


@pytest.fixture(scope="module")
def truth(cut: Cut, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("truth") / "clean.mov"
    write_movie(path, cut.scene.clean, EXTENT, FRAMES)
    return path


def test_versions_are_measured_against_the_truth(
    version: Path, rough: Path, truth: Path, tmp_path: Path
) -> None:
    out = tmp_path / "compare"
    facts = checked("compare", "compare", version, rough, "--out", out, "--truth", truth)
    assert [found["folder"] for found in facts["versions"]] == [str(version), str(rough)]
    for found in facts["versions"]:
        assert found["psnr_db"] > 25
        assert 0.5 < found["ssim"] <= 1
        assert found["engine"] == "draft"
        assert "Apache-2.0" in found["licence"]
    assert json.loads((out / "compare.json").read_text()) == facts
    movie = probe_plate(out / "compare.mov")
    assert len(movie.available_range) == facts["frames"] == FRAMES
    assert str(movie.start_timecode) == "01:00:00:00"
    sheet = cv2.imread(str(out / "contact_sheet.png"))
    assert sheet is not None
    assert sheet.shape[1] > sheet.shape[0] / 4


def test_the_movie_shows_plate_versions_and_truth_in_their_places(
    version: Path, rough: Path, truth: Path, tmp_path: Path
) -> None:
    out = tmp_path / "compare"
    checked("compare", "compare", version, rough, "--out", out, "--truth", truth)
    with open_plate(out / "compare.mov") as reader:
        rgb = reader.read(reader.ref.available_range.start + 3).rgb()
    step_x, step_y = EXTENT.width + 8, EXTENT.height + 32
    cells = [
        rgb[32 + row * step_y + 4 :, 8 + column * step_x + 4 :][:200, :400]
        for row, column in ((0, 0), (0, 1), (0, 2), (1, 0))
    ]
    corner = [cell[:30, :30].astype(int).mean() for cell in cells]
    assert max(corner) - min(corner) < 0.02 * 65535
    assert abs(cells[0].astype(int) - cells[3].astype(int)).max() > 0.05 * 65535


def test_without_a_truth_versions_are_compared_with_each_other(
    version: Path, rough: Path, tmp_path: Path
) -> None:
    facts = checked("compare", "compare", version, rough, "--out", tmp_path / "compare")
    assert [found["psnr_db"] for found in facts["versions"]] == [None, None]
    (pair,) = facts["pairs"]
    assert not pair["identical"]
    assert 0 < pair["greatest_difference"] < 1


def refused(code: int, *words: object, saying: str) -> None:
    answer = studio(*words)
    assert answer.code == code, answer.err
    (line,) = [line for line in answer.err.splitlines() if line.startswith("void-studio:")]
    assert saying in line


def test_what_can_not_be_compared_is_refused(
    cut: Cut, version: Path, rough: Path, tmp_path: Path
) -> None:
    out = tmp_path / "compare"
    refused(2, "compare", version, version, "--out", out, saying="two versions")
    refused(4, "compare", version, tmp_path / "v009", "--out", out, saying="v009")
    refused(6, "compare", version, rough, "--out", tmp_path, saying="already")
    words = ("render", cut.timeline, "--shot", cut.shot, "--quadmask", cut.quadmask)
    short = checked("render", *words, "--versions", tmp_path / "short", "--handles", 0)
    folder = short["versions"][0]["folder"]
    refused(6, "compare", version, folder, "--out", out, saying="frames")
    small = tmp_path / "small.mov"
    write_movie(small, lambda index: cut.scene.clean(index)[:180, :320], EXTENT_SMALL, FRAMES)
    words = ("compare", version, rough, "--out", out, "--truth", small)
    refused(3, *words, saying="320x180")
    assert not out.exists()


def test_versions_of_another_plate_are_refused(cut: Cut, version: Path, tmp_path: Path) -> None:
    other = tmp_path / "plate.mov"
    write_movie(other, cut.scene.clean, EXTENT, FRAMES)
    moved = tmp_path / "cut.otio"
    moved.write_bytes(cut.timeline.read_bytes().replace(str(cut.plate).encode(), b"plate.mov"))
    shot = json.loads(studio("shots", moved, "--json").out)["shots"][1]["id"]
    words = ("render", moved, "--shot", shot, "--quadmask", cut.quadmask)
    value = checked("render", *words, "--versions", tmp_path / "versions")
    folder = value["versions"][0]["folder"]
    refused(6, "compare", version, folder, "--out", tmp_path / "x", saying="another plate")
