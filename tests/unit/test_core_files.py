"""Files appear whole or not at all."""

import errno
import os
from pathlib import Path

import pytest

from void_studio.core import (
    BadInput,
    NotPresent,
    Refused,
    appearing_whole,
    read_limited,
    write_whole,
)


def write_half_then_raise(path: Path, error: Exception) -> None:
    with appearing_whole(path) as temporary:
        temporary.write_bytes(b"half")
        raise error


def test_a_file_appears_with_its_whole_content(tmp_path: Path) -> None:
    path = tmp_path / "new" / "a.bin"
    write_whole(path, b"content")
    assert path.read_bytes() == b"content"
    assert [found.name for found in path.parent.iterdir()] == ["a.bin"]


def test_an_error_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "a.mov"
    path.write_bytes(b"old")
    with pytest.raises(RuntimeError, match="stop"):
        write_half_then_raise(path, RuntimeError("stop"))
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_the_temporary_file_is_beside_it_with_the_same_suffix(tmp_path: Path) -> None:
    with appearing_whole(tmp_path / "a.mov") as temporary:
        temporary.write_bytes(b"x")
        assert temporary.parent == tmp_path
        assert temporary.suffix == ".mov"
        assert not (tmp_path / "a.mov").exists()


def test_a_block_that_writes_nothing_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="can not write here"), appearing_whole(tmp_path / "a.mov"):
        pass
    assert list(tmp_path.iterdir()) == []


def test_a_place_that_can_not_be_written_is_refused_with_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(Refused, match="choose a folder") as caught:
        write_whole(tmp_path / "file" / "a.mov", b"x")
    assert caught.value.exit_code == 6


def test_a_full_disk_is_refused_and_leaves_nothing(tmp_path: Path) -> None:
    path = tmp_path / "a.mov"
    with pytest.raises(Refused, match="No space left"):
        write_half_then_raise(path, OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)))
    assert list(tmp_path.iterdir()) == []


def test_reading_stops_at_the_limit(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_bytes(b"12345")
    assert read_limited(path, 5) == b"12345"
    with pytest.raises(BadInput, match="limit of 4 bytes"):
        read_limited(path, 4)


def test_reading_what_is_not_there_says_so(tmp_path: Path) -> None:
    with pytest.raises(NotPresent, match="no such file"):
        read_limited(tmp_path / "a.json", 5)
    with pytest.raises(BadInput, match="can not be read"):
        read_limited(tmp_path, 5)
