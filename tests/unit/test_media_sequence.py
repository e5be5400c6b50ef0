"""Image sequences: what is read, what is written back, and what is refused."""

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from tests.media.images import ODD, ImageKind, attributes, image_sequence, stored, write_image
from void_studio.core import BadInput, Extent, FrameRange, NotPresent, Rect, Refused, Timecode
from void_studio.finish import composite, support_of
from void_studio.media import (
    Frame,
    PlateRef,
    component_planes,
    delivery_for,
    layout_of,
    open_delivery,
    open_master,
    open_plate,
    probe_plate,
)

RATE = Fraction(24000, 1001)
RGBA = ("R", "G", "B", "A")
HOLE = Rect(9, 5, 11, 8)
ONE_HOUR = 0x01000000
KINDS = {
    "png8": ImageKind(".png", "uint8"),
    "png8_alpha": ImageKind(".png", "uint8", RGBA),
    "png8_grey": ImageKind(".png", "uint8", ("Y",)),
    "png16_grey_alpha": ImageKind(".png", "uint16", ("Y", "A")),
    "png16": ImageKind(".png", "uint16", attributes={"DateTime": "2020:01:02 03:04:05"}),
    "tiff8": ImageKind(".tif", "uint8", attributes={"compression": "lzw", "Artist": "someone"}),
    "tiff16_alpha": ImageKind(".tiff", "uint16", RGBA, {"PixelAspectRatio": 2.0}),
    "tiff_float": ImageKind(".tif", "float"),
    "dpx8": ImageKind(".dpx", "uint8"),
    "dpx10": ImageKind(
        ".dpx", "uint16", attributes={"oiio:BitsPerSample": 10, "dpx:Transfer": "Printing density"}
    ),
    "dpx10_grey": ImageKind(".dpx", "uint16", ("Y",), {"oiio:BitsPerSample": 10}),
    "dpx12_alpha": ImageKind(".dpx", "uint16", RGBA, {"oiio:BitsPerSample": 12}),
    "dpx16": ImageKind(".dpx", "uint16", attributes={"dpx:FilmManufacturerID": "1"}),
    "exr_half_zip": ImageKind(".exr", "half", attributes={"compression": "zip", "hello": "world"}),
    "exr_half_piz_alpha": ImageKind(".exr", "half", RGBA, {"compression": "piz"}),
    "exr_float": ImageKind(".exr", "float", attributes={"compression": "zips"}),
    "exr_grey": ImageKind(".exr", "half", ("Y",)),
    "exr_tiled": ImageKind(".exr", "half", tile=16),
    "exr_overscan": ImageKind(".exr", "half", window=Rect(-4, -3, 45, 29)),
    "exr_cropped": ImageKind(".exr", "half", RGBA, window=Rect(6, 3, 20, 15)),
    "exr_layers": ImageKind(
        ".exr", "half", (*RGBA, "Z", "diffuse.R"), formats=("half",) * 4 + ("float", "half")
    ),
    "exr_layers_cropped": ImageKind(
        ".exr", "float", ("R", "G", "B", "N.X"), window=Rect(5, 3, 60, 17)
    ),
    "exr_anamorphic": ImageKind(".exr", "half", attributes={"PixelAspectRatio": 2.0}),
}


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest) -> ImageKind:
    return KINDS[request.param]


@pytest.fixture
def plate(kind: ImageKind, tmp_path: Path) -> Path:
    return image_sequence(tmp_path / "plate", kind)


def filled(frame: Frame) -> tuple[Frame, np.ndarray]:
    """The frame with grey in the hole, and the support's mask."""
    matte = np.zeros(frame.extent.shape, np.bool_)
    matte[HOLE.slices] = True
    support = support_of(matte, frame.layout, feather=2.0)
    grey = np.full((*frame.extent.shape, 3), 30000, np.uint16)
    return composite(frame, frame.extent.rect, grey, support), support.mask(0)


def bits(samples: np.ndarray) -> np.ndarray:
    return np.ascontiguousarray(samples).view(f"u{samples.dtype.itemsize}")


def master_of(plate: Path, out: Path, change=filled) -> PlateRef:
    with open_plate(plate, rate=RATE) as reader:
        ref = reader.ref
        with open_master(out, ref, first_frame=ref.available_range.start) as writer:
            for number in ref.available_range:
                writer.write(change(reader.read(number))[0])
            writer.finish()
    return ref


