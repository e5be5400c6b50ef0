"""Deliveries: what a host reads is the plate's picture with the plate's facts."""

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from tests.media.hosts import host_frames, open_in_host
from tests.media.plates import plate_ref, random_frame, random_frames, write_all
from void_studio.core import Extent, Refused, UsageError, parse_timecode
from void_studio.media import (
    ColourTags,
    DeliveryKind,
    Frame,
    PlateRef,
    component_planes,
    delivery_for,
    is_bit_exact,
    layout_of,
    open_delivery,
    open_plate,
    probe_plate,
)

SIZE = Extent(256, 128)
PLATES = ["yuv420p", "yuvj420p", "yuv422p", "yuv422p10le", "yuv444p12le", "gbrp10le", "rgb24"]
PLATES += ["gray", "gray16le", "yuva444p10le", "bgra", "yuv411p", "yuv440p", "yuv420p10le"]


def deliver(
    path: Path, ref: PlateRef, kind: DeliveryKind, frames: list[Frame], first_frame: int = 0
) -> Path:
    write_all(open_delivery(path, ref, kind, first_frame=first_frame), frames)
    return path


def smooth_frame(ref: PlateRef, number: int = 0) -> Frame:
    """Low-contrast waves around the middle of the range, legal colours in any encoding."""
    frame = random_frame(ref, number)
    planes = []
    for plane in ref.layout.planes:
        rows, columns, *more = plane.shape(ref.extent)
        y = np.arange(rows)[:, None] / rows
        x = np.arange(columns)[None] / columns
        wave = 0.5 + 0.08 * np.sin(6 * x + 4 * y + number)
        shape = (rows, columns, *more)
        part = np.broadcast_to(wave.reshape(rows, columns, *[1] * len(more)), shape)
        planes.append((part * ((1 << ref.layout.bits) - 1)).astype(ref.layout.dtype))
    return replace(frame, planes=tuple(planes))


@pytest.mark.parametrize("pixel_format", PLATES)
@pytest.mark.parametrize("kind", DeliveryKind)
def test_a_host_reads_every_delivery_as_the_same_picture(
    tmp_path: Path, pixel_format: str, kind: DeliveryKind
) -> None:
    ref = plate_ref(pixel_format, SIZE)
    frames = [smooth_frame(ref, number) for number in range(2)]
    path = deliver(tmp_path / f"d{kind.suffix}", ref, kind, frames)
    assert len(host_frames(path)) == 2
    with open_plate(path) as reader:
        seen = reader.read(1).rgb().astype(int)
    difference = np.abs(seen - frames[1].rgb().astype(int)) / 257
    assert difference.mean() < 1.0
    assert np.percentile(difference, 99.5) < 4


@pytest.mark.parametrize("extent", [SIZE, Extent(50, 31), Extent(64, 48), Extent(2, 5)])
def test_v210_gives_back_every_ten_bit_sample(tmp_path: Path, extent: Extent) -> None:
    ref = plate_ref("yuv422p10le", extent)
    frames = random_frames(ref, 2)
    assert min(plane.min() for plane in random_frame(plate_ref("yuv422p10le", SIZE), 0).planes) < 4
    path = deliver(tmp_path / "d.mov", ref, DeliveryKind.V210, frames)
    with open_plate(path) as reader:
        for frame in frames:
            copy = reader.read(frame.number)
            assert copy.layout == frame.layout
            assert all(map(np.array_equal, copy.planes, frame.planes))


@pytest.mark.parametrize(("pixel_format", "shift"), [("yuv422p", 2), ("yuv422p9le", 1)])
def test_v210_of_fewer_bits_is_shifted_and_can_be_shifted_back(
    tmp_path: Path, pixel_format: str, shift: int
) -> None:
    ref = plate_ref(pixel_format, SIZE)
    frames = random_frames(ref, 1)
    path = deliver(tmp_path / "d.mov", ref, DeliveryKind.V210, frames)
    with open_plate(path) as reader:
        copy = reader.read(0)
    for stored, plane in zip(copy.planes, frames[0].planes, strict=True):
        assert np.array_equal(stored, plane.astype(np.uint16) << shift)
    assert is_bit_exact(DeliveryKind.V210, ref.layout)


def test_ffmpeg_and_we_pack_v210_alike_where_ffmpeg_does_not_clip(tmp_path: Path) -> None:
    from tests.media.movies import planes_movie

    ref = plate_ref("yuv422p10le", Extent(100, 30))
    frame = random_frame(ref, 0, low=4, high=1020)
    theirs = planes_movie(tmp_path / "t.mov", [frame.planes], "yuv422p10le", codec="v210")
    ours = deliver(tmp_path / "o.mov", ref, DeliveryKind.V210, [frame])
    assert first_packet(theirs) == first_packet(ours)


