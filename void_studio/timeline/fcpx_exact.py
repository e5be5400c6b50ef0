"""FCPXML by OTIO's reader, with exact rates. Runs in the converting process.

WORKAROUND https://github.com/OpenTimelineIO/otio-fcpx-xml-adapter: release 1.0.0 counts 24000/1001
as 23 frames per second, loses frames to rounded floats and leaves out record timecode and speed.
"""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

__all__ = ["read_fcpxml"]


def read_fcpxml(text: str) -> Any:
    """The cut in FCPXML text; None when there is neither a project nor an event nor a clip."""
    from opentimelineio import adapters

    reader = adapters.from_name("fcpx_xml").module().FcpxXml
    replaced = (_format_frame_rate, _number_of_frames, _time_range, _reference_from_id)
    composable = _with_speed(vars(reader)["_build_composable"])
    methods = {method.__name__: method for method in (*replaced, _from_project, composable)}
    return type("ExactReader", (reader,), methods)(text).to_otio()


def _with_speed(build: Any) -> Any:
    def _build_composable(self: Any, element: Any, default_format: str) -> Any:
        from opentimelineio.schema import TimeEffect

        item = build(self, element, default_format)
        clip = self._timing_clip(element)
        if clip.find("./timeMap") is not None or _is_conformed(clip.find("./conform-rate")):
            item.effects.append(TimeEffect("", "timeMap"))
        return item

    return _build_composable


def _is_conformed(conform: Any) -> bool:
    """Whether media of another rate plays frame by frame at the sequence's."""
    if conform is None or conform.get("scaleEnabled") == "0":
        return False
    return conform.get("srcFrameRate") is not None


def _format_frame_rate(self: Any, format_id: str) -> float:
    return float(_rate(self, format_id))


def _number_of_frames(self: Any, time: str | None, format_id: str) -> int:
    return math.floor(_seconds(time) * _rate(self, format_id))


def _time_range(self: Any, element: Any, format_id: str) -> Any:
    from opentimelineio.opentime import TimeRange

    start, duration = (_time(self, element.get(key), format_id) for key in ("start", "duration"))
    return TimeRange(start, duration)


def _reference_from_id(self: Any, asset_id: str, default_format: str) -> Any:
    from opentimelineio.schema import ExternalReference, MissingReference

    asset = self._asset_by_id(asset_id)
    if not asset.get("src", ""):
        return MissingReference()
    available = self._time_range(asset, asset.get("format", default_format))
    return ExternalReference(target_url=asset.get("src"), available_range=available)


def _from_project(self: Any, project: Any) -> Any:
    from opentimelineio.schema import Timeline

    sequence = project.find("./sequence")
    timeline = Timeline(name=project.get("name", ""))
    timeline.tracks = self._squence_to_stack(sequence)
    if sequence.get("tcStart"):
        start = _time(self, sequence.get("tcStart"), sequence.get("format"))
        timeline.global_start_time = start
    return timeline


def _time(self: Any, time: str | None, format_id: str) -> Any:
    from opentimelineio.opentime import RationalTime

    frames = _number_of_frames(self, time, format_id)
    return RationalTime(frames, _format_frame_rate(self, format_id))


def _rate(self: Any, format_id: str) -> Fraction:
    total, rate = self._format_frame_duration(format_id)
    return Fraction(rate) / Fraction(total)


def _seconds(time: str | None) -> Fraction:
    """`1001/24000s`, `10s` or nothing, exactly."""
    if time is None:
        return Fraction(0)
    dividend, _, divisor = time.strip().removesuffix("s").partition("/")
    return Fraction(dividend) / Fraction(divisor or 1)
