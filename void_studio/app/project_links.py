"""What a project knows of a timeline: where its media are, its rate, plates that moved."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

from void_studio.core import Refused
from void_studio.project import Project, ProjectVersion
from void_studio.timeline import Shot, Timeline, read_timeline
from void_studio.versions import Version, read_version

__all__ = ["keep_in", "keep_version", "read_linked"]


def read_linked(
    path: Path, project: Path | None, *, media_root: Path | None, rate: Fraction | None
) -> Timeline:
    """Read a timeline with the links of a project; what is given here comes before them.

    Raises Refused when the project is of other shots, so that nothing is rendered in vain.
    """
    if project is None:
        return read_timeline(path, media_root=media_root, rate=rate)
    with Project.open(project) as opened:
        kept, known = opened.timeline, opened.shots()
    timeline = read_timeline(path, media_root=media_root or kept.media_root, rate=rate or kept.rate)
    missing = {shot.id for shot in timeline.shots} - {shot.id for shot in known}
    if missing:
        raise Refused(
            f"the project has no shot {', '.join(sorted(missing)[:5])}",
            where=project,
            hint=f"it is of {kept.path}; make another with `project new`",
        )
    return _relinked(timeline, {shot.id: shot.plate for shot in known if shot.plate})


def keep_version(project: Path, version: Version) -> None:
    """Store a published version and its request in a project."""
    with Project.open(project, writable=True) as opened:
        keep_in(opened, version.folder)


def keep_in(project: Project, folder: Path) -> None:
    """Store the version in a published folder, and its request, in an open project."""
    version = read_version(folder)
    request = version.recipe.request
    project.keep_request(request)
    project.keep_version(ProjectVersion(request.shot.id, version.number, folder, request.id))


def _relinked(timeline: Timeline, plates: dict[str, Path]) -> Timeline:
    shots: Sequence[Shot] = [
        replace(shot, media=replace(shot.media, path=plates[shot.id], offline=False))
        if shot.id in plates
        else shot
        for shot in timeline.shots
    ]
    return replace(timeline, shots=tuple(shots))
