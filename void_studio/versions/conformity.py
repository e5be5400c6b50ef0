"""Whether a copy is in form what its plate is: length, rate, size, timecode, tags."""

from __future__ import annotations

from void_studio.core import FrameRange
from void_studio.media import PlateRef

__all__ = ["faults_of"]


def faults_of(
    name: str, copy: PlateRef, plate: PlateRef, work_range: FrameRange, *, same_samples: bool
) -> tuple[str, ...]:
    """A line for each fact that differs from the plate's over `work_range`, in its numbering.

    Colour tags are compared only where the copy holds the plate's own samples.
    """
    timecode = plate.start_timecode
    facts: list[tuple[str, object, object]] = [
        ("frames", copy.available_range.duration, work_range.duration),
        ("rate", copy.rate, plate.rate),
        ("size", copy.extent, plate.extent),
        ("pixel aspect", copy.pixel_aspect, plate.pixel_aspect),
        ("start timecode", copy.start_timecode, timecode and timecode.at(work_range.start)),
    ]
    if same_samples:
        tags = ("primaries", "transfer", "matrix", "range")
        facts += [
            (f"colour {tag}", getattr(copy.colour, tag), getattr(plate.colour, tag)) for tag in tags
        ]
    return tuple(
        f"{name} has {what} {found}, {wanted} expected"
        for what, found, wanted in facts
        if found != wanted
    )
