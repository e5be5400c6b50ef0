"""Copies of plates keep the sound, and the times of frames at a variable rate."""

from contextlib import closing
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest

from tests.media.movies import numbered_movie, read_number
from tests.media.sounds import sound_packets, with_sound
from void_studio.core import Refused
from void_studio.media import (
    DeliveryKind,
    FrameWriter,
    MoviePlateReader,
    Sound,
    check_sound,
    open_delivery,
    open_master,
    open_plate,
    probe_plate,
    sound_of,
    streams_left_out,
)

UNEVEN = [0, 3, 4, 9, 15, 16, 17, 30, 31, 33]


def copy_all(reader: MoviePlateReader, writer: FrameWriter) -> None:
    for number in reader.ref.available_range:
        writer.write(reader.read(number))
    writer.finish()


def times_of(path: Path) -> list[Fraction]:
    with open_plate(path) as reader:
        base = reader.ref.time_base
        assert base is not None
        pts = [reader.read(number).pts for number in reader.ref.available_range]
        return [(at - pts[0]) * base for at in pts]


@pytest.fixture
def uneven(tmp_path: Path) -> Path:
    """A plate of ten frames at odd moments, in ticks of 1/90000 s that are no whole ms."""
    pts = [at * 3003 for at in UNEVEN]
    path = tmp_path / "uneven.mp4"
    return numbered_movie(path, frames=10, pts=pts, time_base=Fraction(1, 90000))


def test_a_delivery_of_a_variable_plate_has_exactly_its_times(uneven: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.mov"
    with closing(open_plate(uneven)) as reader:
        assert reader.ref.variable_rate
        kind = DeliveryKind.PRORES_422_HQ
        copy_all(reader, open_delivery(out, reader.ref, kind, first_frame=0))
    assert times_of(out) == times_of(uneven)
    with open_plate(out) as reader:
        assert [read_number(reader.read(n)) for n in reader.ref.available_range] == list(range(10))


def test_a_master_of_a_variable_plate_has_its_times_to_the_millisecond(
    uneven: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out.mkv"
    with closing(open_plate(uneven)) as reader:
        copy_all(reader, open_master(out, reader.ref, first_frame=0))
    assert probe_plate(out).variable_rate
    apart = [abs(a - b) for a, b in zip(times_of(out), times_of(uneven), strict=True)]
    assert max(apart) <= Fraction(1, 2000)


def test_frames_that_go_back_in_time_are_refused(uneven: Path, tmp_path: Path) -> None:
    with closing(open_plate(uneven)) as reader:
        writer = open_master(tmp_path / "out.mkv", reader.ref, first_frame=0)
        writer.write(reader.read(1))
        with pytest.raises(ValueError, match="not shown after"):
            writer.write(reader.read(0))
        writer.abort()


@pytest.mark.parametrize("suffix", ["mkv", "mov"])
@pytest.mark.parametrize("codec", ["pcm_s24le", "aac"])
def test_sound_is_copied_byte_for_byte_at_its_times(
    tmp_path: Path, suffix: str, codec: str
) -> None:
    movie = numbered_movie(tmp_path / "picture.mov", rate=Fraction(24000, 1001), bframes=2)
    plate = with_sound(movie, tmp_path / "plate.mov", (codec, "pcm_s16le"))
    out = tmp_path / f"out.{suffix}"
    with closing(open_plate(plate)) as reader:
        sound = Sound(plate)
        if suffix == "mkv":
            writer = open_master(out, reader.ref, first_frame=0, sound=sound)
        else:
            kind = DeliveryKind.PRORES_422_HQ
            writer = open_delivery(out, reader.ref, kind, first_frame=0, sound=sound)
        copy_all(reader, writer)
    wanted, found = sound_packets(plate), sound_packets(out)
    for stream in (0, 1):
        before = [packet[1:] for packet in wanted if packet[0] == stream]
        after = [packet[1:] for packet in found if packet[0] == stream]
        assert b"".join(data for _, data in after) == b"".join(data for _, data in before)
        assert after[0][0] == pytest.approx(before[0][0], abs=0.0011 if suffix == "mkv" else 2e-5)
    assert probe_plate(out).rate == Fraction(24000, 1001)
    assert sound_of(out) == sound_of(plate)


@pytest.mark.parametrize("codec", ["vorbis", "libopus", "flac"])
def test_sound_that_a_container_can_not_hold_is_refused_with_the_way_out(
    tmp_path: Path, codec: str
) -> None:
    movie = numbered_movie(tmp_path / "picture.mkv")
    plate = with_sound(movie, tmp_path / "plate.mkv", (codec,))
    check_sound(plate, "matroska")
    ref = probe_plate(plate)
    kind = DeliveryKind.PRORES_422_HQ
    with pytest.raises(Refused, match="--no-audio"):
        open_delivery(tmp_path / "out.mov", ref, kind, first_frame=0, sound=Sound(plate))
    assert not (tmp_path / "out.mov").exists()


def test_a_master_with_sound_keeps_the_shape_of_a_pixel(tmp_path: Path) -> None:
    movie = numbered_movie(tmp_path / "picture.mov")
    plate = with_sound(movie, tmp_path / "plate.mov")
    out = tmp_path / "out.mkv"
    with closing(open_plate(plate)) as reader:
        ref = replace(reader.ref, pixel_aspect=Fraction(4, 3))
        copy_all(reader, open_master(out, ref, first_frame=0, sound=Sound(plate)))
    assert probe_plate(out).pixel_aspect == Fraction(4, 3)
    assert sound_of(out) == sound_of(plate)


def test_streams_that_are_not_carried_are_named(tmp_path: Path) -> None:
    import av

    movie = numbered_movie(tmp_path / "picture.mov", timecode="01:00:00:00")
    assert streams_left_out(movie) == ()
    two = tmp_path / "two.mkv"
    with av.open(str(movie)) as old, av.open(str(two), "w") as new:
        copies = [new.add_stream_from_template(old.streams.video[0]) for _ in range(2)]
        for packet in old.demux(video=0):
            if packet.size:
                packet.stream = copies[0]
                new.mux(packet)
    (line,) = streams_left_out(two)
    assert "video, h264" in line
