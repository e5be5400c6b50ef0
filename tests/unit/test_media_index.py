"""The index: presentation order, edit lists, places to start from."""

from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from tests.media.broken import trimmed_copy
from tests.media.movies import numbered_movie, read_number
from void_studio.core import BadInput
from void_studio.media import index as index_module
from void_studio.media import open_plate, probe_plate
from void_studio.media.index import IndexedPacket, Key, index_of, packets_of
from void_studio.media.read_clock import is_constant
from void_studio.media.read_index import build_index


def packet(pts: int | None, dts: int, *, key: bool = False, hidden: bool = False) -> IndexedPacket:
    return IndexedPacket(pts, dts, key, hidden)


def test_frames_are_numbered_in_presentation_order() -> None:
    packets = [packet(0, -2, key=True), packet(3, -1), packet(1, 0), packet(2, 1)]
    index = index_of(packets, Fraction(1, 24))
    assert index is not None
    assert index.pts.tolist() == [0, 1, 2, 3]
    assert index.positions.tolist() == [0, 2, 3, 1]
    assert [index.number_of(pts) for pts in (2, 3, 4, None)] == [2, 3, None, None]


def test_hidden_packets_are_no_frames_but_places_to_start_from() -> None:
    packets = [packet(-2, -2, key=True, hidden=True), packet(-1, -1, hidden=True), packet(0, 0)]
    index = index_of(packets, Fraction(1, 24))
    assert index is not None
    assert len(index) == 1
    assert index.key_for(0) == Key(-2, -2, 0)


def test_a_frame_shown_before_a_key_that_is_decoded_earlier_starts_from_the_key_before() -> None:
    packets = [packet(0, 0, key=True), packet(1, 1), packet(4, 2, key=True), packet(2, 3)]
    packets.append(packet(3, 4))
    index = index_of(packets, Fraction(1, 24))
    assert index is not None
    assert [index.key_for(number).position for number in range(5)] == [0, 0, 0, 0, 2]
    assert index.key_for(4, further_back=1).position == 0


@pytest.mark.parametrize("times", [(0, None), (0, 0)])
def test_times_that_do_not_identify_frames_give_no_index(times: tuple[int | None, ...]) -> None:
    packets = [packet(pts, at, key=True) for at, pts in enumerate(times)]
    assert index_of(packets, Fraction(1, 24)) is None


def test_damage_hurts_what_follows_it_up_to_the_next_key() -> None:
    packets = [packet(at, at, key=at % 4 == 0) for at in range(12)]
    index = index_of(packets, Fraction(1, 24))
    assert index is not None
    assert [number for number in range(12) if index.is_hurt(number, [5])] == [5, 6, 7]


def test_a_movie_of_too_many_packets_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = numbered_movie(tmp_path / "a.mp4", frames=6)
    monkeypatch.setattr(index_module, "MAX_PACKETS", 5)
    with av.open(str(path)) as container, pytest.raises(BadInput, match="more than 5 frames"):
        packets_of(container.demux(video=0), path)


@pytest.mark.parametrize(
    ("codec", "pixel_format", "stored"), [("libx264", "yuv420p", 24), ("mjpeg", "yuvj420p", 19)]
)
def test_an_edit_list_counts_what_it_shows(
    tmp_path: Path, codec: str, pixel_format: str, stored: int
) -> None:
    whole = numbered_movie(tmp_path / "whole.mov", codec=codec, pixel_format=pixel_format, gop=12)
    trimmed = trimmed_copy(whole, tmp_path / "trimmed.mov", 5)
    with av.open(str(trimmed)) as container:
        assert sum(1 for packet in container.demux(video=0) if packet.size) == stored
    with open_plate(trimmed) as reader:
        frames = list(reader.ref.available_range)
        numbers = [read_number(reader.read(frame)) for frame in reversed(frames)]
    assert numbers == list(range(23, 4, -1))


def test_the_sample_table_of_an_intra_movie_says_what_its_packets_say(tmp_path: Path) -> None:
    path = numbered_movie(
        tmp_path / "a.mov", codec="prores_ks", pixel_format="yuv422p10le", timecode="01:00:00:00"
    )
    index = build_index(path)
    with av.open(str(path)) as container:
        packets = packets_of(container.demux(video=0), path)
    read = index_of(packets, index.time_base)
    assert read is not None
    assert np.array_equal(index.pts, read.pts)
    assert [key.position for key in index.keys] == [key.position for key in read.keys]


def test_frames_that_need_what_was_cut_off_before_the_first_key_are_not_counted(
    tmp_path: Path,
) -> None:
    options = {"x264-params": "open-gop=1:scenecut=0:keyint=8:min-keyint=8"}
    whole = numbered_movie(tmp_path / "w.mkv", codec="libx264", bframes=3, options=options)
    cut = _without_first_group(whole, tmp_path / "cut.mkv")
    with open_plate(cut) as reader:
        frames = list(reader.ref.available_range)
        numbers = [read_number(reader.read(frame)) for frame in reversed(frames)][::-1]
    with av.open(str(cut)) as container:
        decoded = sum(1 for _ in container.decode(video=0))
    assert len(frames) == decoded
    assert numbers == list(range(24 - decoded, 24))


def _without_first_group(source: Path, path: Path) -> Path:
    """Copy from the second key on, with the open group's leading frames that lack their past."""
    with av.open(str(source)) as old, av.open(str(path), "w") as new:
        copy = new.add_stream_from_template(old.streams.video[0])
        keys = 0
        for stored in old.demux(video=0):
            keys += stored.is_keyframe
            if stored.size and keys > 1:
                stored.stream = copy
                new.mux(stored)
    return path


@pytest.mark.parametrize("rate", [Fraction(24000, 1001), Fraction(60000, 1001), Fraction(24)])
@pytest.mark.parametrize("ticks_per_second", [1000, 600, 16000, 90000])
def test_times_rounded_to_ticks_are_constant(rate: Fraction, ticks_per_second: int) -> None:
    pts = [round(number * ticks_per_second / rate) for number in range(500)]
    assert is_constant(pts, Fraction(1, ticks_per_second), rate)


def test_milliseconds_that_were_carried_into_finer_ticks_are_constant() -> None:
    pts = [16 * round(number * 1000 / 30) for number in range(300)]
    assert is_constant(pts, Fraction(1, 16000), Fraction(30))


@pytest.mark.parametrize("time_base", [Fraction(1, 24), Fraction(1, 1000), Fraction(1, 90000)])
def test_one_frame_left_out_is_variable(time_base: Fraction) -> None:
    times = [number for number in range(100) if number != 50]
    pts = [round(number / 24 / time_base) for number in times]
    assert not is_constant(pts, time_base, Fraction(24))


def test_a_variable_movie_keeps_its_own_times(tmp_path: Path) -> None:
    pts = [40 * number + 9 * (number % 3) for number in range(12)]
    path = numbered_movie(tmp_path / "a.mkv", frames=12, pts=pts, time_base=Fraction(1, 1000))
    assert probe_plate(path).variable_rate
    with open_plate(path) as reader:
        assert [reader.read(frame).pts for frame in range(12)] == pts