def test_a_master_has_the_plates_samples_outside_bit_for_bit(
    kind: ImageKind, plate: Path, tmp_path: Path
) -> None:
    out = tmp_path / "version" / f"master.####{kind.suffix}"
    ref = master_of(plate, out)
    with open_plate(plate, rate=RATE) as before, open_plate(out, rate=RATE) as after:
        assert after.ref.available_range == ref.available_range == FrameRange(1001, 4)
        assert (after.ref.layout, after.ref.extent) == (ref.layout, ref.extent)
        for number in ref.available_range:
            wanted, mask = filled(before.read(number))
            planes = zip(
                component_planes(before.read(number)),
                component_planes(after.read(number)),
                component_planes(wanted),
                strict=True,
            )
            for index, (original, copy, composited) in enumerate(planes):
                assert np.array_equal(bits(copy), bits(composited))
                outside = np.ones_like(mask) if index == 3 else ~mask
                assert np.array_equal(bits(copy)[outside], bits(original)[outside])
                if index < 1:
                    assert (bits(copy) != bits(original))[mask].any()


def test_a_master_keeps_every_attribute_and_channel(
    kind: ImageKind, plate: Path, tmp_path: Path
) -> None:
    out = tmp_path / f"master.####{kind.suffix}"
    master_of(plate, out)
    for number in range(1001, 1005):
        files = [path.with_name(path.name.replace("####", str(number))) for path in (plate, out)]
        before, after = (attributes(file, without=["tiff:RowsPerStrip"]) for file in files)
        if kind.window is None or kind.window.intersect(ODD.rect) == ODD.rect:
            assert after == before
        grown = {"x", "y", "width", "height", "oiio:RowsPerChunk"}
        assert {name: after[name] for name in after if name not in grown} == {
            name: before[name] for name in before if name not in grown
        }


def test_channels_beside_colour_are_kept_sample_for_sample(tmp_path: Path) -> None:
    kind = KINDS["exr_layers"]
    plate = image_sequence(tmp_path / "plate", kind)
    master_of(plate, tmp_path / "master.####.exr")
    _, before = stored(tmp_path / "plate" / "plate.1002.exr")
    _, after = stored(tmp_path / "master.1002.exr")
    assert np.array_equal(before[..., 3:], after[..., 3:], equal_nan=True)
    assert not np.array_equal(before[..., :3], after[..., :3], equal_nan=True)


def test_samples_beyond_the_display_window_are_kept(tmp_path: Path) -> None:
    plate = image_sequence(tmp_path / "plate", KINDS["exr_overscan"])
    master_of(plate, tmp_path / "master.####.exr")
    _, before = stored(tmp_path / "plate" / "plate.1001.exr")
    _, after = stored(tmp_path / "master.1001.exr")
    assert np.array_equal(before[:3], after[:3], equal_nan=True)
    assert np.array_equal(before[:, :4], after[:, :4], equal_nan=True)


def test_a_data_window_grows_only_for_a_fill_that_needs_it(tmp_path: Path) -> None:
    plate = image_sequence(tmp_path / "plate", KINDS["exr_cropped"])
    master_of(plate, tmp_path / "same.####.exr", change=lambda frame: (frame, None))
    assert attributes(tmp_path / "same.1001.exr") == attributes(tmp_path / "plate/plate.1001.exr")

    def all_grey(frame: Frame) -> tuple[Frame, None]:
        support = support_of(np.ones(frame.extent.shape, np.bool_), frame.layout)
        grey = np.full((*frame.extent.shape, 3), 30000, np.uint16)
        return composite(frame, frame.extent.rect, grey, support), None

    master_of(plate, tmp_path / "grown.####.exr", change=all_grey)
    spec, _ = stored(tmp_path / "grown.1001.exr")
    assert (spec.x, spec.y, spec.width, spec.height) == (0, 0, ODD.width, ODD.height)
    with open_plate(tmp_path / "grown.####.exr", rate=RATE) as reader:
        red = component_planes(reader.read(1001))[0]
        assert len(np.unique(red)) == 1


def test_the_same_frames_give_the_same_files(kind: ImageKind, plate: Path, tmp_path: Path) -> None:
    import time

    master_of(plate, tmp_path / f"a.####{kind.suffix}")
    if kind is KINDS["exr_half_zip"]:
        time.sleep(1.1)  # a header with the time of writing would now differ
    master_of(plate, tmp_path / f"b.####{kind.suffix}")
    for number in range(1001, 1005):
        files = [tmp_path / f"{name}.{number}{kind.suffix}" for name in "ab"]
        assert files[0].read_bytes() == files[1].read_bytes()


