"""The values of lower rooms as JSON, both ways."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import Any

from void_studio.core import BadInput, Extent, FrameRange, Rect, Timecode, format_rate
from void_studio.engine import Exactness, ParamValue
from void_studio.finish import Framing
from void_studio.jobs import JobSpec
from void_studio.media import ColourTags
from void_studio.versions.strict import Fields

__all__ = [
    "framing_from",
    "framing_value",
    "job_from",
    "job_value",
    "scalar_from",
    "range_from",
    "range_value",
    "rate_from",
    "tags_from",
    "tags_value",
    "extent_from",
    "timecode_from",
    "timecode_value",
]

_LARGEST_SIDE = 65_535
_LARGEST_COUNT = 1 << 40
_RATE = re.compile(r"(\d{1,9})(?:/(\d{1,9}))?")


def range_value(frames: FrameRange) -> dict[str, int]:
    """A range; `range_from` reads it."""
    return {"start": frames.start, "duration": frames.duration}


def range_from(fields: Fields, key: str) -> FrameRange:
    """What `range_value` wrote at `key`."""
    part = fields.part(key)
    frames = FrameRange(
        part.whole("start", -_LARGEST_COUNT, _LARGEST_COUNT),
        part.whole("duration", 0, _LARGEST_COUNT),
    )
    part.done()
    return frames


def rate_from(fields: Fields, key: str) -> Fraction:
    """A rate as `format_rate` writes it."""
    match = _RATE.fullmatch(fields.text(key))
    if match and int(match[1]) and int(match[2] or 1):
        return Fraction(int(match[1]), int(match[2] or 1))
    raise BadInput(f"{key} is not a frame rate")


def extent_from(fields: Fields, key: str) -> Extent:
    """A [width, height]."""
    sides = fields.items(key, lambda item, index: item.whole(index, 1, _LARGEST_SIDE))
    if len(sides) != 2:
        raise BadInput(f"{key} is not a width and a height")
    return Extent(*sides)


def _rect_from(fields: Fields, key: str) -> Rect:
    edges = fields.items(key, lambda item, index: item.whole(index, -_LARGEST_SIDE, _LARGEST_SIDE))
    if len(edges) != 4 or min(edges[2:]) < 1:
        raise BadInput(f"{key} is not x, y, width and height")
    return Rect(*edges)


def framing_value(framing: Framing) -> dict[str, Any]:
    """A framing; `framing_from` reads it."""
    crop = framing.crop
    return {
        "plate": [framing.plate.width, framing.plate.height],
        "crop": [crop.x, crop.y, crop.width, crop.height],
        "canvas": [framing.canvas.width, framing.canvas.height],
    }


def framing_from(fields: Fields, key: str) -> Framing:
    """What `framing_value` wrote at `key`."""
    part = fields.part(key)
    framing = Framing(
        extent_from(part, "plate"), _rect_from(part, "crop"), extent_from(part, "canvas")
    )
    part.done()
    return framing


def timecode_value(timecode: Timecode | None) -> dict[str, Any] | None:
    """A timecode, or null; `timecode_from` reads it."""
    if timecode is None:
        return None
    return {
        "frames": timecode.frames,
        "rate": format_rate(timecode.rate),
        "drop_frame": timecode.drop_frame,
    }


def timecode_from(fields: Fields, key: str) -> Timecode | None:
    """What `timecode_value` wrote at `key`."""

    def read(name: str) -> Timecode:
        part = fields.part(name)
        count = part.whole("frames", -_LARGEST_COUNT, _LARGEST_COUNT)
        timecode = Timecode(count, rate_from(part, "rate"), part.flag("drop_frame"))
        part.done()
        return timecode

    return fields.optional(key, read)


def tags_value(tags: ColourTags) -> dict[str, int]:
    """Colour tags; `tags_from` reads them."""
    return {
        "primaries": tags.primaries,
        "transfer": tags.transfer,
        "matrix": tags.matrix,
        "range": tags.range,
    }


def tags_from(fields: Fields, key: str) -> ColourTags:
    """What `tags_value` wrote at `key`."""
    part = fields.part(key)
    names = ("primaries", "transfer", "matrix", "range")
    tags = ColourTags(*(part.whole(name, 0, 255) for name in names))
    part.done()
    return tags


def job_value(spec: JobSpec) -> dict[str, Any]:
    """A job's spec; `job_from` reads it."""
    return {
        "engine": spec.engine,
        "params": dict(spec.params),
        "clip": spec.clip,
        "prompt": spec.prompt,
        "allow": spec.allow.value,
    }


def job_from(fields: Fields, key: str) -> JobSpec:
    """What `job_value` wrote at `key`."""
    part = fields.part(key)
    params = part.part("params")
    values = {name: scalar_from(params, name) for name in params.names()}
    allow = part.text("allow")
    if allow not in {choice.value for choice in Exactness}:
        raise BadInput(f"{key}.allow is not one of exact, near")
    spec = JobSpec.of(
        part.text("engine"),
        values,
        part.digest("clip"),
        prompt=part.text("prompt"),
        allow=Exactness(allow),
    )
    part.done()
    return spec


def scalar_from(fields: Fields, key: str) -> ParamValue:
    """A truth value, a finite number or a text."""
    value = fields.take(key)
    if isinstance(value, bool):
        return value
    if isinstance(value, int):
        return fields.whole(key)
    return fields.number(key) if isinstance(value, float) else fields.text(key)
