"""A shot with its plate open: ranges in the plate's own numbering, or the reason why not."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from void_studio.core import FrameRange, NotPresent, Refused
from void_studio.media import PlateRef, probe_plate
from void_studio.timeline import MediaKind, Shot, Timeline, source_in_plate, work_range

__all__ = ["ShotPlate", "plate_of"]


@dataclass(frozen=True, slots=True)
class ShotPlate:
    """A shot that can be rendered; `source` and `work` are in the numbering of `plate`."""

    shot: Shot
    plate: PlateRef
    source: FrameRange
    work: FrameRange

    @property
    def numbering_offset(self) -> int:
        """Add to a plate frame to get the number that the timeline uses for it."""
        return self.shot.source_range.start - self.source.start


def plate_of(timeline: Timeline, shot: Shot, *, handles: int) -> ShotPlate:
    """Open the shot's plate and place its ranges.

    Raises Refused with the shot's own reason, NotPresent when its media is offline.
    """
    if shot.refusal:
        raise Refused(shot.refusal, where=f"{timeline.path.name} {shot.id}")
    rate = shot.media.rate if shot.media.kind is MediaKind.SEQUENCE else None
    plate = probe_plate(_online(timeline, shot), rate=rate)
    source = source_in_plate(shot, plate)
    return ShotPlate(shot, plate, source, work_range(source, plate.available_range, handles))


def _online(timeline: Timeline, shot: Shot) -> Path:
    path = shot.media.path
    if path is None or shot.media.offline:
        raise NotPresent(
            f"the media of shot {shot.id} is offline ({shot.media.url or 'no path'})",
            where=timeline.path.name,
            hint=timeline.media_hint
            or "put the file there, or name a folder to look in with --media-root",
        )
    return path
