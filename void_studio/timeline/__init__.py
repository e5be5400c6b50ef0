"""Timelines: shots out of a person's own file, versions spliced into it."""

from void_studio.timeline.compounds import for_every_use
from void_studio.timeline.conform import conform
from void_studio.timeline.media_url import media_path, respell
from void_studio.timeline.model import (
    MediaKind,
    MediaTarget,
    MediaVersion,
    Shot,
    Timeline,
    TrackRef,
)
from void_studio.timeline.opening import is_plain
from void_studio.timeline.origin import converted_from
from void_studio.timeline.profiles import Conformed, Placement, Profile
from void_studio.timeline.reader import check_unchanged, read_timeline
from void_studio.timeline.relink import source_in_plate, work_range
from void_studio.timeline.revert import revert
from void_studio.timeline.sidecar import history, revert_with
from void_studio.timeline.splice import Splice
from void_studio.timeline.standalone import standalone

__all__ = [
    "Timeline",
    "Shot",
    "TrackRef",
    "MediaTarget",
    "MediaKind",
    "MediaVersion",
    "read_timeline",
    "check_unchanged",
    "converted_from",
    "is_plain",
    "standalone",
    "media_path",
    "respell",
    "work_range",
    "source_in_plate",
    "Profile",
    "Placement",
    "Conformed",
    "Splice",
    "conform",
    "for_every_use",
    "revert",
    "history",
    "revert_with",
]
