"""From a file to a Timeline, and whether the file is still the one that was read."""

from __future__ import annotations

import hashlib
from fractions import Fraction
from pathlib import Path

from void_studio.core import BadInput, InputChanged, StudioError, Timecode, read_limited
from void_studio.timeline.clip_media import MediaFinder
from void_studio.timeline.composition import Placed, Walk
from void_studio.timeline.json_text import LARGEST_BYTES, Node, read_document
from void_studio.timeline.json_view import JsonObject
from void_studio.timeline.model import Timeline
from void_studio.timeline.shots import shots_of
from void_studio.timeline.times import moment, nearest_frame

__all__ = ["OPENED", "check_unchanged", "read_timeline", "timeline_of"]

OPENED = frozenset(("tracks", "children"))
_FILM = Fraction(24)


def read_timeline(path: Path, *, media_root: Path | None = None) -> Timeline:
    """Read a .otio file, or OTIO's JSON under another name; the file is not written to, ever.

    A bare clip, track, stack, collection or list is a timeline of what it holds. Media that is
    not where the file says is looked for under `media_root`. Raises NotPresent when there is no
    such file and BadInput when it is not a timeline.
    """
    text = read_limited(path, LARGEST_BYTES)
    return timeline_of(text, path, media_root=media_root)


def timeline_of(text: bytes, path: Path, *, media_root: Path | None = None) -> Timeline:
    """The timeline in `text`; `path` names it and is where relative media is looked for."""
    root = read_document(text, OPENED, where=path)
    try:
        return _timeline(text, root, path, media_root)
    except BadInput as error:
        raise BadInput(error.what, where=path, hint="export the timeline again") from None


def _timeline(text: bytes, root: Node, path: Path, media_root: Path | None) -> Timeline:
    roots = _roots(text, root)
    walk = Walk()
    clips = [placed for view in roots for placed in walk.placed(view)]
    start = moment(roots[0], "global_start_time") if roots else None
    rate = start.rate if start else _common_rate(clips)
    name = (roots[0].string("name") if len(roots) == 1 else None) or path.stem
    finder = MediaFinder(path.parent, media_root, walk.findings)
    shots = shots_of(clips, rate, name, finder, walk.findings)
    begin = Timecode(nearest_frame(start.seconds, rate), rate) if start else None
    digest = hashlib.sha256(text).hexdigest()
    return Timeline(name, path, rate, begin, shots, text, digest, walk.findings.warnings())


def _roots(text: bytes, root: Node) -> tuple[JsonObject, ...]:
    if root.members is not None:
        return (JsonObject(text, root),)
    items = root.items or ()
    if not items or any(item.members is None for item in items):
        raise BadInput("JSON, but not an OTIO timeline")
    return tuple(JsonObject(text, item) for item in items)


def _common_rate(clips: list[Placed]) -> Fraction:
    """The rate of the lowest video track's first clip: what the cut counts in where unsaid."""
    rated = [placed for placed in clips if placed.written is not None]
    return min(rated, key=lambda p: p.track.index).record.rate if rated else _FILM


def check_unchanged(timeline: Timeline) -> None:
    """Raise InputChanged unless the file on disk is byte for byte what was read."""
    try:
        now = hashlib.sha256(read_limited(timeline.path, LARGEST_BYTES)).hexdigest()
    except StudioError as error:
        raise InputChanged(
            f"the timeline can not be read any more: {error.what}", where=timeline.path
        ) from None
    if now != timeline.sha256:
        raise InputChanged(
            "the timeline changed on disk since it was read",
            where=timeline.path,
            hint="open it again",
        )
