"""What every PlateReader keeps: any frame, in any order, always the exact one."""

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.media.images import ImageKind, numbered_sequence
from tests.media.movies import SMALL, numbered_movie, read_number
from void_studio.core import BadInput, Extent
from void_studio.media import Frame, open_plate

FILM = Fraction(24000, 1001)
NTSC = Fraction(30000, 1001)
OPEN_264 = {"x264-params": "open-gop=1:scenecut=0"}
OPEN_265 = {"x265-params": "log-level=none:open-gop=1:keyint=8:min-keyint=8:scenecut=0"}
CHECKED = {"slicecrc": "1", "level": "3", "slices": "4"}
UNEVEN = [40 * number + 7 * (number % 5) for number in range(24)]

MOVIES: dict[str, dict[str, Any]] = {
    "h264.mp4": {"codec": "libx264", "gop": 12, "bframes": 3},
    "h264_open_gop.mp4": {"codec": "libx264", "gop": 8, "bframes": 3, "options": OPEN_264},
    "h264_open_gop.mkv": {"codec": "libx264", "gop": 8, "bframes": 3, "options": OPEN_264},
    "h264_open_gop.ts": {"codec": "libx264", "gop": 8, "bframes": 3, "options": OPEN_264},
    "h264_no_times.avi": {"codec": "libx264", "gop": 8, "bframes": 2},
    "h264_bare.h264": {"codec": "libx264", "gop": 8, "bframes": 2},
    "h264_intra_refresh.mp4": {
        "codec": "libx264",
        "gop": 12,
        "bframes": 0,
        "options": {"x264-params": "intra-refresh=1:scenecut=0"},
    },
    "h264_fragments.mp4": {
        "codec": "libx264",
        "gop": 8,
        "bframes": 2,
        "container_options": {"movflags": "frag_keyframe+empty_moov"},
    },
    "hevc.mp4": {"codec": "libx265", "gop": 8, "bframes": 3},
    "hevc_open_gop.mkv": {"codec": "libx265", "gop": 8, "bframes": 3, "options": OPEN_265},
    "hevc_open_gop.mov": {"codec": "libx265", "gop": 8, "bframes": 3, "options": OPEN_265},
    "mpeg2.mxf": {"codec": "mpeg2video", "gop": 8, "bframes": 2},
    "mpeg4.avi": {"codec": "mpeg4", "gop": 8, "bframes": 2},
    "vp8_hidden_frames.webm": {
        "codec": "libvpx",
        "gop": 8,
        "options": {"auto-alt-ref": "1", "lag-in-frames": "8"},
    },
    "vp9.webm": {"codec": "libvpx-vp9", "gop": 8},
    "prores.mov": {
        "codec": "prores_ks",
        "pixel_format": "yuv422p10le",
        "rate": FILM,
        "timecode": "01:00:00:00",
    },
    "prores_4444.mov": {
        "codec": "prores_ks",
        "pixel_format": "yuva444p10le",
        "rate": Fraction(60000, 1001),
    },
    "dnxhr.mxf": {
        "codec": "dnxhd",
        "pixel_format": "yuv422p10le",
        "extent": Extent(256, 120),
        "options": {"profile": "dnxhr_hqx"},
    },
    "v210.mov": {"codec": "v210", "pixel_format": "yuv422p10le", "rate": Fraction(25)},
    "ffv1.mkv": {
        "codec": "ffv1",
        "pixel_format": "yuv422p10le",
        "gop": 1,
        "rate": NTSC,
        "timecode": "00:59:59;28",
        "options": CHECKED,
    },
    "ffv1_gop.mkv": {"codec": "ffv1", "pixel_format": "gbrp16le", "gop": 6, "options": CHECKED},
    "mjpeg.mov": {"codec": "mjpeg", "pixel_format": "yuvj420p"},
    "rle_rgb.mov": {"codec": "qtrle", "pixel_format": "rgb24"},
    "png_rgb.mov": {"codec": "png", "pixel_format": "rgb24"},
    "millisecond_ticks.mkv": {"codec": "libx264", "gop": 8, "rate": FILM},
    "uneven_times.mkv": {
        "codec": "libx264",
        "gop": 8,
        "pts": UNEVEN,
        "time_base": Fraction(1, 1000),
    },
    "late_start.mov": {
        "codec": "libx264",
        "gop": 8,
        "rate": FILM,
        "pts": [1001 * number + 50050 for number in range(24)],
        "time_base": Fraction(1, 24000),
    },
}


