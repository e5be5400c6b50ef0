"""What OTIO's reader leaves out of an EDL: where the cut begins, and speeds of equal length.

Runs in the converting process.
"""

from __future__ import annotations

from typing import Any

from void_studio.timeline.edl import SPEED_NOTE

__all__ = ["placed_at_record", "with_speeds"]

_NAME = "cmx_3600"
_ROUNDED = 0.005


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


def with_speeds(cut: Any, rate: float) -> Any:
    """`cut` with the speeds that `event_list` noted on its clips.

    OTIO's reader looks at a speed only where source and record differ in length, which they do not
    backwards, and divides by 23.976 what EDLs count in 24ths.
    """
    from opentimelineio.schema import LinearTimeWarp

    for clip in cut.find_clips():
        speed = _noted(clip)
        if speed is None:
            continue
        scalar = _scalar(speed, rate)
        for effect in clip.effects:
            if isinstance(effect, LinearTimeWarp):
                effect.time_scalar = scalar
        if not clip.effects and scalar != 1:
            clip.effects.append(LinearTimeWarp(time_scalar=scalar))
    return cut


def _noted(clip: Any) -> float | None:
    """The speed in frames per second that is noted for the clip's reel; the note is taken out."""
    own = clip.metadata.get(_NAME, {})
    notes = [comment for comment in own.get("comments", ()) if comment.startswith(SPEED_NOTE)]
    if not notes:
        return None
    own["comments"] = [comment for comment in own["comments"] if comment not in notes]
    reel = own.get("reel", "AX")
    for note in notes:
        speed, of = note.removeprefix(SPEED_NOTE).split(maxsplit=1)
        if of.startswith(reel) or reel.startswith(of):
            return float(speed)
    return None


def _scalar(speed: float, rate: float) -> float:
    """Media frames per record frame; what a rounded 23.976 can be is 100 %."""
    scalar = speed / round(rate)
    return round(scalar) if abs(abs(scalar) - 1) < _ROUNDED else scalar
