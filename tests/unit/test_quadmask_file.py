import json
from fractions import Fraction

import av
import numpy as np
import pytest

from void_studio.core import (
    BadInput,
    Extent,
    FrameRange,
    NotPresent,
    Refused,
    StudioError,
    Timecode,
)
from void_studio.media import probe_plate
from void_studio.quadmask import (
    Quadmask,
    Reading,
    check_quadmask,
    read_matte,
    read_quadmask,
    write_matte,
    write_quadmask,
)

RATE = Fraction(24000, 1001)
STORED = np.array([0, 63, 127, 255], np.uint8)


def noise(extent, frames, start=0):
    random = np.random.default_rng(extent.width * 1000 + extent.height)
    shape = (frames, *extent.shape)
    return Quadmask.of(start, extent, STORED[random.integers(0, 4, shape)])


def write_movie(path, pixel_format, planes, codec="ffv1", metadata=None):
    """A movie of native planes, every frame a list of (height, width) arrays."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream(codec, rate=25)
        stream.height, stream.width = planes[0][0].shape
        stream.pix_fmt = pixel_format
        stream.metadata.update(metadata or {})
        for frame in planes:
            picture = av.VideoFrame(stream.width, stream.height, pixel_format)
            for plane, samples in zip(picture.planes, frame, strict=True):
                stored = np.frombuffer(memoryview(plane), np.uint8).reshape(-1, plane.line_size)
                rows = np.ascontiguousarray(samples).view(np.uint8)
                stored[: rows.shape[0], : rows.shape[1]] = rows
            container.mux(stream.encode(picture))
        container.mux(stream.encode(None))


def grey_chroma(luma):
    return [luma, np.full_like(luma, 128), np.full_like(luma, 128)]


@pytest.mark.parametrize("size", [(64, 48), (33, 21), (61, 47), (2, 2), (17, 90), (320, 180)])
def test_written_numbers_are_read_back_exactly(tmp_path, size):
    quadmask = noise(Extent(*size), 5)
    path = tmp_path / "quadmask.mkv"
    write_quadmask(path, quadmask, rate=RATE, start_timecode=None)
    file = read_quadmask(path, extent=Extent(*size))
    assert file.frames.digest == quadmask.digest
    assert file.frames.range == FrameRange(0, 5)
    assert (file.start, file.rate, file.frames.off_values) == (None, RATE, 0)
    assert file.reading is Reading.STORED


@pytest.mark.parametrize(
    ("rate", "drop_frame"), [(RATE, False), (Fraction(25), False), (Fraction(30000, 1001), True)]
)
def test_the_start_timecode_is_the_number_of_the_first_frame(tmp_path, rate, drop_frame):
    quadmask = noise(Extent(64, 48), 3, start=86407)
    path = tmp_path / "quadmask.mkv"
    timecode = Timecode(86407, rate, drop_frame)
    write_quadmask(path, quadmask, rate=rate, start_timecode=timecode)
    file = read_quadmask(path)
    assert file.start == 86407
    assert file.start_timecode == timecode
    assert file.frames.renumbered(file.start).digest == quadmask.digest


def test_the_pixel_aspect_of_the_plate_is_kept(tmp_path):
    plate = tmp_path / "plate.mkv"
    write_movie(plate, "gray", [[np.zeros((48, 64), np.uint8)]])
    like = probe_plate(plate)
    path = tmp_path / "quadmask.mkv"
    quadmask = noise(Extent(64, 48), 2)
    write_quadmask(path, quadmask, rate=RATE, start_timecode=None, like=like)
    assert probe_plate(path).pixel_aspect == like.pixel_aspect


def test_a_quadmask_without_frames_is_not_written(tmp_path):
    quadmask = Quadmask.of(0, Extent(8, 8), [])
    with pytest.raises(BadInput, match="without frames"):
        write_quadmask(tmp_path / "quadmask.mkv", quadmask, rate=RATE, start_timecode=None)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("levels", "reading"),
    [([0, 63, 127, 255], Reading.STORED), ([16, 70, 125, 235], Reading.EXPANDED)],
)
@pytest.mark.parametrize("pixel_format", ["yuv444p", "gray"])
def test_movies_are_read_by_the_levels_that_they_hold(tmp_path, levels, reading, pixel_format):
    expected = noise(Extent(64, 48), 3)
    lookup = np.zeros(256, np.uint8)
    lookup[STORED] = levels
    lumas = [lookup[expected.values(frame)] for frame in range(3)]
    planes = [grey_chroma(luma) if pixel_format == "yuv444p" else [luma] for luma in lumas]
    path = tmp_path / "quadmask.mkv"
    write_movie(path, pixel_format, planes)
    file = read_quadmask(path)
    assert file.reading is reading
    assert file.frames.off_values == 0
    assert file.frames.digest == expected.digest


def test_black_and_white_movies_are_read_as_stored_when_both_readings_fit(tmp_path):
    luma = np.zeros((48, 64), np.uint8)
    luma[:, 30:] = 255
    write_movie(tmp_path / "quadmask.mkv", "gray", [[luma]])
    file = read_quadmask(tmp_path / "quadmask.mkv")
    assert (file.reading, file.frames.off_values) == (Reading.STORED, 0)


def test_samples_of_ten_bits_are_rounded_to_eight(tmp_path):
    values = np.repeat(np.array([[0, 253, 509, 1023]], np.uint16), 16, axis=1)
    write_movie(tmp_path / "quadmask.mkv", "gray10le", [[np.repeat(values, 32, axis=0)]])
    file = read_quadmask(tmp_path / "quadmask.mkv")
    assert np.unique(file.frames.values(0)).tolist() == [0, 63, 127, 255]
    assert file.frames.off_values == 0


def test_the_first_channel_of_colour_counts(tmp_path):
    expected = noise(Extent(64, 48), 1).values(0)
    other = np.full_like(expected, 200)
    write_movie(tmp_path / "quadmask.avi", "gbrp", [[other, other, expected]], codec="ffvhuff")
    file = read_quadmask(tmp_path / "quadmask.avi")
    assert np.array_equal(file.frames.values(0), expected)


def test_samples_that_are_no_stored_number_are_snapped_and_counted(tmp_path):
    luma = np.full((48, 64), 255, np.uint8)
    luma[10, :20] = 3
    luma[11, :7] = 100
    luma[12:30] = 0
    write_movie(tmp_path / "quadmask.mkv", "gray", [[luma], [luma]])
    file = read_quadmask(tmp_path / "quadmask.mkv")
    assert file.frames.off_values == 2 * 27
    values = file.frames.values(1)
    assert (values[10, 0], values[11, 0], values[10, 60]) == (0, 127, 255)


def test_a_quadmask_of_another_size_is_refused_naming_both_sizes(tmp_path):
    write_quadmask(tmp_path / "q.mkv", noise(Extent(64, 48), 2), rate=RATE, start_timecode=None)
    with pytest.raises(BadInput, match=r"64x48.*1920x1080"):
        read_quadmask(tmp_path / "q.mkv", extent=Extent(1920, 1080))


@pytest.mark.parametrize("name", ["quadmask.frames.json", "frames.json"])
def test_a_sidecar_decides_over_the_timecode(tmp_path, name):
    path = tmp_path / "quadmask.mkv"
    quadmask = noise(Extent(64, 48), 2)
    write_quadmask(path, quadmask, rate=RATE, start_timecode=Timecode(5, RATE))
    (tmp_path / name).write_text('{"start": 1001}')
    assert read_quadmask(path).start == 1001


def test_the_sidecar_of_the_same_name_decides_over_the_one_of_the_folder(tmp_path):
    write_quadmask(tmp_path / "q.mkv", noise(Extent(64, 48), 2), rate=RATE, start_timecode=None)
    (tmp_path / "frames.json").write_text('{"start": 1}')
    (tmp_path / "q.frames.json").write_text('{"start": 2}')
    assert read_quadmask(tmp_path / "q.mkv").start == 2


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        '{"start": "1001"}',
        '{"start": 1.5}',
        '{"start": true}',
        '{"start": 1e400}',
        '{"start": 9999999999999999}',
        '{"start": 5, "rate": "never"}',
        "[" * 20_000,
        "\udcff",
    ],
)
def test_a_sidecar_that_says_nothing_is_refused(tmp_path, text):
    write_quadmask(tmp_path / "q.mkv", noise(Extent(64, 48), 2), rate=RATE, start_timecode=None)
    (tmp_path / "q.frames.json").write_bytes(text.encode(errors="surrogateescape"))
    with pytest.raises(BadInput):
        read_quadmask(tmp_path / "q.mkv")


def test_what_is_not_there_is_said_to_be_missing(tmp_path):
    with pytest.raises(NotPresent):
        read_quadmask(tmp_path / "none.mkv")


@pytest.mark.parametrize("content", [b"", b"not a movie", b"\x1a\x45\xdf\xa3" + bytes(500)])
def test_foreign_files_are_refused(tmp_path, content):
    (tmp_path / "q.mkv").write_bytes(content)
    with pytest.raises(BadInput):
        read_quadmask(tmp_path / "q.mkv")


@pytest.mark.parametrize("share", [0.02, 0.3, 0.6, 0.95])
def test_truncated_movies_are_refused(tmp_path, share):
    path = tmp_path / "q.mkv"
    write_quadmask(path, noise(Extent(160, 90), 8), rate=RATE, start_timecode=None)
    data = path.read_bytes()
    path.write_bytes(data[: int(len(data) * share)])
    with pytest.raises(StudioError):
        read_quadmask(path)


def test_a_movie_without_frames_is_refused(tmp_path):
    with av.open(str(tmp_path / "q.mkv"), "w") as container:
        stream = container.add_stream("ffv1", rate=25)
        stream.width, stream.height, stream.pix_fmt = 64, 48, "gray"
        container.start_encoding()
    with pytest.raises(BadInput):
        read_quadmask(tmp_path / "q.mkv")


def test_a_folder_that_can_not_be_written_is_refused_and_nothing_is_left(tmp_path):
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(Refused):
        write_quadmask(
            tmp_path / "file" / "q.mkv",
            noise(Extent(64, 48), 1),
            rate=RATE,
            start_timecode=None,
        )
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_black_and_white_mattes_are_written_and_read_back(tmp_path):
    extent = Extent(61, 47)
    mattes = [np.random.default_rng(frame).random(extent.shape) < 0.3 for frame in range(4)]
    path = tmp_path / "matte.mkv"
    timecode = Timecode(1001, RATE)
    write_matte(path, mattes, extent=extent, rate=RATE, start_timecode=timecode)
    file = read_matte(path)
    assert (len(file), file.extent, file.rate, file.start) == (4, extent, RATE, 1001)
    assert file.start_timecode == timecode
    assert all(np.array_equal(file.matte(index), mattes[index]) for index in range(4))


def test_a_matte_is_set_from_the_middle_of_the_scale_on(tmp_path):
    luma = np.repeat(np.array([[0, 127, 128, 255]], np.uint8), 16, axis=1)
    write_movie(tmp_path / "matte.mkv", "gray", [[np.repeat(luma, 32, axis=0)]])
    assert read_matte(tmp_path / "matte.mkv").matte(0)[0, ::16].tolist() == [
        False,
        False,
        True,
        True,
    ]


@pytest.mark.parametrize(
    ("clip", "size", "frames", "numbers"),
    [
        ("lime/quadmask_0.mp4", Extent(3840, 2160), 46, 4),
        ("BigBen/trimask_quadmask.mp4", Extent(544, 360), 50, 3),
        ("ducky-float/trimask_quadmask.mp4", Extent(1296, 720), 62, 4),
    ],
)
def test_the_quadmasks_that_void_ships_hold_nothing_but_stored_numbers(
    shared_data, clip, size, frames, numbers
):
    file = read_quadmask(shared_data / "clips" / clip, extent=size)
    report = check_quadmask(file)
    assert (report.frames, report.off_values) == (frames, 0)
    assert file.reading is Reading.EXPANDED
    assert sum(count > 0 for count in report.counts.values()) == numbers
    assert json.loads(json.dumps(dict(report.counts)))["255"] > 0