@pytest.mark.parametrize(
    ("name", "pixel_format", "bits_used"),
    [
        ("png8", "rgb24", 8),
        ("png16_grey_alpha", "ya16le", 16),
        ("tiff16_alpha", "rgba64le", 16),
        ("dpx10", "gbrp10le", 10),
        ("dpx12_alpha", "gbrap12le", 12),
        ("exr_half_piz_alpha", "rgbaf16le", 16),
        ("exr_float", "rgbf32le", 32),
        ("exr_grey", "grayf16le", 16),
    ],
)
def test_samples_are_those_in_the_file(
    tmp_path: Path, name: str, pixel_format: str, bits_used: int
) -> None:
    plate = image_sequence(tmp_path, KINDS[name])
    with open_plate(plate, rate=RATE) as reader:
        frame = reader.read(1002)
    assert reader.ref.layout.pixel_format == pixel_format
    _, samples = stored(tmp_path / plate.name.replace("####", "1002"))
    shift = samples.dtype.itemsize * 8 - bits_used
    for index, plane in enumerate(component_planes(frame)):
        wanted = samples[..., index] >> shift if shift else samples[..., index]
        assert np.array_equal(bits(plane), bits(wanted))


@pytest.mark.parametrize("compression", ["dwaa", "b44", "pxr24"])
def test_lossy_compression_becomes_lossless_and_is_told(tmp_path: Path, compression: str) -> None:
    sample = "float" if compression == "pxr24" else "half"
    kind = ImageKind(".exr", sample, attributes={"compression": compression})
    plate = image_sequence(tmp_path / "plate", kind)
    ref = master_of(plate, tmp_path / "m.####.exr", change=lambda frame: (frame, None))
    assert compression in ref.notes[0]
    assert attributes(tmp_path / "m.1001.exr")["compression"] == "zip"
    with open_plate(plate, rate=RATE) as before, open_plate(ref.location, rate=RATE) as after:
        assert np.array_equal(bits(before.read(1003).planes[0]), bits(after.read(1003).planes[0]))


def test_floats_are_seen_through_the_srgb_curve(tmp_path: Path) -> None:
    kind = ImageKind(".exr", "float")
    light = np.array([-1, 0, 0.0031308, 0.18, 0.5, 1, 4, np.nan], np.float32)
    image = np.repeat(light[None, :, None], 3, axis=2)
    write_image(tmp_path / "plate.0001.exr", kind.spec(Extent(8, 1)), image)
    with open_plate(tmp_path / "plate.####.exr", rate=RATE) as reader:
        frame = reader.read(1)
    assert frame.colour.assumed == ("scene-linear light, seen through the sRGB curve from 0 to 1",)
    signal = frame.rgb()[0, :, 0] / 65535
    assert np.allclose(signal, [0, 0, 0.04045, 0.46135, 0.73536, 1, 1, 0], atol=2e-5)


def test_half_and_float_look_alike(tmp_path: Path) -> None:
    light = np.random.default_rng(3).random((20, 30, 3)).astype(np.float16)
    for sample in ("half", "float"):
        kind = ImageKind(".exr", sample)
        image = light.astype(np.float16 if sample == "half" else np.float32)
        write_image(tmp_path / f"{sample}.0001.exr", kind.spec(Extent(30, 20)), image)
    pictures = []
    for sample in ("half", "float"):
        with open_plate(tmp_path / f"{sample}.####.exr", rate=RATE) as reader:
            pictures.append(reader.read(1).rgb())
    assert np.array_equal(*pictures)


def test_a_fill_in_a_float_plate_comes_back_as_the_canvas_had_it(tmp_path: Path) -> None:
    plate = image_sequence(tmp_path, KINDS["exr_float"])
    with open_plate(plate, rate=RATE) as reader:
        frame = reader.read(1001)
    result, mask = filled(frame)
    assert np.isfinite(component_planes(result)[0][mask]).all()
    inside = result.rgb()[HOLE.slices]
    assert np.abs(inside.astype(int) - 30000).max() <= 1