SEQUENCES = {
    "exr_half": ImageKind(".exr", "half", attributes={"FramesPerSecond": (24, 1)}),
    "exr_float_tiles": ImageKind(".exr", "float", attributes={"FramesPerSecond": (24, 1)}, tile=16),
    "dpx10": ImageKind(
        ".dpx", "uint16", attributes={"oiio:BitsPerSample": 10, "dpx:FrameRate": 24.0}
    ),
    "dpx8": ImageKind(".dpx", "uint8", attributes={"dpx:FrameRate": 24.0}),
}


@pytest.fixture(scope="module", params=[*MOVIES, *SEQUENCES])
def movie(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("movies")
    if request.param in SEQUENCES:
        return numbered_sequence(folder, SEQUENCES[request.param], extent=SMALL)
    return numbered_movie(folder / request.param, **MOVIES[request.param])


def digest(frame: Frame) -> list[bytes]:
    return [plane.tobytes() for plane in frame.planes]


def test_reading_straight_through_gives_every_frame_once_without_a_jump(movie: Path) -> None:
    with open_plate(movie, sequential=True) as reader:
        numbers = [read_number(reader.read(frame)) for frame in reader.ref.available_range]
        assert numbers == list(range(24))
        assert reader.jumps == 1


def test_any_order_gives_the_samples_that_reading_straight_through_gives(movie: Path) -> None:
    with open_plate(movie, sequential=True) as reader:
        frames = list(reader.ref.available_range)
        straight = {frame: digest(reader.read(frame)) for frame in frames}
    shuffled = np.random.default_rng(7).permutation(frames).tolist()
    for order in (shuffled, frames[::-1], frames[1::3] + frames[::5]):
        with open_plate(movie) as reader:
            for frame in order:
                assert digest(reader.read(frame)) == straight[frame], frame


def test_planes_have_the_shape_and_type_that_the_layout_states(movie: Path) -> None:
    with open_plate(movie) as reader:
        ref = reader.ref
        frame = reader.read(ref.available_range.start)
    assert frame.number == ref.available_range.start
    assert frame.layout == ref.layout
    assert frame.extent == ref.extent
    assert [plane.shape for plane in frame.planes] == [
        plane.shape(ref.extent) for plane in ref.layout.planes
    ]
    assert all(plane.dtype == np.dtype(ref.layout.dtype) for plane in frame.planes)
    assert not any(plane.flags.writeable for plane in frame.planes)


def test_a_frame_outside_the_range_is_an_index_error(movie: Path) -> None:
    with open_plate(movie) as reader:
        frames = reader.ref.available_range
        for outside in (frames.start - 1, frames.stop):
            with pytest.raises(IndexError, match=str(outside)):
                reader.read(outside)


def test_closing_twice_does_nothing_the_second_time(movie: Path) -> None:
    reader = open_plate(movie)
    reader.read(reader.ref.available_range.start)
    reader.close()
    reader.close()


@pytest.mark.parametrize("opener", [open_plate], ids=["movie"])
def test_frames_stay_as_they_were_when_others_are_read(
    opener: Callable[..., Any], tmp_path: Path
) -> None:
    path = numbered_movie(tmp_path / "a.mov", codec="v210", pixel_format="yuv422p10le", frames=12)
    with opener(path) as reader:
        held = reader.read(3)
        for frame in range(12):
            reader.read(frame)
    assert read_number(held) == 3
    assert held.extent == SMALL


def test_a_file_that_goes_away_is_one_clear_error(tmp_path: Path) -> None:
    path = numbered_movie(tmp_path / "a.mp4", frames=4)
    path.write_bytes(b"gone")
    with pytest.raises(BadInput, match=r"a\.mp4"):
        open_plate(path)
