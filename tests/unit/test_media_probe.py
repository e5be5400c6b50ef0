"""The facts of a plate are those in the file, and what is no plate is refused with one line."""

from fractions import Fraction
from pathlib import Path

import pytest

from tests.media.broken import empty_movie, foreign_movie, truncated_copy, zero_frame_movie
from tests.media.movies import numbered_movie
from void_studio.core import BadInput, Extent, FrameRange, NotPresent, StudioError
from void_studio.media import UNTAGGED, ColourTags, probe_plate

FILM, NTSC = Fraction(24000, 1001), Fraction(30000, 1001)
FASTSTART = {"movflags": "faststart"}


@pytest.mark.parametrize(
    ("rate", "timecode", "start"),
    [
        (Fraction(24), "01:00:00:00", 86400),
        (FILM, "10:00:00:00", 864000),
        (Fraction(25), "00:00:01:02", 27),
        (NTSC, "01:00:00;00", 107892),
        (NTSC, "01:00:00:00", 108000),
        (Fraction(60000, 1001), "00:01:00;04", 3600),
        (Fraction(24), None, 0),
    ],
)
@pytest.mark.parametrize("name", ["a.mov", "a.mkv"])
def test_a_plate_is_numbered_by_its_start_timecode(
    tmp_path: Path, name: str, rate: Fraction, timecode: str | None, start: int
) -> None:
    path = numbered_movie(tmp_path / name, frames=5, rate=rate, timecode=timecode)
    ref = probe_plate(path)
    assert ref.available_range == FrameRange(start, 5)
    assert ref.rate == rate
    assert not ref.variable_rate
    assert ref.notes == ()
    assert (str(ref.start_timecode) if ref.start_timecode else None) == timecode


@pytest.mark.parametrize("timecode", ["later", "00:00:00:99", "01:00:00;00"])
def test_a_timecode_that_is_none_is_ignored_and_said(tmp_path: Path, timecode: str) -> None:
    path = numbered_movie(tmp_path / "a.mkv", frames=2, rate=Fraction(24), timecode=timecode)
    ref = probe_plate(path)
    assert ref.start_timecode is None
    assert ref.available_range.start == 0
    assert len(ref.notes) == 1
    assert timecode in ref.notes[0]


def test_a_rate_can_be_given_in_place_of_the_stated_one(tmp_path: Path) -> None:
    path = numbered_movie(tmp_path / "a.mkv", frames=2, timecode="00:00:10:00")
    ref = probe_plate(path, rate=Fraction(25))
    assert ref.rate == 25
    assert ref.available_range.start == 250


@pytest.mark.parametrize(
    "tags", [UNTAGGED, ColourTags(1, 1, 1, 1), ColourTags(9, 16, 9, 1), ColourTags(5, 6, 5, 2)]
)
def test_colour_tags_are_those_that_the_file_stores(tmp_path: Path, tags: ColourTags) -> None:
    path = numbered_movie(tmp_path / "a.mkv", codec="ffv1", frames=2, tags=tags)
    assert probe_plate(path).colour == tags


def test_shape_codec_and_layout_are_read(tmp_path: Path) -> None:
    path = numbered_movie(
        tmp_path / "a.mov",
        codec="prores_ks",
        pixel_format="yuv422p10le",
        frames=3,
        extent=Extent(96, 64),
        pixel_aspect=Fraction(4, 3),
    )
    ref = probe_plate(path)
    assert (ref.codec, ref.container) == ("prores", "mov")
    assert ref.extent == Extent(96, 64)
    assert ref.layout.pixel_format == "yuv422p10le"
    assert ref.pixel_aspect == Fraction(4, 3)
    assert ref.keyframes == 3
    assert not ref.interlaced
    assert ref.rotation == 0


@pytest.mark.parametrize("degrees", [90, 180, 270])
def test_rotation_is_clockwise(tmp_path: Path, degrees: int) -> None:
    path = numbered_movie(tmp_path / "a.mp4", frames=2, rotation=degrees)
    assert probe_plate(path).rotation == degrees


