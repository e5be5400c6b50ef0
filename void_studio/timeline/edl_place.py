"""Where the cut of an EDL begins: its first record timecode. Runs in the converting process."""

from __future__ import annotations

from typing import Any

__all__ = ["placed_at_record"]


def placed_at_record(cut: Any, rate: float) -> Any:
    """`cut` with its record timecode as `global_start_time` instead of in its tracks' windows.

    OTIO's reader writes the record timecode of a track's first event as a negative start of its
    source range, which shows nothing of the track to any other reader.
    """
    from opentimelineio.opentime import RationalTime, TimeRange
    from opentimelineio.schema import Gap

    windows = [track.source_range for track in cut.tracks]
    starts = [-window.start_time if window else RationalTime(0, rate) for window in windows]
    begin = min(starts, default=RationalTime(0, rate))
    for track, start in zip(cut.tracks, starts, strict=True):
        late = start - begin
        track.source_range = None
        if late.value > 0:
            track.insert(0, Gap(source_range=TimeRange(RationalTime(0, rate), late)))
    cut.global_start_time = begin
    return cut
