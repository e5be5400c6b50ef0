"""Masters: every sample and every fact of the plate come back from the file."""

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from tests.media.plates import plate_ref, random_frame, random_frames, write_all
from void_studio.core import BadInput, Extent, Refused, Timecode, parse_timecode
from void_studio.media import (
    ColourTags,
    Frame,
    PlateRef,
    component_names,
    component_planes,
    layout_of,
    master_layout,
    open_master,
    open_plate,
    probe_plate,
    repack,
)

FORMATS = [
    "yuv420p",
    "yuv422p",
    "yuv444p",
    "yuv440p",
    "yuv411p",
    "yuvj420p",
    "yuvj422p",
    "yuvj444p",
    "yuva420p",
    "yuva444p10le",
    "yuv420p10le",
    "yuv422p10le",
    "yuv444p10le",
    "yuv422p12le",
    "yuv444p12le",
    "yuva444p12le",
    "yuv444p16le",
    "gbrp",
    "gbrp10le",
    "gbrp12le",
    "gbrp16le",
    "gbrap",
    "gbrap10le",
    "rgb24",
    "bgr24",
    "bgr0",
    "rgba",
    "argb",
    "rgb48le",
    "bgra64le",
    "gray",
    "gray10le",
    "gray12le",
    "gray16le",
]
SIZES = (Extent(64, 48), Extent(65, 47), Extent(3, 5))


def same_picture(plate: Frame, copy: Frame) -> bool:
    pairs = zip(component_planes(plate), component_planes(copy), strict=True)
    return all(np.array_equal(one, other) for one, other in pairs)


@pytest.mark.parametrize("pixel_format", FORMATS)
def test_a_master_gives_back_every_sample(tmp_path: Path, pixel_format: str) -> None:
    for extent in SIZES:
        path = tmp_path / f"{extent}.mkv"
        ref = plate_ref(pixel_format, extent)
        frames = random_frames(ref, 3)
        with open_master(path, ref, first_frame=0) as writer:
            for frame in frames:
                writer.write(frame)
            writer.finish()
        with open_plate(path) as reader:
            assert reader.ref.layout == master_layout(ref.layout)
            assert len(reader.ref.available_range) == 3
            assert all(same_picture(frame, reader.read(frame.number)) for frame in frames)


def test_samples_at_both_ends_of_the_range_survive(tmp_path: Path) -> None:
    ref = plate_ref("yuv422p10le", Extent(64, 48))
    frame = random_frame(ref, 0)
    planes = tuple(np.where(plane % 2, 0, 1023).astype(np.uint16) for plane in frame.planes)
    extreme = replace(frame, planes=planes)
    _write(tmp_path / "m.mkv", ref, [extreme])
    with open_plate(tmp_path / "m.mkv") as reader:
        assert same_picture(extreme, reader.read(0))


@pytest.mark.parametrize(
    ("rate", "drop", "text"),
    [
        (Fraction(24000, 1001), False, "00:00:40:12"),
        (Fraction(30000, 1001), True, "01:00:00;02"),
        (Fraction(25), False, "10:00:00:05"),
        (Fraction(60000, 1001), True, "01:00:00;04"),
    ],
)
def test_rate_and_timecode_of_the_first_frame_survive(
    tmp_path: Path, rate: Fraction, drop: bool, text: str
) -> None:
    first = parse_timecode(text, rate)
    assert first.drop_frame is drop
    ref = plate_ref("yuv420p", start_timecode=first.at(first.frames - 2), rate=rate)
    path = _write(tmp_path / "m.mkv", ref, random_frames(ref, 4), first_frame=first.frames)
    found = probe_plate(path)
    assert (found.rate, found.start_timecode, found.variable_rate) == (rate, first, False)
    assert found.available_range.start == first.frames


@pytest.mark.parametrize(
    "tags", [ColourTags(1, 1, 1, 1), ColourTags(9, 16, 9, 2), ColourTags(2, 2, 6, 0), ColourTags()]
)
def test_colour_tags_are_copied_as_they_were(tmp_path: Path, tags: ColourTags) -> None:
    ref = replace(plate_ref("yuv420p10le"), colour=tags)
    path = _write(tmp_path / "m.mkv", ref, random_frames(ref, 2))
    assert probe_plate(path).colour == tags