def first_packet(path: Path) -> bytes:
    with open_in_host(path) as container:
        return bytes(next(container.demux(container.streams.video[0])))


@pytest.mark.parametrize(
    ("pixel_format", "kind", "other"),
    [
        ("yuv422p10le", "v210", "v210"),
        ("yuv422p", "v210", "v210"),
        ("yuvj422p", "v210", "v210"),
        ("yuv422p12le", "prores_422_hq", "dnxhr_hqx"),
        ("yuva422p10le", "prores_4444", "dnxhr_444"),
        ("yuv420p", "prores_422_hq", "dnxhr_hqx"),
        ("yuv420p10le", "prores_422_hq", "dnxhr_hqx"),
        ("gray16le", "prores_422_hq", "dnxhr_hqx"),
        ("yuv411p", "prores_422_hq", "dnxhr_hqx"),
        ("yuv444p", "prores_4444", "dnxhr_444"),
        ("gbrp10le", "prores_4444", "dnxhr_444"),
        ("rgba", "prores_4444", "dnxhr_444"),
    ],
)
def test_the_kind_follows_depth_and_subsampling(pixel_format: str, kind: str, other: str) -> None:
    layout = layout_of(pixel_format)
    assert delivery_for(layout).value == kind
    assert delivery_for(layout, family="dnxhr").value == other


def test_an_unknown_family_is_refused_with_the_known_ones() -> None:
    with pytest.raises(UsageError, match="prores or dnxhr"):
        delivery_for(layout_of("yuv420p"), family="cineform")


def test_only_limited_range_v210_claims_to_be_bit_exact() -> None:
    ten = layout_of("yuv422p10le")
    assert is_bit_exact(DeliveryKind.V210, ten)
    assert not is_bit_exact(DeliveryKind.V210, ten, tags=ColourTags(range=2))
    for name in ("yuvj422p", "yuv420p", "yuv422p12le", "yuva422p10le", "yuv444p", "gbrp", "gray"):
        assert not is_bit_exact(DeliveryKind.V210, layout_of(name)), name
    for kind in DeliveryKind:
        assert is_bit_exact(kind, ten) == (kind is DeliveryKind.V210)


@pytest.mark.parametrize("kind", DeliveryKind)
@pytest.mark.parametrize(
    ("rate", "text"),
    [
        (Fraction(24000, 1001), "01:00:00:00"),
        (Fraction(30000, 1001), "00:59:59;28"),
        (Fraction(30000, 1001), "01:00:00:00"),
        (Fraction(25), "10:11:12:13"),
        (Fraction(60000, 1001), "00:00:59;58"),
        (Fraction(12), "00:00:01:03"),
    ],
)
def test_timecode_track_and_clock_are_exact(
    tmp_path: Path, kind: DeliveryKind, rate: Fraction, text: str
) -> None:
    first = parse_timecode(text, rate)
    ref = plate_ref("yuv420p", SIZE, rate=rate, start_timecode=first.at(0))
    path = deliver(tmp_path / "d.mov", ref, kind, random_frames(ref, 3), first.frames)
    found = probe_plate(path)
    assert (found.rate, found.start_timecode) == (rate, first)
    with open_in_host(path) as container:
        (track,) = container.streams.data
        assert track.metadata["timecode"] == text
        packet = next(container.demux(track))
        assert int.from_bytes(bytes(packet), "big") == first.frames
        stream = container.streams.video[0]
        times = [packet.pts for packet in container.demux(stream) if packet.size]
        step = 1 / rate / stream.time_base
        assert [time for time in times if time is not None] == [step * n for n in range(3)]


def test_without_timecode_there_is_no_timecode_track(tmp_path: Path) -> None:
    ref = plate_ref("yuv420p", SIZE)
    path = deliver(tmp_path / "d.mov", ref, DeliveryKind.V210, random_frames(ref, 1))
    with open_in_host(path) as container:
        assert not container.streams.data


