"""Whether a copy is in form what its plate is: length, rate, size, timecode, tags."""

from __future__ import annotations

from void_studio.core import FrameRange
from void_studio.media import PlateRef

__all__ = ["ALL_TAGS", "TAGS_OF_DELIVERIES", "faults_of"]

TAGS_OF_DELIVERIES = ("primaries", "transfer", "matrix")
ALL_TAGS = (*TAGS_OF_DELIVERIES, "range")


def faults_of(
    name: str,
    copy: PlateRef,
    plate: PlateRef,
    work_range: FrameRange,
    *,
    tags: tuple[str, ...] = (),
) -> tuple[str, ...]:
    """A line for each fact that differs from the plate's over `work_range`, in its numbering.

    `tags` are the colour tags to compare: a v210 file can not say its range, and a lossy delivery
    may need other tags than the plate has. A plate of variable rate has no rate to compare.
    """
    facts: list[tuple[str, object, object]] = [
        ("frames", copy.available_range.duration, work_range.duration),
        ("size", copy.extent, plate.extent),
        ("pixel aspect", copy.pixel_aspect, plate.pixel_aspect),
        ("start timecode", copy.start_timecode, plate.timecode_at(work_range.start)),
    ]
    if not plate.variable_rate:
        facts.append(("rate", copy.rate, plate.rate))
    facts += [
        (f"colour {tag}", getattr(copy.colour, tag), getattr(plate.colour, tag)) for tag in tags
    ]
    return tuple(
        f"{name} has {what} {found}, {wanted} expected"
        for what, found, wanted in facts
        if found != wanted
    )
