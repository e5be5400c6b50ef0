"""What every FrameWriter promises, run over masters and all deliveries."""

from __future__ import annotations

import os
import resource
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from tests.media.plates import OpenWriter, plate_ref, random_frame, random_frames, write_all
from void_studio.core import Extent, Refused, StudioError
from void_studio.media import (
    DeliveryKind,
    PlateRef,
    is_pattern,
    open_delivery,
    open_master,
    parse_pattern,
    probe_plate,
)

SIZE = Extent(256, 128)


def delivery(kind: DeliveryKind) -> OpenWriter:
    return partial(_open_delivery, kind)


def _open_delivery(kind: DeliveryKind, path: Path, ref, *, first_frame: int):
    return open_delivery(path, ref, kind, first_frame=first_frame)


WRITERS = {
    "master.mkv": open_master,
    "master.####.dpx": open_master,
    **{f"{kind.value}.mov": delivery(kind) for kind in DeliveryKind},
}


@pytest.fixture(params=WRITERS)
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def open_writer(name: str) -> OpenWriter:
    return WRITERS[name]


@pytest.fixture
def path(tmp_path: Path, name: str) -> Path:
    return tmp_path / "new folder" / name


@pytest.fixture
def ref(name: str) -> PlateRef:
    return plate_ref("rgb24" if "#" in name else "yuv420p", SIZE)


def made(path: Path, frames: int) -> list[str]:
    """The names of the files that `frames` frames make."""
    if not is_pattern(path):
        return [path.name]
    return [parse_pattern(path).file(number).name for number in range(frames)]


def left(path: Path) -> list[str]:
    return [file.name for file in path.parent.glob("*")] if path.parent.exists() else []


def test_as_many_frames_come_out_as_went_in(
    path: Path, open_writer: OpenWriter, ref: PlateRef
) -> None:
    write_all(open_writer(path, ref, first_frame=0), random_frames(ref, 5))
    found = probe_plate(path)
    assert len(found.available_range) == 5
    assert (found.extent, found.rate, found.variable_rate) == (SIZE, ref.rate, False)


def test_one_frame_makes_a_file(path: Path, open_writer: OpenWriter, ref: PlateRef) -> None:
    write_all(open_writer(path, ref, first_frame=0), random_frames(ref, 1))
    assert len(probe_plate(path).available_range) == 1


def test_the_file_appears_when_finish_returns(
    path: Path, open_writer: OpenWriter, ref: PlateRef
) -> None:
    writer = open_writer(path, ref, first_frame=0)
    writer.write(random_frame(ref, 0))
    assert not set(made(path, 1)) & set(left(path))
    writer.finish()
    assert left(path) == made(path, 1)


def test_what_was_there_stays_until_the_new_file_is_whole(
    path: Path, open_writer: OpenWriter, ref: PlateRef
) -> None:
    path.parent.mkdir(parents=True)
    path.write_bytes(b"before")
    writer = open_writer(path, ref, first_frame=0)
    writer.write(random_frame(ref, 0))
    assert path.read_bytes() == b"before"
    writer.abort()
    assert path.read_bytes() == b"before"


@pytest.mark.parametrize("frames", [0, 2])
def test_an_aborted_writer_leaves_nothing(
    path: Path, open_writer: OpenWriter, ref: PlateRef, frames: int
) -> None:
    writer = open_writer(path, ref, first_frame=0)
    for frame in random_frames(ref, frames):
        writer.write(frame)
    writer.abort()
    writer.abort()
    assert left(path) == []
    with pytest.raises(ValueError, match="finished"):
        writer.write(random_frame(ref, 0))


def test_abort_after_finish_does_nothing(
    path: Path, open_writer: OpenWriter, ref: PlateRef
) -> None:
    writer = open_writer(path, ref, first_frame=0)
    write_all(writer, random_frames(ref, 1))
    writer.abort()
    assert left(path) == made(path, 1)
    with pytest.raises(ValueError, match="finished"):
        writer.finish()


def test_a_context_left_by_an_error_aborts(
    path: Path, open_writer: OpenWriter, ref: PlateRef
) -> None:
    with pytest.raises(ZeroDivisionError), open_writer(path, ref, first_frame=0) as writer:
        write_all(writer, (random_frame(ref, 1 // (1 - number)) for number in range(2)))
    assert left(path) == []


def test_a_context_left_without_finish_is_an_error(
    path: Path, open_writer: OpenWriter, ref: PlateRef
) -> None:
    with (
        pytest.raises(ValueError, match="without finish"),
        open_writer(path, ref, first_frame=0) as writer,
    ):
        writer.write(random_frame(ref, 0))
    assert left(path) == []


def test_a_movie_without_frames_is_not_made(
    path: Path, open_writer: OpenWriter, ref: PlateRef
) -> None:
    writer = open_writer(path, ref, first_frame=0)
    with pytest.raises(ValueError, match="no frame"):
        writer.finish()
    assert left(path) == []


@pytest.mark.parametrize(
    "other",
    [
        plate_ref("yuv422p", SIZE),
        plate_ref("yuv420p10le", SIZE),
        plate_ref("yuv420p", Extent(256, 126)),
    ],
)
def test_a_frame_of_another_layout_or_extent_is_refused(
    path: Path, open_writer: OpenWriter, ref: PlateRef, other
) -> None:
    with open_writer(path, ref, first_frame=0) as writer:
        writer.write(random_frame(ref, 0))
        with pytest.raises(ValueError, match="frame 1 is"):
            writer.write(random_frame(other, 1))
        frame = random_frame(ref, 1)
        with pytest.raises(ValueError, match="frame 1 is"):
            writer.write(replace(frame, planes=frame.planes[:-1]))
        writer.finish()
    assert len(probe_plate(path).available_range) == 1


def test_a_full_disk_is_one_line_and_leaves_nothing(
    path: Path, open_writer: OpenWriter, ref: PlateRef
) -> None:
    with largest_file(64 * 1024), pytest.raises(Refused, match="disk full") as caught:
        write_all(open_writer(path, ref, first_frame=0), random_frames(ref, 60))
    assert str(caught.value.where) in [str(path.with_name(name)) for name in made(path, 1)]
    assert "\n" not in caught.value.line()
    assert left(path) == []


def test_a_disk_that_is_full_at_the_very_end_is_noticed(
    path: Path, open_writer: OpenWriter, ref: PlateRef
) -> None:
    write_all(open_writer(path, ref, first_frame=0), random_frames(ref, 3))
    files = [path.with_name(name) for name in made(path, 3)]
    size = files[-1].stat().st_size
    for file in files:
        file.unlink()
    with largest_file(size - 100), pytest.raises(Refused, match="disk full"):
        write_all(open_writer(path, ref, first_frame=0), random_frames(ref, 3))
    assert left(path) == []


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_can_not_be_written_is_refused(
    tmp_path: Path, name: str, open_writer: OpenWriter, ref: PlateRef
) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(Refused, match="write"):
        write_all(open_writer(tmp_path / name, ref, first_frame=0), random_frames(ref, 1))


def test_a_file_in_the_place_of_the_folder_is_refused(
    tmp_path: Path, name: str, open_writer: OpenWriter, ref: PlateRef
) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(StudioError):
        open_writer(tmp_path / "file" / name, ref, first_frame=0)


@contextmanager
def largest_file(size_bytes: int) -> Iterator[None]:
    """Writing past this size fails with EFBIG, as a full disk fails with ENOSPC."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size_bytes, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
