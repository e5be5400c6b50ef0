"""The demo's timeline, written as Resolve 21 writes one: 4 spaces, keys in its order, 17 digits."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

from void_studio.core import FrameRange

__all__ = ["CutItem", "resolve_timeline"]

_RATE = "@rate@"


@dataclass(frozen=True, slots=True)
class CutItem:
    """A clip of the cut; ranges in media timecode space."""

    media: Path
    available: FrameRange
    source: FrameRange


def resolve_timeline(items: Sequence[CutItem], rate: Fraction, global_start: int) -> bytes:
    """The text of a timeline with one video track of `items`, one after the other."""
    track = {
        "OTIO_SCHEMA": "Track.1",
        "metadata": {"Resolve_OTIO": {"Locked": False}},
        "name": "Video 1",
        "source_range": None,
        "effects": [],
        "markers": [],
        "enabled": True,
        "children": [_clip(item) for item in items],
        "kind": "Video",
    }
    timeline = {
        "OTIO_SCHEMA": "Timeline.1",
        "metadata": {"Resolve_OTIO": {"Resolve OTIO Meta Version": "1.0"}},
        "name": "",
        "global_start_time": _time(global_start),
        "tracks": {
            "OTIO_SCHEMA": "Stack.1",
            "metadata": {},
            "name": "",
            "source_range": None,
            "effects": [],
            "markers": [],
            "enabled": True,
            "children": [track],
        },
    }
    text = json.dumps(timeline, indent=4, ensure_ascii=False)
    return text.replace(f'"{_RATE}"', f"{float(rate):.17g}").encode()


def _clip(item: CutItem) -> dict[str, Any]:
    return {
        "OTIO_SCHEMA": "Clip.2",
        "metadata": {"Resolve_OTIO": {}},
        "name": item.media.name,
        "source_range": _range(item.source),
        "effects": [_transform()],
        "markers": [],
        "enabled": True,
        "media_references": {
            "DEFAULT_MEDIA": {
                "OTIO_SCHEMA": "ExternalReference.1",
                "metadata": {},
                "name": item.media.name,
                "available_range": _range(item.available),
                "available_image_bounds": None,
                "target_url": str(item.media),
            }
        },
        "active_media_reference_key": "DEFAULT_MEDIA",
    }


def _transform() -> dict[str, Any]:
    parameters = {
        "Display Type": 1,
        "Effect Name": "Transform",
        "Enabled": True,
        "Name": "Transform",
        "Parameters": [],
        "Type": 2,
    }
    return {
        "OTIO_SCHEMA": "Effect.1",
        "metadata": {"Resolve_OTIO": parameters},
        "name": "",
        "effect_name": "Resolve Effect",
    }


def _range(frames: FrameRange) -> dict[str, Any]:
    return {
        "OTIO_SCHEMA": "TimeRange.1",
        "duration": _time(frames.duration),
        "start_time": _time(frames.start),
    }


def _time(frames: int) -> dict[str, Any]:
    return {"OTIO_SCHEMA": "RationalTime.1", "rate": _RATE, "value": float(frames)}
