"""How image sequences are named, and what is missing from them."""

from pathlib import Path

import pytest

from void_studio.core import BadInput, FrameRange, NotPresent
from void_studio.media import is_sequence, parse_pattern, sequence_frames


def files(folder: Path, *names: str) -> Path:
    for name in names:
        (folder / name).write_bytes(b"")
    return folder


@pytest.fixture
def shot(tmp_path: Path) -> Path:
    names = [f"plate.{number:04d}.exr" for number in range(1001, 1006)]
    return files(tmp_path, *names, "plate.1001.xmp", "._plate.1001.exr", "notes 12.txt")


@pytest.mark.parametrize(
    "name",
    ["plate.####.exr", "plate.%04d.exr", "", "plate.1001.exr", "plate.1003.exr"],
)
def test_every_way_to_name_a_sequence_gives_one_spelling(shot: Path, name: str) -> None:
    path = shot / name
    assert is_sequence(path)
    pattern = parse_pattern(path)
    assert pattern.path == shot / "plate.####.exr"
    assert sequence_frames(pattern) == FrameRange(1001, 5)
    assert pattern.file(1004) == shot / "plate.1004.exr"


def test_a_range_in_the_name_takes_a_part(shot: Path) -> None:
    pattern = parse_pattern(shot / "plate.[1002-1004].exr")
    assert sequence_frames(pattern) == FrameRange(1002, 3)
    assert pattern.path.name == "plate.[1002-1004].exr"
    assert parse_pattern(pattern.path) == pattern


def test_missing_frames_are_named(shot: Path) -> None:
    (shot / "plate.1002.exr").unlink()
    files(shot, "plate.1009.exr", "plate.1010.exr")
    with pytest.raises(BadInput, match=r"4 frames .* 1002, 1006-1008"):
        sequence_frames(parse_pattern(shot / "plate.####.exr"))
    with pytest.raises(BadInput, match="1006-1008"):
        sequence_frames(parse_pattern(shot / "plate.[1003-1010].exr"))
    assert len(sequence_frames(parse_pattern(shot / "plate.[1003-1005].exr"))) == 3


@pytest.mark.parametrize("name", ["plate.[0999-1003].exr", "plate.[1004-1007].exr"])
def test_a_range_beyond_the_files_is_refused(shot: Path, name: str) -> None:
    with pytest.raises(BadInput, match="missing"):
        sequence_frames(parse_pattern(shot / name))


def test_a_range_that_is_upside_down_is_refused(shot: Path) -> None:
    with pytest.raises(BadInput, match="upside down"):
        parse_pattern(shot / "plate.[1004-1001].exr")


def test_numbers_grow_out_of_their_padding(tmp_path: Path) -> None:
    files(tmp_path, *(f"a{number:03d}.png" for number in range(998, 1002)), "a0999.png")
    pattern = parse_pattern(tmp_path / "a###.png")
    assert sequence_frames(pattern) == FrameRange(998, 4)
    assert pattern.file(1000).name == "a1000.png"


def test_numbers_without_padding_are_understood(tmp_path: Path) -> None:
    files(tmp_path, *(f"{number}.tif" for number in range(8, 12)))
    assert sequence_frames(parse_pattern(tmp_path)) == FrameRange(8, 4)
    assert sequence_frames(parse_pattern(tmp_path / "%d.tif")) == FrameRange(8, 4)


def test_the_last_number_in_a_name_counts(tmp_path: Path) -> None:
    files(tmp_path, "sh010_v002.0100.dpx", "sh010_v002.0101.dpx")
    pattern = parse_pattern(tmp_path / "sh010_v002.0100.dpx")
    assert (pattern.prefix, pattern.padding) == ("sh010_v002.", 4)
    assert sequence_frames(pattern) == FrameRange(100, 2)


def test_a_folder_of_two_sequences_asks_which(tmp_path: Path) -> None:
    files(tmp_path, "a.01.png", "b.01.png")
    with pytest.raises(BadInput, match=r"2 image sequences: a\.##\.png, b\.##\.png"):
        parse_pattern(tmp_path)


@pytest.mark.parametrize("name", ["plate.####.exr", "no/plate.####.exr", "plate.0001.exr"])
def test_what_is_not_there_is_told(tmp_path: Path, name: str) -> None:
    with pytest.raises(NotPresent):
        sequence_frames(parse_pattern(tmp_path / name))


def test_a_picture_without_a_number_is_no_sequence(tmp_path: Path) -> None:
    files(tmp_path, "photo.png")
    assert not is_sequence(tmp_path / "photo.png")


def test_an_exr_without_a_number_is_told_how_to_be_named(tmp_path: Path) -> None:
    files(tmp_path, "beauty.exr")
    assert is_sequence(tmp_path / "beauty.exr")
    with pytest.raises(BadInput, match=r"no frame number .* plate\.####\.exr"):
        parse_pattern(tmp_path / "beauty.exr")


@pytest.mark.parametrize("name", ["take#2.mov", "100%done.mkv", "plate.0001.mov"])
def test_movies_with_odd_names_stay_movies(tmp_path: Path, name: str) -> None:
    files(tmp_path, name)
    assert not is_sequence(tmp_path / name)


def test_jpeg_is_refused_because_it_is_lossy(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="JPEG"):
        parse_pattern(tmp_path / "plate.####.jpg")
