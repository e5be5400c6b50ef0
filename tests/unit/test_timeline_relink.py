"""From the timeline's numbers to the plate's own, and what is refused on the way."""

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest

from void_studio.core import Extent, FrameRange, Refused, Timecode
from void_studio.media import UNTAGGED, PlateRef, layout_of
from void_studio.timeline import (
    MediaKind,
    MediaTarget,
    Shot,
    TrackRef,
    source_in_plate,
    work_range,
)

_RATE = Fraction(24000, 1001)


def _plate(start: int, duration: int) -> PlateRef:
    return PlateRef(
        location=Path("/vfx/it's here/a.mov"),
        available_range=FrameRange(start, duration),
        rate=_RATE,
        extent=Extent(64, 48),
        pixel_aspect=Fraction(1),
        layout=layout_of("yuv422p10le"),
        colour=UNTAGGED,
        start_timecode=Timecode(start, _RATE) if start else None,
        codec="prores",
        container="mov",
        variable_rate=False,
        interlaced=False,
        rotation=0,
        keyframes=duration,
    )


def _shot(source: FrameRange, available: FrameRange | None, rate: Fraction = _RATE) -> Shot:
    path = Path("/vfx/a.mov")
    media = MediaTarget(MediaKind.MOVIE, str(path), path, available, rate, offline=False)
    return Shot(
        id="sh-1",
        name="a",
        sequence="cut",
        track=TrackRef(0, "V1"),
        rate=rate,
        record_range=FrameRange(0, source.duration),
        source_range=source,
        media=media,
        enabled=True,
        retime=None,
        refusal=None,
        span=(0, 0),
    )


@pytest.mark.parametrize(
    ("source", "available", "start", "found"),
    [
        (FrameRange(86424, 24), FrameRange(86400, 192), 86400, 86424),
        (FrameRange(24, 24), FrameRange(0, 192), 86400, 86424),
        (FrameRange(86424, 24), FrameRange(86420, 40), 86400, 86424),
        (FrameRange(86424, 24), FrameRange(86400, 192), 0, 24),
        (FrameRange(86424, 24), None, 86400, 86424),
        (FrameRange(1024, 24), FrameRange(1000, 192), 0, 24),
    ],
)
def test_source_frames_are_found_in_the_plates_numbering(
    source: FrameRange, available: FrameRange | None, start: int, found: int
) -> None:
    assert source_in_plate(_shot(source, available), _plate(start, 192)) == FrameRange(found, 24)


def test_frames_that_the_plate_does_not_have_are_refused() -> None:
    shot = _shot(FrameRange(86580, 24), FrameRange(86400, 192))
    with pytest.raises(Refused, match="86580-86603"):
        source_in_plate(shot, _plate(86400, 192))
    with pytest.raises(Refused):
        source_in_plate(_shot(FrameRange(24, 24), None), _plate(86400, 192))


def test_a_variable_rate_plate_is_refused_with_the_command_that_helps() -> None:
    plate = replace(_plate(0, 100), variable_rate=True)
    with pytest.raises(Refused) as refusal:
        source_in_plate(_shot(FrameRange(0, 10), None), plate)
    assert "ffmpeg -i a.mov -fps_mode cfr -r 24000/1001 constant-rate-a.mov" in refusal.value.line()


def test_interlaced_plates_and_other_rates_are_refused() -> None:
    with pytest.raises(Refused, match="interlaced"):
        source_in_plate(_shot(FrameRange(0, 10), None), replace(_plate(0, 100), interlaced=True))
    with pytest.raises(Refused, match=r"24000/1001 frames per second.*25"):
        source_in_plate(_shot(FrameRange(0, 10), None, Fraction(25)), _plate(0, 100))


def test_the_work_range_has_handles_as_far_as_there_are_frames() -> None:
    available = FrameRange(100, 50)
    assert work_range(FrameRange(110, 20), available, 8) == FrameRange(102, 36)
    assert work_range(FrameRange(104, 40), available, 8) == available
    assert work_range(FrameRange(110, 20), available, 0) == FrameRange(110, 20)
    with pytest.raises(ValueError, match="-1 handles"):
        work_range(FrameRange(110, 20), available, -1)
