"""A timeline and its project as the rows that are shown."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from void_studio.app.session.kept_settings import decode_settings
from void_studio.app.session.values import Cut, ShotRow, ShotSettings, TrackRow
from void_studio.core import FrameRange
from void_studio.timeline import Shot, Timeline, work_range

if TYPE_CHECKING:
    from void_studio.project import Project, ProjectShot, ProjectVersion
    from void_studio.versions import RenderRequest

__all__ = ["ACTIVE", "NOTE", "RENDER", "ProjectFacts", "cut_of", "facts_of"]

RENDER, ACTIVE, NOTE = "render", "active", "note"
_NO_VERSION = 0


@dataclass(frozen=True, slots=True)
class ProjectFacts:
    """What a project knows of its shots, read at one moment; everything is by shot id.

    `painted_for` has the revision that each version was rendered of, by shot and number; 0 where
    it was not of the project's document. `active` is the version that is in the cut.
    """

    shots: Mapping[str, ProjectShot]
    versions: Mapping[str, tuple[int, ...]]
    painted_for: Mapping[tuple[str, int], int]
    settings: Mapping[str, ShotSettings]
    active: Mapping[str, int]
    notes: Mapping[str, str]

    def painted(self, shot_id: str, revision: int) -> ProjectFacts:
        """The same after a shot was painted on."""
        if shot_id not in self.shots:
            return self
        shot = replace(self.shots[shot_id], revision=revision, has_quadmask=True)
        return replace(self, shots={**self.shots, shot_id: shot})


def facts_of(project: Project) -> ProjectFacts:
    """Read them; on the thread that has the project."""
    requests = {request.id: request for request in project.requests()}
    versions = project.versions()
    by_shot: dict[str, tuple[int, ...]] = {}
    for version in versions:
        by_shot[version.shot_id] = (*by_shot.get(version.shot_id, ()), version.number)
    return ProjectFacts(
        {shot.id: shot for shot in project.shots()},
        by_shot,
        {(version.shot_id, version.number): _revision(version, requests) for version in versions},
        {shot: decode_settings(text)[0] for shot, text in project.settings(RENDER).items()},
        {
            shot: int(text)
            for shot, text in project.settings(ACTIVE).items()
            if text.isascii() and text.isdigit()
        },
        project.settings(NOTE),
    )


def cut_of(timeline: Timeline, facts: ProjectFacts) -> Cut:
    """The cut with every shot."""
    uses: Counter[str] = Counter()
    totals = Counter(_media_key(shot) for shot in timeline.shots)
    rows: dict[tuple[int, str], list[ShotRow]] = {}
    for shot in timeline.shots:
        key = _media_key(shot)
        uses[key] += 1
        row = _row(shot, facts, (uses[key], totals[key]), timeline)
        rows.setdefault((shot.track.index, shot.track.name), []).append(row)
    tracks = tuple(
        TrackRow(name, "video", tuple(shots)) for (_, name), shots in sorted(rows.items())[::-1]
    )
    stop = max((shot.record_range.stop for shot in timeline.shots), default=0)
    return Cut(
        timeline.path,
        timeline.name or timeline.path.stem,
        timeline.rate,
        timeline.global_start,
        FrameRange(0, stop),
        tracks,
    )


def _row(shot: Shot, facts: ProjectFacts, uses: tuple[int, int], timeline: Timeline) -> ShotRow:
    kept = facts.shots.get(shot.id)
    versions = facts.versions.get(shot.id, ())
    handles = facts.settings.get(shot.id, ShotSettings()).handles
    available = shot.media.available_range
    return ShotRow(
        id=shot.id,
        name=shot.name,
        sequence=shot.sequence,
        track=shot.track.name,
        record_range=shot.record_range,
        source_range=shot.source_range,
        work_range=work_range(shot.source_range, available, handles) if available else None,
        enabled=shot.enabled,
        offline=_offline(shot, timeline),
        refused=shot.refusal,
        retime=shot.retime,
        uses=uses,
        versions=versions,
        active=facts.active.get(shot.id),
        stale=_is_stale(shot.id, versions, facts),
        has_quadmask=kept is not None and kept.has_quadmask,
        note=facts.notes.get(shot.id, ""),
    )


def _is_stale(shot_id: str, versions: Sequence[int], facts: ProjectFacts) -> bool:
    if not versions or shot_id not in facts.shots:
        return False
    counts = facts.active.get(shot_id, versions[-1])
    rendered = facts.painted_for.get((shot_id, counts), _NO_VERSION)
    return rendered != _NO_VERSION and rendered != facts.shots[shot_id].revision


def _revision(version: ProjectVersion, requests: Mapping[str, RenderRequest]) -> int:
    request = requests.get(version.request_id)
    return request.quadmask_revision if request is not None else _NO_VERSION


def _offline(shot: Shot, timeline: Timeline) -> str | None:
    if not shot.media.offline and shot.media.path is not None:
        return None
    place = str(shot.media.path or shot.media.url or "no path")
    return f"{place} ({timeline.media_hint})" if timeline.media_hint else place


def _media_key(shot: Shot) -> str:
    return str(shot.media.path or shot.media.url or shot.id)
