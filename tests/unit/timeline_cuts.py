"""Cuts as hosts write them, in every layout of text that the timeline tests need."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any

from void_studio.core import FrameRange
from void_studio.timeline import MediaVersion, Shot

Json = dict[str, Any]


def time(value: float, rate: float = 24.0) -> Json:
    return {"OTIO_SCHEMA": "RationalTime.1", "rate": rate, "value": value}


def span(start: float, duration: float, rate: float = 24.0) -> Json:
    return {
        "OTIO_SCHEMA": "TimeRange.1",
        "duration": time(duration, rate),
        "start_time": time(start, rate),
    }


def movie(url: str, available: Json | None = None, **more: Any) -> Json:
    return {
        "OTIO_SCHEMA": "ExternalReference.1",
        "metadata": {},
        "name": url.rsplit("/", 1)[-1],
        "available_range": available,
        "available_image_bounds": None,
        "target_url": url,
        **more,
    }


def clip(name: str, source: Json | None, reference: Json | None, **more: Any) -> Json:
    return {
        "OTIO_SCHEMA": "Clip.2",
        "metadata": {"Resolve_OTIO": {"odd": 49.199999999999999}},
        "name": name,
        "source_range": source,
        "effects": [],
        "markers": [],
        "enabled": True,
        "media_references": {"DEFAULT_MEDIA": reference},
        "active_media_reference_key": "DEFAULT_MEDIA",
        **more,
    }


def old_clip(name: str, source: Json | None, reference: Json | None) -> Json:
    """A clip as files before OTIO 0.15 have it."""
    return {
        "OTIO_SCHEMA": "Clip.1",
        "metadata": {},
        "name": name,
        "source_range": source,
        "media_reference": reference,
    }


def gap(duration: float) -> Json:
    return {"OTIO_SCHEMA": "Gap.1", "metadata": {}, "name": "", "source_range": span(0, duration)}


def track(*children: Json, name: str = "Video 1", kind: str = "Video", **more: Any) -> Json:
    return {
        "OTIO_SCHEMA": "Track.1",
        "metadata": {},
        "name": name,
        "source_range": None,
        "effects": [],
        "markers": [],
        "enabled": True,
        "children": list(children),
        "kind": kind,
        **more,
    }


def cut(*tracks: Json, start: float | None = 86400.0, **more: Any) -> Json:
    return {
        "OTIO_SCHEMA": "Timeline.1",
        "metadata": {"Resolve_OTIO": {"Resolve OTIO Meta Version": "1.0"}},
        "name": "",
        "global_start_time": None if start is None else time(start),
        "tracks": {
            "OTIO_SCHEMA": "Stack.1",
            "metadata": {},
            "name": "",
            "source_range": None,
            "effects": [],
            "markers": [],
            "enabled": True,
            "children": list(tracks),
        },
        **more,
    }


def two_uses(media: str = "/vfx/plates/A001.mov") -> Json:
    """Two clips of one plate with handles, a gap between them, and another clip above."""
    available = span(86400.0, 192.0)
    return cut(
        track(
            clip("A001.mov", span(86424.0, 24.0), movie(media, available)),
            gap(12.0),
            clip("A001.mov", span(86472.0, 24.0), movie(media, available)),
        ),
        track(clip("B001.mov", span(0.0, 10.0), movie("/vfx/B001.mov", span(0.0, 10.0)))),
        track(
            clip("A001.mov", span(86424.0, 24.0), movie(media, available)),
            name="Audio 1",
            kind="Audio",
        ),
    )


def _indented(value: object) -> str:
    return json.dumps(value, indent=4, ensure_ascii=False)


LAYOUTS: Mapping[str, Callable[[object], bytes]] = {
    "four spaces": lambda v: _indented(v).encode(),
    "final newline": lambda v: (json.dumps(v, indent=2) + "\n").encode(),
    "crlf": lambda v: _indented(v).replace("\n", "\r\n").encode() + b"\r\n",
    "byte order mark": lambda v: b"\xef\xbb\xbf" + _indented(v).encode(),
    "tabs": lambda v: json.dumps(v, indent="\t").encode(),
    "one line": lambda v: json.dumps(v, separators=(",", ":")).encode(),
    "one spaced line": lambda v: json.dumps(v).encode(),
    "sorted": lambda v: json.dumps(v, indent=4, sort_keys=True).encode(),
    "17 digits": lambda v: _indented(v).replace("49.2", "49.199999999999999").encode(),
    "spaced colons": lambda v: json.dumps(v, indent=4, separators=(" ,", " : ")).encode(),
}


def written(folder: Path, value: object, layout: str = "four spaces") -> Path:
    path = folder / "cut.otio"
    path.write_bytes(LAYOUTS[layout](value))
    return path


def version_of(
    shot: Shot, number: int = 1, *, handles: int = 0, folder: str = "/out"
) -> MediaVersion:
    """A version of a shot with handles as far as its media has them."""
    name = f"cut_sh010_void_v{number:03d}"
    available = shot.source_range.widened(handles, handles)
    if shot.media.available_range is not None:
        available = available.intersect(shot.media.available_range.union(shot.source_range))
    return MediaVersion(
        key=f"void_v{number:03d}",
        name=name,
        path=Path(folder) / f"v{number:03d}" / f"{name}.mov",
        available_range=available,
        rate=shot.media.rate,
        start_timecode=None,
        note={"certificate": "certificate.json"},
    )


def shifted_version(shot: Shot, source: FrameRange) -> MediaVersion:
    """A version numbered by the plate's timecode where the timeline numbers it otherwise."""
    return MediaVersion(
        key="void_v001",
        name="v",
        path=Path("/out/v.mov"),
        available_range=source.widened(2, 2),
        rate=Fraction(24),
        start_timecode=None,
        source_range=source,
    )