@pytest.mark.parametrize(
    ("codec", "options"),
    [("libx264", {"x264-params": "interlaced=1"}), ("mpeg2video", {"flags": "+ildct+ilme"})],
)
def test_fields_are_noticed(tmp_path: Path, codec: str, options: dict[str, str]) -> None:
    path = numbered_movie(tmp_path / "a.mkv", codec=codec, frames=4, options=options)
    assert probe_plate(path).interlaced


def test_a_file_that_is_not_there_is_missing(tmp_path: Path) -> None:
    with pytest.raises(NotPresent, match=r"nowhere\.mov: no such file"):
        probe_plate(tmp_path / "nowhere.mov")


def test_a_folder_without_pictures_is_no_plate(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="0 image sequences"):
        probe_plate(tmp_path)


@pytest.mark.parametrize("make", [empty_movie, foreign_movie, zero_frame_movie])
@pytest.mark.parametrize("name", ["a.mov", "a.mkv", "a.mp4"])
def test_a_file_without_a_picture_is_refused(
    tmp_path: Path, make: object, name: str, capfd: pytest.CaptureFixture[str]
) -> None:
    assert callable(make)
    assert_refused(make(tmp_path / name))
    assert capfd.readouterr() == ("", "")


def test_text_and_playlists_are_no_movies(tmp_path: Path) -> None:
    movie = numbered_movie(tmp_path / "a.mp4", frames=2)
    playlist = tmp_path / "list.m3u8"
    playlist.write_text(f"#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\n{movie}\n")
    concat = tmp_path / "list.ffconcat"
    concat.write_text(f"ffconcat version 1.0\nfile '{movie.name}'\n")
    for path in (foreign_movie(tmp_path / "notes.txt"), playlist, concat):
        assert_refused(path)


def test_a_name_that_looks_like_an_address_is_a_file(tmp_path: Path) -> None:
    movie = numbered_movie(tmp_path / "concat:a b#1%20.mp4", frames=2)
    assert len(probe_plate(movie).available_range) == 2


@pytest.mark.parametrize("keep", [0.9, 0.5, 0.05])
@pytest.mark.parametrize(
    ("name", "codec", "options"),
    [
        ("tables_last.mov", "prores_ks", {}),
        ("tables_first.mov", "prores_ks", FASTSTART),
        ("tables_first.mp4", "libx264", FASTSTART),
        ("a.mkv", "ffv1", {}),
        ("a.mxf", "mpeg2video", {}),
    ],
)
def test_a_truncated_movie_is_refused_with_one_line(
    tmp_path: Path, name: str, codec: str, options: dict[str, str], keep: float
) -> None:
    pixel_format = "yuv422p10le" if codec in {"prores_ks", "ffv1"} else "yuv420p"
    whole = numbered_movie(
        tmp_path / name, codec=codec, pixel_format=pixel_format, container_options=options
    )
    assert len(probe_plate(whole).available_range) == 24
    assert_refused(truncated_copy(whole, tmp_path / f"cut_{name}", keep=keep))


def test_a_pixel_format_that_can_not_be_worked_on_is_named(tmp_path: Path) -> None:
    path = numbered_movie(tmp_path / "a.mkv", frames=2)
    raw = tmp_path / "packed.mkv"
    _write_uyvy(raw)
    assert probe_plate(path).layout.pixel_format == "yuv420p"
    with pytest.raises(BadInput, match="uyvy422"):
        probe_plate(raw)


def _write_uyvy(path: Path) -> None:
    import av

    with av.open(str(path), "w") as container:
        stream = container.add_stream("rawvideo", rate=24)
        assert isinstance(stream, av.VideoStream)
        stream.width, stream.height, stream.pix_fmt = 64, 48, "uyvy422"
        container.mux(stream.encode(av.VideoFrame(64, 48, "uyvy422")))
        container.mux(stream.encode())


def assert_refused(path: Path) -> None:
    with pytest.raises(StudioError) as caught:
        probe_plate(path)
    assert isinstance(caught.value, BadInput)
    assert str(caught.value).startswith(str(path))
    assert "\n" not in str(caught.value)
