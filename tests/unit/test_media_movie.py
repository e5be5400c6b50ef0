"""Reading movies: damage is refused, memory stays flat, real clips read exactly."""

import tracemalloc
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.media.broken import damaged_copy
from tests.media.movies import number_planes, numbered_movie, planes_movie, read_number
from void_studio.core import BadInput, Extent
from void_studio.media import layout_of, open_plate
from void_studio.media.read_decoder import MovieDecoder

CHECKED = {"slicecrc": "1", "level": "3", "slices": "4"}


@pytest.mark.parametrize("sequential", [True, False])
@pytest.mark.parametrize(
    ("name", "settings", "wipe", "lost"),
    [
        ("crc.mkv", {"codec": "ffv1", "gop": 1, "options": CHECKED}, False, [14]),
        ("crc_gop.mkv", {"codec": "ffv1", "gop": 6, "options": CHECKED}, False, [14, 15, 16, 17]),
        ("a.mov", {"codec": "prores_ks", "pixel_format": "yuv422p10le"}, True, [14]),
        ("v210.mov", {"codec": "v210", "pixel_format": "yuv422p10le"}, True, [14]),
        ("jpeg.mov", {"codec": "mjpeg", "pixel_format": "yuvj420p"}, True, [14]),
        ("p.mp4", {"codec": "libx264", "gop": 8, "bframes": 0}, False, [14, 15]),
        ("p_wiped.mp4", {"codec": "libx264", "gop": 8, "bframes": 0}, True, [14, 15]),
        ("hevc.mp4", {"codec": "libx265", "gop": 8, "bframes": 0}, True, [14, 15]),
    ],
)
def test_damage_costs_the_frames_that_depend_on_it_and_no_other(
    tmp_path: Path,
    name: str,
    settings: dict[str, Any],
    wipe: bool,
    lost: list[int],
    sequential: bool,
) -> None:
    whole = numbered_movie(tmp_path / name, **settings)
    path = damaged_copy(whole, tmp_path / f"damaged_{name}", 14, wipe=wipe)
    order = list(range(24)) if sequential else np.random.default_rng(5).permutation(24).tolist()
    refused: dict[int, BadInput] = {}
    with open_plate(path, sequential=sequential) as reader:
        for frame in order:
            try:
                assert read_number(reader.read(frame)) == frame
            except BadInput as error:
                refused[frame] = error
    assert sorted(refused) == lost
    for frame, error in refused.items():
        assert error.line().startswith(f"{path}: frame {frame} ")


def test_ffmpeg_says_nothing_on_stderr_about_damage(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    whole = numbered_movie(tmp_path / "a.mp4", gop=8, bframes=0)
    path = damaged_copy(whole, tmp_path / "b.mp4", 3)
    capfd.readouterr()
    with open_plate(path) as reader, pytest.raises(BadInput):
        reader.read(4)
    assert capfd.readouterr() == ("", "")


def test_stepping_back_over_a_few_frames_needs_no_jump(tmp_path: Path) -> None:
    path = numbered_movie(tmp_path / "a.mp4", gop=24, bframes=2)
    with open_plate(path) as reader:
        reader.read(20)
        assert [read_number(reader.read(frame)) for frame in (19, 18, 17, 20)] == [19, 18, 17, 20]
        assert reader.jumps == 1
        reader.read(10)
        assert reader.jumps == 2


def test_a_jump_forward_over_a_key_starts_at_the_key(tmp_path: Path) -> None:
    path = numbered_movie(tmp_path / "a.mp4", gop=6, bframes=0, frames=24)
    with open_plate(path) as reader:
        reader.read(0)
        assert read_number(reader.read(23)) == 23
        assert reader.jumps == 2


@pytest.mark.parametrize(
    "pixel_format",
    ["gray", "yuv420p", "yuv422p10le", "yuva444p16le", "gbrp16le", "gbrp10le", "bgra"],
)
def test_lossless_samples_come_back_as_they_were(tmp_path: Path, pixel_format: str) -> None:
    layout = layout_of(pixel_format)
    extent = Extent(38, 22)
    noise = np.random.default_rng(4)
    pictures = [
        tuple(
            noise.integers(0, 1 << layout.bits, plane.shape(extent), layout.dtype)
            for plane in layout.planes
        )
        for _ in range(5)
    ]
    path = planes_movie(tmp_path / "a.mkv", pictures, pixel_format, codec="ffv1")
    with open_plate(path) as reader:
        assert reader.ref.layout == layout
        for frame in (3, 0, 4, 1, 2):
            for read, written in zip(reader.read(frame).planes, pictures[frame], strict=True):
                assert np.array_equal(read, written)


def test_a_plate_that_changes_size_inside_is_refused_there(tmp_path: Path) -> None:
    small = numbered_movie(tmp_path / "a.h264", frames=8, gop=8)
    large = numbered_movie(tmp_path / "b.h264", frames=8, gop=8, extent=Extent(96, 64))
    both = tmp_path / "both.h264"
    both.write_bytes(small.read_bytes() + large.read_bytes())
    with open_plate(both) as reader:
        assert read_number(reader.read(3)) == 3
        with pytest.raises(BadInput, match="changes to 96x64"):
            reader.read(12)


def test_reading_a_long_group_of_pictures_keeps_only_a_few_frames(tmp_path: Path) -> None:
    extent = Extent(640, 360)
    path = numbered_movie(
        tmp_path / "a.mp4", frames=48, gop=48, extent=extent, options={"preset": "ultrafast"}
    )
    frame_bytes = extent.width * extent.height * 3 // 2
    with open_plate(path) as reader:
        reader.read(0)
        tracemalloc.start()
        for frame in (47, 10, 30, 46):
            reader.read(frame)
        _, peak_bytes = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert peak_bytes < 8 * frame_bytes


def test_the_number_in_a_picture_is_read_back() -> None:
    planes = number_planes(0xA5C3, "yuv420p")
    assert planes[0].shape == (48, 64)
    assert set(np.unique(planes[0])) == {40, 210}


@pytest.mark.parametrize("clip", ["lime", "BigBen", "ducky-float"])
def test_real_clips_read_in_any_order_as_straight_through(shared_data: Path, clip: str) -> None:
    path = shared_data / "clips" / clip / "input_video.mp4"
    wanted = [0, 7, 3, 8]
    with open_plate(path, sequential=True) as reader:
        straight = [reader.read(frame) for frame in range(9)]
        assert reader.ref.rate == 12
        assert reader.ref.available_range.start == 0
    with open_plate(path) as reader:
        for number in wanted:
            for read, expected in zip(
                reader.read(number).planes, straight[number].planes, strict=True
            ):
                assert np.array_equal(read, expected)


@pytest.mark.parametrize("name", ["a.mp4", "a.mkv", "a.ts", "a.mxf"])
def test_a_jump_far_into_a_movie_does_not_read_it_from_its_beginning(
    tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    codec = "mpeg2video" if name == "a.mxf" else "libx264"
    path = numbered_movie(tmp_path / name, codec=codec, frames=120, gop=12, bframes=2)
    with open_plate(path) as reader:
        monkeypatch.delattr(MovieDecoder, "_packets_by_counting")
        for frame in (100, 40, 119, 5):
            assert read_number(reader.read(frame)) == frame
