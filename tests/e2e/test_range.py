"""A part of a take is rendered again; every other frame stays, bit for bit."""

import shutil
from pathlib import Path

import numpy as np
import pytest

from tests.e2e.conftest import EXTENT, FIRST_FRAME, FRAMES, Cut, truth
from tests.e2e.studio import checked, studio
from void_studio.app.demo.footage import RATE
from void_studio.core import Timecode
from void_studio.media import component_planes, open_plate
from void_studio.quadmask import Quadmask, grow, pack, read_quadmask, remove_of, write_quadmask
from void_studio.versions import read_version

FRESH = range(FIRST_FRAME + 4, FIRST_FRAME + 7)


@pytest.fixture(scope="module")
def wider(cut: Cut, tmp_path_factory):
    """Another quadmask, grown in every frame."""
    path = tmp_path_factory.mktemp("wider") / "quadmask.mkv"
    values = [
        pack(grow(remove_of(truth(cut.scene, index)), 4), np.zeros(EXTENT.shape, np.bool_))
        for index in range(FRAMES)
    ]
    write_quadmask(
        path,
        Quadmask.of(FIRST_FRAME, EXTENT, values),
        rate=RATE,
        start_timecode=Timecode(FIRST_FRAME, RATE),
    )
    return path


@pytest.fixture
def words(cut: Cut, version, wider, tmp_path):
    root = tmp_path / "versions"
    shutil.copytree(version.parent, root / version.parent.name)
    shot = ("--shot", cut.shot, "--quadmask", wider, "--versions", root)
    return root, ("render", cut.timeline, *shot)


def planes(path, number):
    with open_plate(path) as reader:
        return component_planes(reader.read(number))


def same(a, b):
    return all(np.array_equal(one, other) for one, other in zip(a, b, strict=True))


def test_frames_outside_are_the_takes_and_those_inside_are_new(cut, version, words):
    _, render = words
    asked = ("--frames", f"{FRESH[0]}-{FRESH[-1]}", "--from", "v001")
    value = checked("render", *render, *asked)["versions"][0]
    assert value["version"] == "v002"
    assert value["outside_samples_changed"] == 0
    assert (value["from_take"]["first"], value["from_take"]["last"]) == (FRESH[0], FRESH[-1])
    before, made = read_version(version.parent / "v001"), read_version(Path(value["folder"]))
    assert made.certificate.ok
    part = made.recipe.request.range_of_take
    assert part.master == before.recipe.master.digest
    assert any("v001" in line for line in made.recipe.matte_origins)
    for number in range(FIRST_FRAME, FIRST_FRAME + FRAMES):
        alike = same(planes(before.master, number), planes(made.master, number))
        assert alike == (number not in FRESH), number
    masks = [read_quadmask(each.quadmask).frames for each in (before, made)]
    for index in range(FRAMES):
        alike = np.array_equal(masks[0].values(index), masks[1].values(index))
        assert alike == (FIRST_FRAME + index not in FRESH)
    assert studio("certify", made.folder, "--plate", cut.plate).code == 0


def test_what_draft_makes_of_a_range_is_what_it_makes_of_the_whole(cut, words):
    root, _ = words
    render = ("render", cut.timeline, "--shot", cut.shot, "--quadmask", cut.quadmask)
    render = (*render, "--versions", root, "--no-grain")
    whole = checked("render", *render)["versions"][0]
    asked = ("--frames", f"{FRESH[0]}-{FRESH[-1]}", "--from", "v001")
    part = checked("render", *render, *asked)["versions"][0]
    masters = [Path(each["master"]) for each in (whole, part)]
    for number in FRESH:
        assert same(*(planes(master, number) for master in masters))


def test_a_range_that_is_painted_no_more_is_the_plate_again(cut, version, words, tmp_path):
    root, _ = words
    empty = {FIRST_FRAME + index: index in (4, 5, 6) for index in range(FRAMES)}
    values = [
        np.full(EXTENT.shape, 255, np.uint8) if nothing else truth(cut.scene, number - FIRST_FRAME)
        for number, nothing in empty.items()
    ]
    path = tmp_path / "less.mkv"
    quadmask = Quadmask.of(FIRST_FRAME, EXTENT, values)
    write_quadmask(path, quadmask, rate=RATE, start_timecode=Timecode(FIRST_FRAME, RATE))
    render = ("render", cut.timeline, "--shot", cut.shot, "--quadmask", path, "--versions", root)
    asked = ("--frames", f"{FRESH[0]}-{FRESH[-1]}", "--from", "v001")
    made = Path(checked("render", *render, *asked)["versions"][0]["master"])
    for number in range(FIRST_FRAME, FIRST_FRAME + FRAMES):
        source = cut.plate if number in FRESH else read_version(version).master
        assert same(planes(source, number), planes(made, number))


def test_a_version_of_a_range_can_be_replayed(words, tmp_path):
    _, render = words
    asked = ("--frames", f"{FRESH[0]}-{FRESH[-1]}", "--from", "v001")
    folder = checked("render", *render, *asked)["versions"][0]["folder"]
    assert checked("replay", "replay", folder)["identical"]


@pytest.mark.parametrize(
    ("asked", "code", "said"),
    [
        (("--frames", "86402-86403"), 2, "belong together"),
        (("--from", "v001"), 2, "belong together"),
        (("--frames", "9-5", "--from", "v001"), 2, "no range of frames"),
        (("--frames", "all", "--from", "v001"), 2, "no range of frames"),
        (("--frames", "86390-86405", "--from", "v001"), 6, "not all in the work range"),
        (("--frames", "86402-86403", "--from", "v009"), 4, "has no version v009"),
        (("--frames", "86402-86403", "--from", "/nowhere/v001"), 4, "no such version"),
        (("--frames", "86402-86403", "--from", "v001", "--handles", "1"), 6, "--handles 2"),
        (("--param", "only_first=2"), 2, "is set by --frames"),
        (("--seeds", "1,2"), 2, "engine draft has no seed"),
        (("--seeds", "1,x"), 2, "write whole numbers"),
        (("--seeds", "1,1"), 2, "different numbers"),
    ],
)
def test_what_can_not_be_asked_is_refused_in_one_line(words, asked, code, said):
    root, render = words
    answer = studio(*render, *asked)
    assert (answer.code, answer.out) == (code, "")
    assert said in answer.err.splitlines()[-1]
    assert [path.name for path in sorted(root.glob("*/*"))] == ["v001"]


def test_a_take_of_another_shot_is_refused(cut, words):
    _, render = words
    other = checked("shots", "shots", cut.timeline)["shots"][0]["id"]
    render = tuple(other if word == cut.shot else word for word in render)
    asked = ("--frames", "86400-86401", "--from", "v001")
    answer = studio(*render, *asked)
    assert answer.code == 4
    folder = next(words[0].glob("*/v001"))
    answer = studio(*render, "--frames", "86400-86401", "--from", folder)
    assert answer.code == 6
    assert "a version of shot" in answer.err


def test_a_take_whose_master_was_changed_is_not_copied_from(words):
    root, render = words
    folder = next(root.glob("*/v001"))
    master = next(folder.glob("*master*"))
    master.chmod(0o600)
    data = bytearray(master.read_bytes())
    data[len(data) // 2] ^= 1
    master.write_bytes(data)
    answer = studio(*render, "--frames", "86402-86403", "--from", folder)
    assert answer.code == 3
    assert "not the one that was published" in answer.err
