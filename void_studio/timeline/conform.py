"""Versions into a timeline: pure, by splicing its text."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from hashlib import sha256

from void_studio.core import UsageError
from void_studio.timeline.canonical import added_reference
from void_studio.timeline.compounds import for_every_use
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
    only: Collection[str] = (),
) -> Conformed:
    """The timeline's text with `versions` (by shot id) put in; nothing is written or looked up.

    Canonical: the plate keeps its reference, the version stands beside it under its own key and
    is active; or, by TRACK, plays on a new top track. `revert` takes either out again.
    Host profiles: one reference under DEFAULT_MEDIA. A canonical timeline is taken without its
    versions, which name masters; those that are not among `versions` are told as losses.
    A shot in a compound clip is changed in all uses of the compound, but for shots in `only`.
    Raises UsageError for an unknown shot or no version at all, Refused for a version that can not
    stand in for its shot, CheckFailed for a file whose versions were edited by hand.
    """
    canonical = profile is Profile.CANONICAL
    without, recorded = plain(timeline.text, where=timeline.path)
    original = sha256(without).hexdigest() if recorded else timeline.text_sha256
    left: list[str] = []
    if not versions:
        raise UsageError("no version to put in", where=timeline.path, hint="name one")
    chosen = for_every_use(timeline, versions, only)
    if recorded and not canonical:
        left = [shot_id for shot_id in _active_versions(timeline) if shot_id not in chosen]
        timeline = timeline_of(without, timeline.path)
    fits = _fits(timeline, chosen, frozenset((*versions, *only)), profile)
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


def _fits(
    timeline: Timeline,
    versions: Mapping[str, MediaVersion],
    listed: Collection[str],
    profile: Profile,
) -> list[Fitted]:
    """The versions checked against their shots; those that are not `listed` follow another use."""
    shots = {shot.id: shot for shot in timeline.shots}
    fits = []
    for shot_id, version in versions.items():
        shot = shots.get(shot_id) or timeline.shot(shot_id)
        like = "" if profile is Profile.RESOLVE else _model_url(timeline, shot)
        url = respell(version.path, like, base=timeline.path.parent)
        fits.append(fitted(timeline.text, shot, version, url, listed=shot_id in listed))
    return fits


def _model_url(timeline: Timeline, shot: Shot) -> str:
    others = (each.media.url for each in timeline.shots if each.media.url)
    return shot.media.url or next(others, "")