@pytest.mark.parametrize("kind", DeliveryKind)
@pytest.mark.parametrize(
    "tags", [ColourTags(1, 1, 1, 1), ColourTags(9, 16, 9, 0), ColourTags(), ColourTags(2, 2, 6, 1)]
)
def test_colour_tags_are_the_plates_and_unknown_stays_unknown(
    tmp_path: Path, kind: DeliveryKind, tags: ColourTags
) -> None:
    ref = replace(plate_ref("yuv420p", SIZE), colour=tags)
    found = probe_plate(deliver(tmp_path / "d.mov", ref, kind, random_frames(ref, 1))).colour
    names_a_matrix = kind in (DeliveryKind.DNXHR_HQX, DeliveryKind.DNXHR_444)
    matrix = 6 if tags == ColourTags() and names_a_matrix else tags.matrix
    assert (found.primaries, found.transfer, found.matrix) == (
        tags.primaries,
        tags.transfer,
        matrix,
    )
    assert found.range != 2


def test_full_range_becomes_limited_and_says_so(tmp_path: Path) -> None:
    ref = replace(plate_ref("yuvj420p", SIZE), colour=ColourTags(1, 1, 1, 2))
    frame = random_frame(ref, 0)
    planes = (np.full((128, 256), 255, np.uint8), *(np.full((64, 128), 128, np.uint8),) * 2)
    white = replace(frame, planes=planes)
    path = deliver(tmp_path / "d.mov", ref, DeliveryKind.PRORES_422_HQ, [white])
    with open_plate(path) as reader:
        assert np.abs(reader.read(0).planes[0].astype(int) - 940).max() <= 1
        assert not reader.read(0).colour.full_range


def test_rgb_is_coded_with_the_matrix_that_its_tag_names(tmp_path: Path) -> None:
    ref = replace(plate_ref("gbrp10le", SIZE), colour=ColourTags(1, 1, 0, 2))
    path = deliver(tmp_path / "d.mov", ref, DeliveryKind.PRORES_4444, [smooth_frame(ref)])
    assert probe_plate(path).colour.matrix == 1


@pytest.mark.parametrize("kind", DeliveryKind)
def test_pixel_aspect_and_rotation_survive(tmp_path: Path, kind: DeliveryKind) -> None:
    ref = replace(plate_ref("yuv420p", SIZE), pixel_aspect=Fraction(4, 3), rotation=90)
    found = probe_plate(deliver(tmp_path / "d.mov", ref, kind, random_frames(ref, 1)))
    assert (found.pixel_aspect, found.rotation) == (Fraction(4, 3), 90)


def test_alpha_travels_in_prores_4444(tmp_path: Path) -> None:
    ref = plate_ref("yuva444p10le", SIZE)
    ramp: npt.NDArray[np.uint16] = np.tile(np.arange(256, dtype=np.uint16) * 4, (128, 1))
    frame = smooth_frame(ref)
    frame = replace(frame, planes=(*frame.planes[:3], ramp))
    path = deliver(tmp_path / "d.mov", ref, DeliveryKind.PRORES_4444, [frame])
    with open_plate(path) as reader:
        copy = reader.read(0)
    alpha = component_planes(copy)[3].astype(float) / ((1 << copy.layout.bits) - 1)
    assert np.abs(alpha - ramp / 1023).max() < 0.005


@pytest.mark.parametrize(
    ("kind", "extent"),
    [
        (DeliveryKind.V210, Extent(65, 48)),
        (DeliveryKind.DNXHR_HQX, Extent(64, 48)),
        (DeliveryKind.DNXHR_444, Extent(200, 100)),
    ],
)
def test_a_size_that_the_codec_has_not_is_refused_in_one_line(
    tmp_path: Path, kind: DeliveryKind, extent: Extent
) -> None:
    ref = plate_ref("yuv420p", extent)
    with pytest.raises(Refused, match=str(extent)):
        deliver(tmp_path / "d.mov", ref, kind, random_frames(ref, 1))
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("extent", [Extent(65, 47), Extent(64, 47), Extent(17, 16)])
def test_prores_takes_odd_sizes(tmp_path: Path, extent: Extent) -> None:
    for name in ("yuv420p", "gbrp"):
        ref = plate_ref(name, extent)
        path = deliver(tmp_path / "d.mov", ref, delivery_for(ref.layout), [smooth_frame(ref)])
        assert probe_plate(path).extent == extent
        (frame,) = host_frames(path)
        assert (frame.width, frame.height) == (extent.width, extent.height)


def test_equal_frames_make_equal_files(tmp_path: Path) -> None:
    ref = plate_ref("yuv420p", SIZE)
    frames = random_frames(ref, 3)
    for kind in DeliveryKind:
        one, other = (
            deliver(tmp_path / n, ref, kind, frames).read_bytes() for n in ("a.mov", "b.mov")
        )
        assert one == other, kind