def test_rate_and_timecode_come_from_the_headers(tmp_path: Path) -> None:
    plate = image_sequence(
        tmp_path,
        ImageKind(".exr", "half", attributes={"FramesPerSecond": (24000, 1001)}),
        change=lambda spec, number: spec.attribute(
            "smpte:TimeCode", "timecode", (ONE_HOUR | number - 1001, 0)
        ),
    )
    ref = probe_plate(plate)
    assert ref.rate == RATE
    assert ref.start_timecode == Timecode(86400, RATE)
    assert ref.available_range == FrameRange(1001, 4)
    assert ref.timecode_at(1003) == Timecode(86402, RATE)


def test_drop_frame_timecode_of_a_dpx_is_read(tmp_path: Path) -> None:
    drop = 0x00010002 | 1 << 6  # 00:01:00;02
    words = {"dpx:FrameRate": 29.97, "smpte:TimeCode": (drop, 0)}
    plate = image_sequence(tmp_path, ImageKind(".dpx", "uint8", attributes=words), frames=1)
    ref = probe_plate(plate)
    assert ref.rate == Fraction(30000, 1001)
    assert str(ref.start_timecode) == "00:01:00;02"


def test_timecodes_that_do_not_count_on_are_ignored_and_told(tmp_path: Path) -> None:
    kind = ImageKind(".exr", "half", attributes={"smpte:TimeCode": (ONE_HOUR, 0)})
    ref = probe_plate(image_sequence(tmp_path, kind), rate=RATE)
    assert ref.start_timecode is None
    assert "count on" in ref.notes[0]


def test_a_rate_is_asked_for_where_nothing_tells_it(tmp_path: Path) -> None:
    plate = image_sequence(tmp_path, KINDS["png8"])
    with pytest.raises(BadInput, match=r"--rate 24"):
        probe_plate(plate)
    assert probe_plate(plate, rate=Fraction(25)).rate == 25


def test_facts_of_a_sequence(tmp_path: Path) -> None:
    ref = probe_plate(image_sequence(tmp_path, KINDS["exr_anamorphic"]), rate=RATE)
    assert (ref.codec, ref.container, ref.pixel_aspect) == ("exr", "sequence", 2)
    assert (ref.extent, ref.keyframes, ref.variable_rate) == (ODD, 4, False)
    assert (ref.start_timecode, ref.rotation) == (None, 0)


def two_parts(path: Path) -> None:
    import OpenImageIO

    spec = ImageKind(".exr", "half").spec(ODD)
    out = OpenImageIO.ImageOutput.create(str(path))
    assert out.open(str(path), [spec, spec])
    for part in (0, 1):
        assert out.open(str(path), spec, "AppendSubimage") if part else True
        assert out.write_image(np.zeros((*ODD.shape, 3), np.float16))
    assert out.close()


def cut_short(path: Path) -> None:
    write_image(path, KINDS["exr_half_zip"].spec(ODD), KINDS["exr_half_zip"].noise(ODD, 1))
    path.write_bytes(path.read_bytes()[:1500])


def other_channels(path: Path) -> None:
    kind = ImageKind(".exr", "half", ("beauty.R", "beauty.G", "beauty.B"))
    write_image(path, kind.spec(ODD), kind.noise(ODD, 1))


def whole_numbers(path: Path) -> None:
    kind = ImageKind(".exr", "half", ("R", "G", "B", "id"), formats=("half",) * 3 + ("uint",))
    write_image(path, kind.spec(ODD), np.zeros((*ODD.shape, 4), np.float32))


def png_called_exr(path: Path) -> None:
    write_image(path.with_suffix(".png"), KINDS["png8"].spec(ODD), KINDS["png8"].noise(ODD, 1))
    path.with_suffix(".png").rename(path)


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (two_parts, "several pictures"),
        (cut_short, "damaged"),
        (other_channels, r"beauty\.R"),
        (whole_numbers, "integer channels"),
        (png_called_exr, "png under a wrong name"),
        (lambda path: path.write_bytes(b""), "can not be read"),
        (lambda path: path.write_text("no picture" * 100), "can not be read"),
    ],
)
def test_files_that_can_not_be_a_plate_are_refused_in_one_line(
    tmp_path: Path, make, reason: str
) -> None:
    make(tmp_path / "plate.1001.exr")
    with (
        pytest.raises(BadInput, match=reason) as caught,
        open_plate(tmp_path / "plate.####.exr", rate=RATE) as reader,
    ):
        reader.read(1001)
    assert "plate.1001.exr" in caught.value.line()
    assert "\n" not in caught.value.line()


