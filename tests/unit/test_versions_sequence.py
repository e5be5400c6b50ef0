"""Versions whose plate, and so whose master, is an image sequence."""

import os
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.media.images import ImageKind, image_sequence, stored, write_image
from tests.unit.version_parts import WORK_FRAMES, published, request_for, with_recipe
from void_studio.app.kept_take import kept_frames
from void_studio.core import BadInput, Extent, FrameRange, NotPresent, Timecode
from void_studio.media import open_plate, probe_plate
from void_studio.versions import (
    PlateFacts,
    Recipe,
    certify,
    file_fact,
    fingerprint_of,
    read_version,
)

SIZE = Extent(64, 48)
HALF = ImageKind(
    ".exr",
    "half",
    ("R", "G", "B", "A"),
    {"FramesPerSecond": (24000, 1001), "compression": "zip"},
)
WORK = FrameRange(1002, WORK_FRAMES)


def half_plate(folder: Path) -> Path:
    return image_sequence(
        folder,
        HALF,
        frames=6,
        extent=SIZE,
        change=lambda spec, number: spec.attribute(
            "smpte:TimeCode", "timecode", (0x01000000 | number - 1001, 0)
        ),
    )


@pytest.fixture
def plate(tmp_path: Path) -> Path:
    return half_plate(tmp_path / "plate")


@pytest.fixture
def version(tmp_path: Path, plate: Path):
    return published(tmp_path / "versions", plate, deliveries=("prores_4444",))


def test_frames_of_a_version_of_a_sequence_can_be_kept(version, plate: Path) -> None:
    with (
        open_plate(plate) as plates,
        open_plate(version.master) as masters,
        kept_frames(version, plates.ref) as kept,
    ):
        for number in WORK:
            pairs = zip(kept.frame(number).planes, masters.read(number).planes, strict=True)
            assert all(np.array_equal(*pair, equal_nan=True) for pair in pairs)
            assert kept.frame(number).layout == plates.ref.layout
            assert kept.touched(number).any()


def touch(path: Path) -> None:
    path.chmod(0o644)


def test_a_version_of_a_sequence_is_certified_and_read_back(version, plate: Path) -> None:
    again = read_version(version.folder)
    assert again == version
    assert again.certificate.ok
    assert again.certificate.frames == WORK_FRAMES
    assert again.certificate.outside_samples_changed == 0
    assert again.certificate.greatest_difference_inside > 0
    assert again.master.name.endswith("_v001.####.exr")
    assert again.recipe.master.frames == WORK
    assert probe_plate(again.master).available_range == WORK
    assert certify(version.folder, plate) == version.certificate


def test_its_recipe_reads_what_it_wrote(version) -> None:
    assert Recipe.decode(version.recipe.encode()) == version.recipe


def test_its_delivery_has_the_timecode_of_the_first_work_frame(version) -> None:
    delivered = probe_plate(version.deliveries["prores_4444"])
    assert delivered.start_timecode == Timecode(86401, delivered.rate)
    assert delivered.available_range.duration == WORK_FRAMES
    assert (delivered.colour.transfer, delivered.colour.matrix) == (2, 1)


def test_one_sample_outside_is_found_and_named(version, plate: Path) -> None:
    path = version.folder / version.master.name.replace("####", "1004")
    spec, samples = stored(path)
    samples[3, 5, 1] = np.nextafter(samples[3, 5, 1], np.float16(9), dtype=np.float16)
    touch(path)
    write_image(path, spec, samples)
    forged = with_recipe(version, replace(version.recipe, master=file_fact(version.master)))
    found = certify(forged.folder, plate)
    assert not found.ok
    assert found.outside_samples_changed == 1
    first = found.first_difference
    assert first is not None
    assert (first.frame, first.plane, first.x, first.y) == (1004, "G", 5, 3)


def test_two_swapped_files_are_found(version, plate: Path) -> None:
    names = [version.folder / version.master.name.replace("####", n) for n in ("1003", "1004")]
    data = [path.read_bytes() for path in names]
    for path, other in zip(names, reversed(data), strict=True):
        touch(path)
        path.write_bytes(other)
    found = certify(version.folder, plate)
    assert not found.ok
    assert "not the file that the recipe names" in found.problems[0]


def test_a_missing_or_an_added_file_is_refused(version) -> None:
    second = version.folder / version.master.name.replace("####", "1003")
    kept = second.read_bytes()
    second.unlink()
    with pytest.raises(NotPresent, match="1003"):
        read_version(version.folder)
    second.write_bytes(kept)
    added = version.folder / version.master.name.replace("####", "1006")
    added.write_bytes(kept)
    with pytest.raises(BadInput, match="1002-1006"):
        read_version(version.folder)


@pytest.mark.parametrize(
    "change",
    [
        {"name": "a.####.exr"},
        {"name": "../a.####.exr", "frames": {"start": 1, "duration": 2}},
        {"name": "a.mkv", "frames": {"start": 1, "duration": 2}},
        {"frames": {"start": 1, "duration": -2}},
        {"frames": {"start": 1}},
        {"frames": None},
    ],
)
def test_a_recipe_that_misstates_a_sequence_is_refused(version, change: dict) -> None:
    import json

    value = json.loads(version.recipe.encode())
    master = value["master"] | change
    if change == {"name": "a.####.exr"}:
        del master["frames"]
    value["master"] = master
    with pytest.raises(BadInput):
        Recipe.decode(json.dumps(value).encode())


def test_a_fingerprint_knows_the_files_but_not_where_they_are(tmp_path: Path, plate: Path) -> None:
    first = fingerprint_of(plate)
    other = half_plate(tmp_path / "copy")
    os.utime(tmp_path / "copy" / "plate.1003.exr", ns=(10**18, 10**18))
    assert fingerprint_of(other).same_content(first)
    assert fingerprint_of(other) != first
    (tmp_path / "copy" / "plate.1006.exr").unlink()
    assert not fingerprint_of(other).same_content(first)


def test_plate_facts_know_the_timecode_of_a_frame(plate: Path) -> None:
    facts = PlateFacts.of(probe_plate(plate))
    assert facts.path == str(plate)
    assert facts.timecode_at(1003) == Timecode(86402, facts.rate)
    assert facts.is_sequence


def test_a_request_for_a_sequence_is_numbered_as_the_files(plate: Path) -> None:
    assert request_for(plate).work_range == WORK
