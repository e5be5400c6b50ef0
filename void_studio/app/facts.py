"""Values as the commands print them: the JSON contract (`resources/schemas`)."""

from __future__ import annotations

from typing import Any

from void_studio.core import FrameRange, format_rate
from void_studio.media import PlateRef, colour_of
from void_studio.timeline import MediaTarget, Shot

__all__ = ["plate_facts", "range_facts", "shot_facts"]


def range_facts(frames: FrameRange | None) -> dict[str, int] | None:
    """A range with both ways to write its end."""
    if frames is None:
        return None
    return {
        "start": frames.start,
        "duration": frames.duration,
        "first": frames.start,
        "last": frames.last,
    }


def plate_facts(ref: PlateRef) -> dict[str, Any]:
    """What `probe` tells of a plate."""
    colour = colour_of(ref.colour, ref.layout, ref.extent, ref.rate)
    return {
        "path": str(ref.location),
        "frames": ref.available_range.duration,
        "start_frame": ref.available_range.start,
        "rate": format_rate(ref.rate),
        "start_timecode": str(ref.start_timecode) if ref.start_timecode else None,
        "drop_frame": bool(ref.start_timecode and ref.start_timecode.drop_frame),
        "width": ref.extent.width,
        "height": ref.extent.height,
        "pixel_format": ref.layout.pixel_format,
        "pixel_aspect": str(ref.pixel_aspect),
        "colour": {
            "primaries": ref.colour.primaries,
            "transfer": ref.colour.transfer,
            "matrix": ref.colour.matrix,
            "range": ref.colour.range,
            "assumed": list(colour.assumed),
        },
        "codec": ref.codec,
        "container": ref.container,
        "vfr": ref.variable_rate,
        "interlaced": ref.interlaced,
        "rotation": ref.rotation,
        "keyframes": ref.keyframes,
    }


def shot_facts(shot: Shot, *, work: FrameRange | None, refusal: str | None) -> dict[str, Any]:
    """What `shots` tells of a shot; `work` in the timeline's numbering of the media."""
    return {
        "id": shot.id,
        "name": shot.name,
        "sequence": shot.sequence,
        "track": {"index": shot.track.index, "name": shot.track.name},
        "rate": format_rate(shot.rate),
        "media_rate": format_rate(shot.media.rate),
        "record_range": range_facts(shot.record_range),
        "source_range": range_facts(shot.source_range),
        "work_range": range_facts(work),
        "plate": _plate(shot.media),
        "media_kind": shot.media.kind.value,
        "online": not shot.media.offline,
        "enabled": shot.enabled,
        "retime": shot.retime,
        "beside_transition": shot.beside_transition,
        "compound": shot.compound,
        "other_uses": list(shot.other_uses),
        "refusal": refusal,
    }


def _plate(media: MediaTarget) -> str | None:
    return str(media.path) if media.path is not None else (media.url or None)
