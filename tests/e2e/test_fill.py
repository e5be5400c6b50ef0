"""A bare plate is filled without a timeline: exact outside, sound and times kept."""

import hashlib
import json
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from tests.e2e.plates import FRAMES, moving_plate, square_quadmask
from tests.e2e.studio import checked, studio
from tests.media.movies import planes_movie
from tests.media.sounds import sound_packets, with_sound
from void_studio.core import Extent
from void_studio.media import component_planes, frame_times, open_plate, probe_plate
from void_studio.quadmask import fill_of, read_quadmask


@pytest.fixture(scope="module")
def quadmask(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return square_quadmask(tmp_path_factory.mktemp("quadmask") / "square.mkv")


def changed_outside(plate: Path, out: Path, quadmask: Path, reach: int = 5) -> int:
    """Luma samples that differ further than `reach` from the fill."""
    mattes = read_quadmask(quadmask).frames
    total = 0
    with open_plate(plate) as before, open_plate(out) as after:
        assert len(before.ref.available_range) == len(after.ref.available_range)
        for index in range(FRAMES):
            rows, columns = np.nonzero(fill_of(mattes.values(index)))
            numbers = (reader.ref.available_range.start + index for reader in (before, after))
            pictures = [
                component_planes(reader.read(number))[0]
                for reader, number in zip((before, after), numbers, strict=True)
            ]
            changed = pictures[0] != pictures[1]
            assert changed.any()
            inside = (
                slice(rows.min() - reach, rows.max() + reach + 1),
                slice(columns.min() - reach, columns.max() + reach + 1),
            )
            changed[inside] = False
            total += int(np.count_nonzero(changed))
    return total


@pytest.mark.parametrize("pixel_format", ["yuv420p", "yuv422p10le", "gbrp12le"])
def test_a_master_equals_the_plate_outside(
    tmp_path: Path, quadmask: Path, pixel_format: str
) -> None:
    plate = moving_plate(tmp_path / "plate.mkv", pixel_format=pixel_format)
    before = hashlib.sha256(plate.read_bytes()).digest()
    out = tmp_path / "out.mkv"
    facts = checked("fill", "fill", plate, "--quadmask", quadmask, "--out", out)
    assert (facts["kind"], facts["bit_exact"], facts["frames"]) == ("master", True, FRAMES)
    assert facts["outside_samples_changed"] == 0
    assert changed_outside(plate, out, quadmask) == 0
    assert probe_plate(out).layout == probe_plate(plate).layout
    certificate = json.loads(Path(facts["certificate"]).read_text())
    assert certificate["note"] == "bit-exact outside"
    assert certificate["certificate"]["master_digest"] == facts["digest"]
    assert hashlib.sha256(plate.read_bytes()).digest() == before
    names = {path.name for path in tmp_path.iterdir()}
    assert names == {"plate.mkv", "out.mkv", "out.mkv.certificate.json"}


def test_a_delivery_says_whether_it_is_exact(tmp_path: Path, quadmask: Path) -> None:
    for pixel_format, kind, exact in (
        ("yuv422p10le", "v210", True),
        ("yuv420p", "prores_422_hq", False),
    ):
        plate = moving_plate(tmp_path / f"{kind}.mkv", pixel_format=pixel_format)
        out = tmp_path / f"{kind}.mov"
        facts = checked("fill", "fill", plate, "--quadmask", quadmask, "--out", out)
        assert (facts["kind"], facts["bit_exact"]) == (kind, exact)
        note = json.loads(Path(facts["certificate"]).read_text())["note"]
        assert note == ("bit-exact outside" if exact else "lossy outside too")
        assert probe_plate(out).codec == kind.split("_")[0]
    assert changed_outside(tmp_path / "v210.mkv", tmp_path / "v210.mov", quadmask) == 0


@pytest.mark.parametrize("suffix", ["mkv", "mov"])
def test_sound_is_kept_unless_it_is_not_wanted(tmp_path: Path, quadmask: Path, suffix: str) -> None:
    silent = moving_plate(tmp_path / "silent.mov", codec="prores", pixel_format="yuv422p10le")
    plate = with_sound(silent, tmp_path / "plate.mov", ("pcm_s24le",), seconds=0.4)
    out, mute = tmp_path / f"out.{suffix}", tmp_path / f"mute.{suffix}"
    facts = checked("fill", "fill", plate, "--quadmask", quadmask, "--out", out)
    assert facts["sound"] == ["pcm_s24le, 48000 Hz, 1 channels"]
    found = b"".join(data for _, _, data in sound_packets(out))
    assert found == b"".join(data for _, _, data in sound_packets(plate))
    words = ("fill", plate, "--quadmask", quadmask, "--out", mute, "--no-audio")
    assert checked("fill", *words)["sound"] == []
    assert sound_packets(mute) == []


@pytest.mark.parametrize(("suffix", "exact"), [("mov", True), ("mkv", False)])
def test_a_variable_plate_keeps_each_time(
    tmp_path: Path, quadmask: Path, suffix: str, exact: bool
) -> None:
    pts = [at * 3003 for at in (0, 1, 5, 6, 7, 12, 20, 21)]
    plate = moving_plate(
        tmp_path / "plate.mp4", codec="libx264", pts=pts, time_base=Fraction(1, 90000)
    )
    assert probe_plate(plate).variable_rate
    out = tmp_path / f"out.{suffix}"
    facts = checked("fill", "fill", plate, "--quadmask", quadmask, "--out", out)
    assert facts["times"]["exact"] is exact
    assert facts["times"]["greatest_error_s"] <= 0.0005
    assert probe_plate(out).variable_rate
    if exact:
        assert frame_times(out) == frame_times(plate)


def test_the_same_fill_again_gives_the_same_file(tmp_path: Path, quadmask: Path) -> None:
    plate = moving_plate(tmp_path / "plate.mkv")
    outs = [tmp_path / "first.mkv", tmp_path / "second.mkv"]
    for out in outs:
        checked("fill", "fill", plate, "--quadmask", quadmask, "--out", out, "--again")
    assert outs[0].read_bytes() == outs[1].read_bytes()


def refused(code: int, *words: object, saying: str) -> None:
    answer = studio(*words)
    assert answer.code == code, answer.err
    (line,) = [line for line in answer.err.splitlines() if line.startswith("void-studio:")]
    assert saying in line


def test_what_can_not_be_filled_is_refused_with_the_way_out(tmp_path: Path, quadmask: Path) -> None:
    plate = moving_plate(tmp_path / "plate.mkv")
    out = tmp_path / "out.mkv"
    start = ("fill", plate, "--quadmask")
    refused(2, *start, quadmask, "--out", plate, saying="overwrite")
    refused(2, *start, quadmask, "--out", quadmask, saying="overwrite")
    refused(2, *start, quadmask, "--out", tmp_path / "out.avi", saying=".mkv")
    (tmp_path / "folder.mkv").mkdir()
    refused(2, *start, quadmask, "--out", tmp_path / "folder.mkv", saying="folder")
    short = square_quadmask(tmp_path / "short.mkv", frames=FRAMES - 1)
    refused(3, *start, short, "--out", out, saying=f"{FRAMES - 1} frames")
    small = square_quadmask(tmp_path / "small.mkv", extent=Extent(128, 96))
    refused(3, *start, small, "--out", out, saying="128x96")
    refused(4, "fill", tmp_path / "none.mov", "--quadmask", quadmask, "--out", out, saying="none")
    assert not out.exists()


def test_sound_that_does_not_fit_is_refused_before_anything_is_rendered(
    tmp_path: Path, quadmask: Path
) -> None:
    silent = moving_plate(tmp_path / "silent.mkv", codec="libx264")
    plate = with_sound(silent, tmp_path / "plate.mkv", ("libopus",), seconds=0.3)
    words = ("fill", plate, "--quadmask", quadmask, "--out", tmp_path / "out.mov")
    answer = studio(*words)
    assert answer.code == 6
    assert "--no-audio" in answer.err
    assert "borrowing" not in answer.err
    assert checked("fill", *words, "--no-audio")["sound"] == []


def test_an_interlaced_plate_is_refused(tmp_path: Path, quadmask: Path) -> None:
    progressive = moving_plate(tmp_path / "plate.mkv", pixel_format="yuv422p")
    with open_plate(progressive) as reader:
        pictures = [reader.read(number).planes for number in reader.ref.available_range]
    plate = planes_movie(
        tmp_path / "fields.ts",
        pictures,
        "yuv422p",
        codec="mpeg2video",
        rate=Fraction(25),
        options={"flags": "+ildct+ilme"},
    )
    if not probe_plate(plate).interlaced:
        pytest.skip("this encoder makes no fields")
    out = tmp_path / "out.mkv"
    refused(6, "fill", plate, "--quadmask", quadmask, "--out", out, saying="interlaced")


def test_a_fill_that_fails_leaves_nothing_behind(
    tmp_path: Path, quadmask: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plate = moving_plate(tmp_path / "plate.mkv")
    monkeypatch.setenv("VOID_STUDIO_TOKEN", "secret")
    words = ("fill", plate, "--quadmask", quadmask, "--out", tmp_path / "out.mkv")
    refused(5, *words, "--worker", "127.0.0.1:9", saying="127.0.0.1:9")
    refused(2, *words, "--engine", "magic", saying="draft")
    assert [path.name for path in tmp_path.iterdir()] == ["plate.mkv"]
