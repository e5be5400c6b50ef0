"""Which versions a canonical timeline has active, read back from its own references."""

from __future__ import annotations

from void_studio.core import FrameRange, UsageError
from void_studio.timeline.json_view import JsonObject
from void_studio.timeline.media_url import media_path, url_name
from void_studio.timeline.model import MediaVersion, Shot, Timeline
from void_studio.timeline.references import ACTIVE, REFERENCES, our_members, our_record
from void_studio.timeline.times import stretch

__all__ = ["chosen_versions"]


def chosen_versions(timeline: Timeline) -> dict[str, MediaVersion]:
    """The active version of every shot that has one, by shot id."""
    found = ((shot.id, _chosen(timeline, shot)) for shot in timeline.shots)
    return {shot_id: version for shot_id, version in found if version is not None}


def _chosen(timeline: Timeline, shot: Shot) -> MediaVersion | None:
    clip = JsonObject.at(timeline.text, shot.span[0])
    references = clip.object(REFERENCES) if clip.member(REFERENCES) is not None else None
    if references is None:
        return None
    active = clip.string(ACTIVE)
    keys = [member.key for member in our_members(references) if member.key == active]
    reference = references.object(keys[0]) if keys else None
    available = stretch(reference, "available_range") if reference is not None else None
    if reference is None or available is None:
        return None
    url = reference.string("target_url") or ""
    path = media_path(url, base=timeline.path.parent)
    if path is None:
        raise UsageError(f"{url!r} of shot {shot.id} is not a file here", where=timeline.path)
    shift = int(our_record(reference).number("shift") or 0)
    frames = available.frames(available.rate).shifted(shift)
    source: FrameRange | None = shot.source_range.shifted(shift) if shift else None
    return MediaVersion(
        key=keys[0],
        name=reference.string("name") or url_name(url),
        path=path,
        available_range=frames,
        rate=available.rate,
        start_timecode=None,
        source_range=source,
    )
