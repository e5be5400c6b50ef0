"""Versions into a timeline: pure, by splicing its text."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256

from void_studio.core import UsageError
from void_studio.timeline.canonical import added_reference
from void_studio.timeline.host import replaced_reference
from void_studio.timeline.json_view import JsonObject
from void_studio.timeline.media_url import respell
from void_studio.timeline.model import MediaVersion, Shot, Timeline
from void_studio.timeline.new_reference import Fitted, fitted
from void_studio.timeline.profiles import Conformed, Placement, Profile, losses_of
from void_studio.timeline.reader import timeline_of
from void_studio.timeline.references import plays_ours
from void_studio.timeline.revert import plain
from void_studio.timeline.splice import Splice, bytes_changed, spliced
from void_studio.timeline.top_track import added_tracks

__all__ = ["conform"]


def conform(
    timeline: Timeline,
    versions: Mapping[str, MediaVersion],
    *,
    profile: Profile,
    placement: Placement,
) -> Conformed:
    """The timeline's text with `versions` (by shot id) put in; nothing is written or looked up.

    Canonical: the plate keeps its reference, the version stands beside it under its own key and
    is active; or, by TRACK, plays on a new top track. `revert` takes either out again.
    Host profiles: one reference under DEFAULT_MEDIA. A canonical timeline is taken without its
    versions, which name masters; those that are not among `versions` are told as losses.
    Raises UsageError for an unknown shot or no version at all, Refused for a version that can not
    stand in for its shot, CheckFailed for a file whose versions were edited by hand.
    """
    canonical = profile is Profile.CANONICAL
    without, recorded = plain(timeline.text, where=timeline.path)
    original = sha256(without).hexdigest() if recorded else timeline.sha256
    left: list[str] = []
    if recorded and not canonical:
        left = [shot_id for shot_id in _active_versions(timeline) if shot_id not in versions]
        timeline = timeline_of(without, timeline.path)
    if not versions:
        raise UsageError("no version to put in", where=timeline.path, hint="name one")
    fits = [_fit(timeline, shot_id, version, profile) for shot_id, version in versions.items()]
    splices: list[Splice] = []
    if placement is Placement.TRACK:
        splices = added_tracks(timeline, fits, canonical=canonical, sha256=original)
    else:
        for fit in fits:
            splices += added_reference(fit, original) if canonical else replaced_reference(fit)
    return Conformed(
        text=spliced(timeline.text, splices),
        losses=losses_of(profile, placement, fits, left),
        bytes_changed=bytes_changed(splices),
        spans=tuple(splices),
    )


def _active_versions(timeline: Timeline) -> list[str]:
    """The shots that play a version of ours in a canonical timeline."""
    clips = ((shot.id, JsonObject.at(timeline.text, shot.span[0])) for shot in timeline.shots)
    return [shot_id for shot_id, clip in clips if plays_ours(clip)]


def _fit(timeline: Timeline, shot_id: str, version: MediaVersion, profile: Profile) -> Fitted:
    shot = timeline.shot(shot_id)
    like = "" if profile is Profile.RESOLVE else _model_url(timeline, shot)
    url = respell(version.path, like, base=timeline.path.parent)
    return fitted(timeline.text, shot, version, url)


def _model_url(timeline: Timeline, shot: Shot) -> str:
    others = (each.media.url for each in timeline.shots if each.media.url)
    return shot.media.url or next(others, "")