def test_dpx_of_ten_bits_with_alpha_is_refused(tmp_path: Path) -> None:
    kind = ImageKind(".dpx", "uint16", RGBA, {"oiio:BitsPerSample": 10})
    with pytest.raises(BadInput, match="10 bits"):
        probe_plate(image_sequence(tmp_path, kind), rate=RATE)


def test_a_file_of_another_size_is_named(tmp_path: Path) -> None:
    plate = image_sequence(tmp_path, KINDS["png8"])
    kind = KINDS["png8"]
    small = Extent(20, 10)
    write_image(tmp_path / "plate.1003.png", kind.spec(small), kind.noise(small, 1))
    with open_plate(plate, rate=RATE) as reader:
        reader.read(1002)
        with pytest.raises(BadInput, match=r"plate\.1003\.png"):
            reader.read(1003)


def test_a_file_that_goes_while_the_plate_is_open_is_named(tmp_path: Path) -> None:
    plate = image_sequence(tmp_path, KINDS["png8"])
    with open_plate(plate, rate=RATE) as reader:
        (tmp_path / "plate.1002.png").unlink()
        with pytest.raises(NotPresent, match=r"plate\.1002\.png"):
            reader.read(1002)


def test_a_master_never_mixes_with_files_that_are_there(tmp_path: Path) -> None:
    plate = image_sequence(tmp_path, KINDS["png8"])
    with pytest.raises(Refused, match="1001-1004"):
        master_of(plate, plate)


def test_a_master_of_another_kind_than_the_plate_is_refused(tmp_path: Path) -> None:
    plate = image_sequence(tmp_path, KINDS["exr_float"])
    with pytest.raises(Refused, match=r"not \.dpx"):
        master_of(plate, tmp_path / "m.####.dpx")
    with pytest.raises(Refused, match="float"):
        master_of(plate, tmp_path / "m.mkv")


def test_layouts_of_floats_are_as_ffmpeg_names_them() -> None:
    import av

    for name in ("rgbf16le", "rgbaf16le", "rgbf32le", "rgbaf32le", "grayf32le", "ya8", "ya16le"):
        layout, theirs = layout_of(name), av.VideoFormat(name, 8, 8)
        assert layout.bits == theirs.components[0].bits
        assert sum(len(plane.components) for plane in layout.planes) == len(theirs.components)
        assert layout.has_alpha == any(component.is_alpha for component in theirs.components)
        assert np.dtype(layout.dtype).itemsize * 8 == layout.bits


@pytest.mark.parametrize("name", ["exr_half_zip", "exr_tiled", "png16", "tiff8", "dpx10"])
def test_damaged_files_are_read_or_refused_in_one_line(tmp_path: Path, name: str) -> None:
    plate = image_sequence(tmp_path, KINDS[name], frames=1)
    file = tmp_path / plate.name.replace("####", "1001")
    whole = file.read_bytes()
    rng = np.random.default_rng(11)
    refusals: list[str] = []
    for _ in range(60):
        data = bytearray(whole)
        reach = int(rng.choice([64, 600, len(data)]))
        for place in rng.integers(0, min(reach, len(data)), int(rng.integers(1, 6))):
            data[place] = rng.integers(0, 256)
        file.write_bytes(data[: int(rng.choice([len(data), len(data), 700]))])
        try:
            with open_plate(plate, rate=RATE) as reader:
                reader.read(reader.ref.available_range.start).rgb()
        except (BadInput, NotPresent) as error:
            refusals.append(error.line())
    assert refusals
    assert all(line.isprintable() for line in refusals)


@pytest.mark.parametrize(
    "name", ["png8_grey", "png16_grey_alpha", "exr_grey", "exr_tiled", "dpx12_alpha"]
)
def test_every_kind_of_sample_can_be_delivered(tmp_path: Path, name: str) -> None:
    plate = image_sequence(tmp_path, KINDS[name], extent=Extent(64, 48))
    with open_plate(plate, rate=RATE) as reader:
        ref = reader.ref
        kind = delivery_for(ref.layout)
        pictures = [reader.read(number).rgb() for number in ref.available_range]
        with open_delivery(tmp_path / "out.mov", ref, kind, first_frame=1001) as writer:
            for number in ref.available_range:
                writer.write(reader.read(number))
            writer.finish()
    with open_plate(tmp_path / "out.mov") as reader:
        frames = reader.ref.available_range
        assert (len(frames), reader.ref.start_timecode) == (4, None)
        copy = reader.read(frames.start).rgb()
    assert abs(float(copy.mean()) - float(pictures[0].mean())) < 0.03 * 65535