def test_full_range_of_a_yuvj_plate_becomes_a_tag(tmp_path: Path) -> None:
    ref = replace(plate_ref("yuvj420p"), colour=ColourTags(range=2))
    path = _write(tmp_path / "m.mkv", ref, random_frames(ref, 1))
    with open_plate(path) as reader:
        assert reader.ref.layout.pixel_format == "yuv420p"
        assert reader.read(0).colour.full_range


@pytest.mark.parametrize("aspect", [Fraction(1), Fraction(4, 3), Fraction(2), Fraction(64, 45)])
@pytest.mark.parametrize("extent", [Extent(65, 47), Extent(96, 64)])
def test_pixel_aspect_survives_exactly(tmp_path: Path, aspect: Fraction, extent: Extent) -> None:
    ref = replace(plate_ref("yuv420p", extent), pixel_aspect=aspect)
    frames = random_frames(ref, 2)
    path = _write(tmp_path / "m.mkv", ref, frames)
    assert probe_plate(path).pixel_aspect == aspect
    with open_plate(path) as reader:
        assert same_picture(frames[1], reader.read(1))


@pytest.mark.parametrize("degrees", [0, 90, 180, 270])
def test_rotation_survives(tmp_path: Path, degrees: int) -> None:
    ref = replace(plate_ref("yuv420p"), rotation=degrees)
    assert probe_plate(_write(tmp_path / "m.mkv", ref, random_frames(ref, 1))).rotation == degrees


def test_equal_frames_make_equal_files(tmp_path: Path) -> None:
    ref = plate_ref("yuv420p", Extent(320, 180), start_timecode=Timecode(0, Fraction(25)))
    frames = random_frames(ref, 3)
    one, other = (_write(tmp_path / name, ref, frames).read_bytes() for name in ("a.mkv", "b.mkv"))
    assert one == other


def test_a_damaged_slice_is_noticed(tmp_path: Path) -> None:
    ref = plate_ref("yuv420p", Extent(320, 180))
    path = _write(tmp_path / "m.mkv", ref, random_frames(ref, 1))
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 0x10
    path.write_bytes(data)
    with pytest.raises(BadInput):
        open_plate(path).read(0)


def test_a_plate_of_variable_rate_is_refused(tmp_path: Path) -> None:
    ref = replace(plate_ref("yuv420p"), variable_rate=True)
    with pytest.raises(Refused, match="variable rate"):
        open_master(tmp_path / "m.mkv", ref, first_frame=0)


def test_repacking_moves_samples_and_changes_none() -> None:
    frame = random_frame(plate_ref("rgb24", Extent(7, 5)), 3)
    packed = repack(frame, layout_of("bgr0"))
    assert packed.planes[0].shape == (5, 7, 4)
    assert np.array_equal(packed.planes[0][..., 2], frame.planes[0][..., 0])
    assert same_picture(frame, packed)
    assert same_picture(frame, repack(packed, layout_of("gbrp")))


def test_repacking_into_other_samples_is_refused() -> None:
    frame = random_frame(plate_ref("yuv422p"), 0)
    for other in ("yuv420p", "yuv422p10le", "gbrp", "yuva422p"):
        with pytest.raises(ValueError, match="re-arranged"):
            repack(frame, layout_of(other))


def test_components_are_named_in_the_order_of_their_planes() -> None:
    assert component_names(layout_of("yuva444p")) == ("Y", "U", "V", "A")
    assert component_names(layout_of("gbrp10le")) == ("R", "G", "B")
    assert component_names(layout_of("bgra")) == ("R", "G", "B", "A")
    assert component_names(layout_of("bgr0")) == ("R", "G", "B")
    assert component_names(layout_of("gray16le")) == ("Y",)
    for name in FORMATS:
        frame = random_frame(plate_ref(name), 0)
        assert len(component_planes(frame)) == len(component_names(frame.layout))


def _write(path: Path, ref: PlateRef, frames: list[Frame], *, first_frame: int = 0) -> Path:
    write_all(open_master(path, ref, first_frame=first_frame), frames)
    return path
