"""From a file to a Timeline, and whether the file is still the one that was read."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

from void_studio.core import BadInput, InputChanged, StudioError
from void_studio.timeline.by_name import found_by_name
from void_studio.timeline.clip_media import MediaFinder
from void_studio.timeline.composition import Placed, Walk
from void_studio.timeline.json_text import Node, read_document
from void_studio.timeline.json_view import JsonObject
from void_studio.timeline.model import Timeline
from void_studio.timeline.opening import bytes_on_disk, opened, relative_to
from void_studio.timeline.premiere import reading_of
from void_studio.timeline.shots import shots_of
from void_studio.timeline.times import moment, record_start

__all__ = ["OPENED", "check_unchanged", "read_timeline", "timeline_of"]

OPENED = frozenset(("tracks", "children"))
_FILM = Fraction(24)


def read_timeline(
    path: Path, *, media_root: Path | None = None, rate: Fraction | None = None
) -> Timeline:
    """Read a .otio file, or OTIO's JSON under another name; the file is not written to, ever.

    A bundle (.otioz, .otiod) is the cut inside it; EDL, FCP7 XML, FCPXML and AAF are converted.
    A bare clip, track, stack, collection or list is a timeline of what it holds. Media that is
    not where the file says is looked for under `media_root`. `rate` is that of an EDL, which does
    not say it. Raises NotPresent when there is no such file, BadInput when it is not a timeline
    and UsageError for a rate that can not be the file's.
    """
    content = opened(path, rate)
    timeline = timeline_of(content.text, path, media_root=media_root)
    shots = found_by_name(timeline, media_root, content.unnamed)
    offline = any(shot.media.offline for shot in shots)
    hint = (content.media_hint,) if content.media_hint and offline else ()
    empty = () if shots else ("there is no video clip in it",)
    return replace(
        timeline,
        shots=shots,
        sha256=content.sha256,
        converted=content.converted,
        warnings=(*content.warnings, *hint, *empty, *timeline.warnings),
        media_hint=content.media_hint,
    )


def timeline_of(text: bytes, path: Path, *, media_root: Path | None = None) -> Timeline:
    """The timeline in `text`; `path` names it and is where relative media is looked for."""
    root = read_document(text, OPENED, where=path)
    try:
        return _timeline(text, root, path, media_root)
    except BadInput as error:
        raise BadInput(error.what, where=path, hint="export the timeline again") from None


def _timeline(text: bytes, root: Node, path: Path, media_root: Path | None) -> Timeline:
    roots = _roots(text, root)
    spans, doubt = reading_of(roots)
    walk = Walk(spans)
    clips = [placed for view in roots for placed in walk.placed(view)]
    start = moment(roots[0], "global_start_time") if roots else None
    rate = start.rate if start else _common_rate(clips)
    name = (roots[0].string("name") if len(roots) == 1 else None) or path.stem
    finder = MediaFinder(relative_to(path), media_root, walk.findings)
    shots = shots_of(clips, rate, name, finder, walk.findings, doubt)
    begin = record_start(roots[0], start, rate) if start else None
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
        now = hashlib.sha256(bytes_on_disk(timeline.path)).hexdigest()
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
