"""Timelines: shots out of a person's own file, versions spliced into it."""

from void_studio.timeline.model import (
    MediaKind,
    MediaTarget,
    MediaVersion,
    Shot,
    Timeline,
    TrackRef,
)

__all__ = ["Timeline", "Shot", "TrackRef", "MediaTarget", "MediaKind", "MediaVersion"]
