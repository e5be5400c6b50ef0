"""Everything between a path and a cut with its project open. Blocks; for tasks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

from void_studio.app.session.kept_settings import encode_settings
from void_studio.app.session.places import Places
from void_studio.app.session.posting import Post
from void_studio.app.session.project_place import ProjectPlace, place_for
from void_studio.app.session.rows import RENDER, ProjectFacts, cut_of, facts_of
from void_studio.app.session.tasks import TaskContext
from void_studio.app.session.values import Cut, Level, Message, OpenedKind, ShotSettings
from void_studio.app.session.writer import ProjectWriter
from void_studio.core import BadInput, NotPresent, Refused, write_whole
from void_studio.quadmask import QuadmaskDocument
from void_studio.timeline import Timeline, read_timeline

if TYPE_CHECKING:
    from void_studio.app.folders import VoidFolder
    from void_studio.media import PlateRef
    from void_studio.project import ProjectTimeline

__all__ = ["Opened", "Wanted", "kind_of", "open_wanted", "read_cut"]

_PROJECT = ".void"
_TIMELINES = (".otio", ".otioz", ".otiod", ".json", ".edl", ".xml", ".fcpxml", ".fcpxmld", ".aaf")
_NO_CUTS = (".ale", ".drp", ".drt", ".prproj")
_VIDEO = "input_video.mp4"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a person asked to open; `media_root` and `rate` matter for timelines only."""

    path: Path
    media_root: Path | None = None
    rate: Fraction | None = None


@dataclass(frozen=True, slots=True)
class Opened:
    """A cut and the thread that has its project; `notes` are for people.

    `read_only` says why the project can not be changed, None when it can.
    """

    kind: OpenedKind
    path: Path
    project: Path
    writer: ProjectWriter
    timeline: Timeline
    facts: ProjectFacts
    read_only: str | None
    notes: tuple[Message, ...]

    @property
    def cut(self) -> Cut:
        """The cut as rows."""
        return cut_of(self.timeline, self.facts)


def kind_of(path: Path) -> OpenedKind:
    """What lies at `path`. Raises NotPresent when nothing does, BadInput for a foreign folder."""
    suffix = path.suffix.lower()
    if not path.exists():
        raise NotPresent("there is nothing at this path", where=path, hint="check the path")
    if suffix in (*_TIMELINES, *_NO_CUTS):
        return OpenedKind.TIMELINE
    if path.is_dir():
        if (path / _VIDEO).is_file():
            return OpenedKind.FOLDER
        raise BadInput(
            "this folder is not one of VOID",
            where=path,
            hint=f"it needs {_VIDEO} and quadmask_0.mp4",
        )
    return OpenedKind.PROJECT if suffix == _PROJECT else OpenedKind.MOVIE


def open_wanted(
    wanted: Wanted,
    places: Places,
    *,
    post: Post,
    context: TaskContext,
    held: tuple[Path, ProjectWriter] | None = None,
) -> Opened:
    """Open it, with a new project where there is none yet; `held` is the one that is open."""
    path = wanted.path.expanduser().absolute()
    kind = kind_of(path)
    context.progress("open", 0, 3)
    notes: list[Message] = []
    if kind is OpenedKind.PROJECT:
        project = path
    else:
        maker = {
            OpenedKind.TIMELINE: _timeline_project,
            OpenedKind.MOVIE: _movie_project,
            OpenedKind.FOLDER: _folder_project,
        }[kind]
        place = maker(replace(wanted, path=path), places, notes.append)
        project = place.path
        if place.is_aside:
            notes.append(
                _said(
                    "the project is kept in the state folder",
                    project,
                    "the folder of what was opened can not be written",
                )
            )
    context.progress("project", 1, 3)
    context.check()
    writer, read_only = _writer(project, post, held)
    try:
        if read_only is not None:
            notes.append(_said("the project is open read-only", project, read_only, Level.WARN))
        elif writer.journal_mode != "wal":
            notes.append(
                _said(
                    "the project is on a network volume: each stroke is written"
                    " at once, which is slower",
                    project,
                    "",
                )
            )
        timeline, facts = read_cut(writer, notes.append)
    except BaseException:
        if held is None or writer is not held[1]:
            writer.close()
        raise
    context.progress("cut", 3, 3)
    return Opened(kind, path, project, writer, timeline, facts, read_only, tuple(notes))


def read_cut(
    writer: ProjectWriter, note: Callable[[Message], None]
) -> tuple[Timeline, ProjectFacts]:
    """The timeline of a project with the project's links, as it is on the disk now."""
    kept = writer.call(lambda project: project.timeline).result()
    timeline = _read(kept)
    if timeline.sha256 != kept.sha256:
        _take_over(writer, timeline)
        note(_said("the timeline has changed since it was opened last", timeline.path, ""))
    for line in timeline.warnings:
        note(_said(line, timeline.path, "", Level.WARN))
    facts = writer.call(facts_of).result()
    return _relinked(timeline, facts), facts


