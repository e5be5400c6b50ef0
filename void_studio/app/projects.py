"""Projects from the command line: everything the window will do, headless."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

from void_studio.app.conforming import conform_files
from void_studio.core import NotPresent, UsageError, write_whole
from void_studio.media import is_sequence, parse_pattern, sequence_frames
from void_studio.project import Project, ProjectShot, ProjectTimeline, ProjectVersion
from void_studio.quadmask import write_quadmask
from void_studio.timeline import Placement, Profile, Timeline, is_plain, read_timeline

__all__ = [
    "export_project",
    "new_project",
    "project_info",
    "project_lines",
    "relink_project",
]


def new_project(
    path: Path, timeline_path: Path, media_root: Path | None, rate: Fraction | None
) -> dict[str, Any]:
    """Import a timeline into a new project file."""
    timeline = read_timeline(timeline_path, media_root=media_root, rate=rate)
    kept = ProjectTimeline(timeline_path.resolve(), timeline.sha256, _resolved(media_root), rate)
    shots = [ProjectShot(shot.id, shot.name, None, 0, False) for shot in timeline.shots]
    with Project.create(path, kept, shots) as project:
        return _facts(project)


def project_info(path: Path) -> dict[str, Any]:
    """What is in a project."""
    with Project.open(path) as project:
        return _facts(project)


def relink_project(path: Path, media_root: Path | None, plates: Sequence[str]) -> dict[str, Any]:
    """Set a folder to look in for media, and files of single shots, `SHOT_ID=FILE` each."""
    if media_root is None and not plates:
        raise UsageError("nothing to relink", hint="give --media-root DIR or --plate SHOT_ID=FILE")
    linked = dict(_plate_link(text) for text in plates)
    with Project.open(path, writable=True) as project:
        project.relink(media_root=_resolved(media_root), plates=linked)
        return _facts(project)


def export_project(path: Path, out: Path) -> dict[str, Any]:
    """Write quadmasks, requests and, when there are versions, the canonical timeline."""
    with Project.open(path) as project:
        written = [*_quadmasks(project, out), *_requests(project, out), *_timeline(project, out)]
    return {"project": str(path), "out": str(out), "written": [str(file) for file in written]}


def project_lines(facts: dict[str, Any]) -> list[str]:
    """The facts for a terminal."""
    lines = [f"timeline: {facts['timeline']}" + (" (changed)" if facts["timeline_changed"] else "")]
    for shot in facts["shots"]:
        state = "painted" if shot["quadmask"] else "not painted"
        versions = ", ".join(f"v{number:03d}" for number in shot["versions"]) or "no version"
        lines.append(f"{shot['id']}  {shot['name']}  {state}  {versions}")
    return lines


def _facts(project: Project) -> dict[str, Any]:
    timeline = project.timeline
    versions = project.versions()
    return {
        "project": str(project.path),
        "timeline": str(timeline.path),
        "timeline_changed": _changed(timeline),
        "media_root": str(timeline.media_root) if timeline.media_root else None,
        "journal_mode": project.journal_mode,
        "shots": [_shot_facts(shot, versions) for shot in project.shots()],
        "requests": len(project.requests()),
        "journal": [{"at": at, "what": what} for at, what in project.journal()],
    }


def _changed(timeline: ProjectTimeline) -> bool:
    if not timeline.path.exists():
        return True
    return _read(timeline).sha256 != timeline.sha256


def _shot_facts(shot: ProjectShot, versions: Sequence[ProjectVersion]) -> dict[str, Any]:
    return {
        "id": shot.id,
        "name": shot.name,
        "plate": str(shot.plate) if shot.plate else None,
        "quadmask": shot.has_quadmask,
        "revision": shot.revision,
        "versions": [version.number for version in versions if version.shot_id == shot.id],
    }


def _plate_link(text: str) -> tuple[str, Path]:
    shot_id, equals, file = text.partition("=")
    if not equals or not file:
        raise UsageError(f"--plate {text!r}", hint="write SHOT_ID=FILE")
    path = Path(file)
    if is_sequence(path):
        sequence_frames(parse_pattern(path))
    elif not path.is_file():
        raise NotPresent("no such file", where=path, hint="check the path")
    return shot_id, path.resolve()


def _resolved(path: Path | None) -> Path | None:
    return path.resolve() if path is not None else None


def _quadmasks(project: Project, out: Path) -> Iterator[Path]:
    timeline = project.timeline
    rates = {shot.id: shot.media.rate for shot in _read(timeline).shots}
    for shot in project.shots():
        document = project.quadmask(shot.id)
        if document is not None:
            file = out / f"{shot.id}.mkv"
            quadmask = document.pack()
            write_quadmask(file, quadmask, rate=rates[shot.id], start_timecode=None)
            start = json.dumps({"start": quadmask.range.start}).encode()
            write_whole(out / f"{shot.id}.frames.json", start)
            yield file


def _requests(project: Project, out: Path) -> Iterator[Path]:
    for request in project.requests():
        file = out / "requests" / f"{request.id}.json"
        write_whole(file, request.encode())
        yield file


def _timeline(project: Project, out: Path) -> Iterator[Path]:
    newest = {version.shot_id: version.folder for version in project.versions()}
    if newest:
        source = project.timeline.path
        file = out / f"{source.stem}.void{source.suffix if is_plain(source) else '.otio'}"
        conform_files(
            source,
            list(newest.values()),
            file,
            profile=Profile.CANONICAL,
            placement=Placement.REPLACE,
            media_root=project.timeline.media_root,
        )
        yield file


def _read(timeline: ProjectTimeline) -> Timeline:
    return read_timeline(timeline.path, media_root=timeline.media_root, rate=timeline.rate)
