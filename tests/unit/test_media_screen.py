from pathlib import Path

import numpy as np
import pytest

from tests.media.movies import number_planes, numbered_movie, read_number
from tests.media.plates import plate_ref, random_frame
from void_studio.core import Extent, FrameRange
from void_studio.media import (
    UNTAGGED,
    Frame,
    PlateRef,
    colour_of,
    layout_of,
    open_plate,
    open_proxy_writer,
    proxy_extent,
    screen_picture,
)

FORMATS = (
    "yuv420p",
    "yuv422p10le",
    "yuv444p12le",
    "yuvj420p",
    "yuv411p",
    "gbrp10le",
    "rgb24",
    "rgb48le",
    "gray",
    "gray16le",
    "yuva444p10le",
)


def smooth_frame(ref: PlateRef) -> Frame:
    """Ramps within the codes that have a meaning, so that chroma siting hardly matters."""
    unit = 1 << (ref.layout.bits - 8)
    planes = []
    for number, plane in enumerate(ref.layout.planes):
        shape = plane.shape(ref.extent)
        across = np.linspace(90 + 10 * number, 150, shape[1])[None, :]
        down = np.linspace(0, 20, shape[0])[:, None]
        picture = (across + down) * unit
        if len(shape) == 3:
            picture = np.repeat(picture[..., None], shape[2], axis=2)
        planes.append(picture.astype(ref.layout.dtype))
    colour = colour_of(ref.colour, ref.layout, ref.extent, ref.rate)
    return Frame(0, ref.extent, ref.layout, colour, tuple(planes))


@pytest.mark.parametrize("pixel_format", FORMATS)
def test_a_screen_picture_is_within_two_levels_of_the_frames_own_rgb(pixel_format: str) -> None:
    frame = smooth_frame(plate_ref(pixel_format, Extent(64, 48)))
    shown = screen_picture(frame)
    wanted = np.rint(frame.rgb() / 257).astype(int)
    assert shown.shape == (48, 64, 4)
    assert shown.flags.c_contiguous
    assert (shown[..., 3] == 255).all()
    assert np.abs(shown[..., 2::-1].astype(int) - wanted).max() <= 2


def test_eight_bit_rgb_is_shown_as_it_is() -> None:
    frame = random_frame(plate_ref("rgb24", Extent(37, 23)), 3)
    assert np.array_equal(screen_picture(frame)[..., 2::-1], frame.planes[0])


def test_a_proxy_is_at_most_1080p_even_and_keeps_the_shape() -> None:
    assert proxy_extent(Extent(3840, 2160)) == Extent(1920, 1080)
    assert proxy_extent(Extent(4096, 1716)) == Extent(1920, 804)
    assert proxy_extent(Extent(1080, 1920)) == Extent(606, 1080)
    assert proxy_extent(Extent(641, 359)) == Extent(640, 358)


def test_a_proxy_has_the_plates_frames_in_order(tmp_path: Path) -> None:
    plate = numbered_movie(tmp_path / "plate.mov", frames=6, first=40)
    with open_plate(plate) as reader:
        path = tmp_path / "proxy.mkv"
        with open_proxy_writer(path, reader.ref, FrameRange(0, 6)) as writer:
            for number in range(6):
                writer.write(screen_picture(reader.read(number)))
            writer.finish()
    with open_plate(path) as proxy:
        assert [read_number(proxy.read(number)) for number in (5, 0, 3)] == [45, 40, 43]
        assert proxy.ref.keyframes == 6


def test_a_proxy_that_is_not_finished_leaves_nothing(tmp_path: Path) -> None:
    ref = plate_ref("yuv420p")
    planes = number_planes(1, "yuv420p")
    layout = layout_of("yuv420p")
    colour = colour_of(UNTAGGED, layout, ref.extent, ref.rate)
    picture = screen_picture(Frame(0, ref.extent, layout, colour, planes))
    with open_proxy_writer(tmp_path / "proxy.mkv", ref, FrameRange(0, 2)) as writer:
        writer.write(picture)
    assert list(tmp_path.iterdir()) == []