def _read(kept: ProjectTimeline) -> Timeline:
    if not kept.path.exists():
        raise NotPresent(
            "the timeline of this project is not there",
            where=kept.path,
            hint="put it there again, or open it from where it is now",
        )
    return read_timeline(kept.path, media_root=kept.media_root, rate=kept.rate)


def _take_over(writer: ProjectWriter, timeline: Timeline) -> None:
    from void_studio.project import ProjectShot

    shots = [ProjectShot(shot.id, shot.name, None, 0, False) for shot in timeline.shots]
    if writer.writable:
        writer.call(lambda project: project.update_timeline(timeline.sha256, shots)).result()


def _relinked(timeline: Timeline, facts: ProjectFacts) -> Timeline:
    plates = {shot.id: shot.plate for shot in facts.shots.values() if shot.plate is not None}
    shots = tuple(
        replace(shot, media=replace(shot.media, path=plates[shot.id], offline=False))
        if shot.id in plates
        else shot
        for shot in timeline.shots
    )
    return replace(timeline, shots=shots)


def _writer(
    project: Path, post: Post, held: tuple[Path, ProjectWriter] | None
) -> tuple[ProjectWriter, str | None]:
    if held is not None and held[0] == project and held[1].writable:
        return held[1], None
    try:
        return ProjectWriter.open(project, writable=True, post=post), None
    except Refused as error:
        reason = f"{error.what}; {error.hint}" if error.hint else error.what
        return ProjectWriter.open(project, writable=False, post=post), reason


def _timeline_project(
    wanted: Wanted, places: Places, note: Callable[[Message], None]
) -> ProjectPlace:
    from void_studio.app.projects import new_project

    path = wanted.path
    candidates = (path.with_suffix(_PROJECT), path.with_name(path.name + _PROJECT))
    place = place_for(candidates, lambda _, timeline: timeline == path.resolve(), places)
    if not place.exists:
        new_project(place.path, path, wanted.media_root, wanted.rate)
    elif wanted.media_root is not None:
        note(_said("the project has its own folder of media", place.path, "relink to change it"))
    return place


def _movie_project(wanted: Wanted, places: Places, note: Callable[[Message], None]) -> ProjectPlace:
    from void_studio.app.fill import open_bare

    path = wanted.path
    place = place_for((path.with_name(path.name + _PROJECT),), _has_own_cut, places)
    if not place.exists:
        plate = open_bare(path)
        for line in plate.notes:
            note(_said(line, path, ""))
        _make(place.path, plate)
    return place


def _folder_project(
    wanted: Wanted, places: Places, note: Callable[[Message], None]
) -> ProjectPlace:
    from void_studio.app.folders import read_folder

    inside = wanted.path / f"{wanted.path.name}{_PROJECT}"
    place = place_for((inside,), _has_own_cut, places)
    if not place.exists:
        found = read_folder(wanted.path)
        for line in found.notes:
            note(_said(line, wanted.path, ""))
        _paint(place.path, _make(place.path, found.plate), found)
    return place


def _make(project: Path, plate: PlateRef) -> str:
    """A cut of one shot, the whole plate, and its project; the shot's id."""
    from void_studio.app.demo.cut import CutItem, resolve_timeline
    from void_studio.app.projects import new_project

    whole = plate.available_range
    item = CutItem(plate.location.resolve(), whole, whole)
    start = plate.start_timecode.frames if plate.start_timecode else 0
    cut = _cut_beside(project)
    write_whole(cut, resolve_timeline([item], plate.rate, start))
    shots = new_project(project, cut, None, None)["shots"]
    return str(shots[0]["id"])


def _paint(project: Path, shot_id: str, found: VoidFolder) -> None:
    from void_studio.app.painted_layers import painted_layers
    from void_studio.project import Project

    quadmask = found.quadmask.frames.renumbered(found.plate.available_range.start)
    document = QuadmaskDocument(shot_id, quadmask.range, quadmask.extent)
    document.add_painted(painted_layers(quadmask))
    settings = ShotSettings(prompt=found.prompt)
    with Project.open(project, writable=True) as opened:
        opened.keep_quadmask(document)
        opened.keep_setting(shot_id, RENDER, encode_settings(settings))


def _cut_beside(project: Path) -> Path:
    return project.with_name(f"{project.name}.otio")


def _has_own_cut(project: Path, timeline: Path) -> bool:
    return timeline == _cut_beside(project).resolve()


def _said(what: str, where: Path, hint: str, level: Level = Level.INFO) -> Message:
    return Message(level, what, str(where), hint)
