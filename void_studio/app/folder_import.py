"""`import-folder`: VOID's folder in; out of it a quadmask, a project, or the filled movie."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from void_studio.app.demo.cut import CutItem, resolve_timeline
from void_studio.app.fill import BareFill, fill_plate
from void_studio.app.folders import VoidFolder, read_folder
from void_studio.app.mattes import ShotQuadmask
from void_studio.app.painted_layers import painted_layers
from void_studio.app.progress import Reporter
from void_studio.app.projects import new_project
from void_studio.app.settings import RenderSettings
from void_studio.core import Refused, UsageError, write_whole
from void_studio.project import Project
from void_studio.quadmask import (
    Quadmask,
    QuadmaskDocument,
    suspicious_frames,
    write_quadmask,
)

__all__ = ["FolderFill", "fill_folder", "import_folder", "set_up_project"]


@dataclass(frozen=True, slots=True)
class FolderFill:
    """How a folder is filled; an empty prompt in `settings` means the folder's own."""

    settings: RenderSettings
    with_sound: bool
    worker: str


def import_folder(folder: Path, out: Path | None, project: Path | None) -> dict[str, Any]:
    """Check a folder; write its quadmask to `out` and a ready project to `project` when given."""
    found = read_folder(folder)
    facts = found.facts() | {"out": None, "project": None, "timeline": None, "filled": None}
    if out is not None:
        _write_quadmask(found, out)
        facts["out"] = str(out)
    if project is not None:
        facts |= set_up_project(found, project)
    return facts


def fill_folder(
    folder: Path,
    out: Path,
    how: FolderFill,
    *,
    reporter: Reporter,
    cancelled: Callable[[], bool],
) -> dict[str, Any]:
    """Fill a folder's movie by its quadmask, its first frame being the movie's first."""
    found = read_folder(folder)
    for note in found.notes:
        reporter.note(note)
    quadmask = found.quadmask.frames.renumbered(found.plate.available_range.start)
    matte = ShotQuadmask(quadmask, "plate", (), suspicious_frames(quadmask), quadmask.off_values)
    path = found.quadmask.path
    inputs = (found.plate.location, path)
    wanted = BareFill(
        found.plate, matte, str(path), out, _prompted(how, found), how.with_sound, inputs
    )
    filled = fill_plate(wanted, worker=how.worker, reporter=reporter, cancelled=cancelled)
    return found.facts() | {"out": None, "project": None, "timeline": None, "filled": filled}


def set_up_project(found: VoidFolder, project: Path) -> dict[str, Any]:
    """A timeline of the one plate, a project of that timeline, the mattes painted in it.

    The files appear beside `project`. Raises Refused when one of them is there already.
    """
    if project.suffix != ".void":
        raise UsageError("a project file is called .void", where=project, hint="name it so")
    timeline = project.with_suffix(".otio")
    quadmask = project.with_name(f"{project.stem}.quadmask.mkv")
    for path in (project, timeline, quadmask):
        if path.exists():
            raise Refused("there is a file already", where=path, hint="choose another name")
    plate = found.plate
    item = CutItem(plate.location.resolve(), plate.available_range, plate.available_range)
    write_whole(timeline, resolve_timeline([item], plate.rate, 0))
    _write_quadmask(found, quadmask)
    shot = new_project(project, timeline, None, None)["shots"][0]["id"]
    frames = found.quadmask.frames.renumbered(plate.available_range.start)
    with Project.open(project, writable=True) as opened:
        opened.keep_quadmask(_document(shot, frames))
    return {"out": str(quadmask), "project": str(project), "timeline": str(timeline)}


def _document(shot: str, quadmask: Quadmask) -> QuadmaskDocument:
    document = QuadmaskDocument(shot, quadmask.range, quadmask.extent)
    document.add_painted(painted_layers(quadmask))
    return document


def _write_quadmask(found: VoidFolder, out: Path) -> None:
    """Beside it goes `STEM.frames.json` when the folder tells where in a plate it begins."""
    if out.suffix.lower() != ".mkv":
        raise UsageError("a quadmask is written as .mkv", where=out, hint="name it so")
    file = found.quadmask
    write_quadmask(out, file.frames, rate=found.plate.rate, start_timecode=None)
    if file.start is not None:
        start = json.dumps({"start": file.start}).encode()
        write_whole(out.with_name(f"{out.stem}.frames.json"), start)


def _prompted(how: FolderFill, found: VoidFolder) -> RenderSettings:
    return replace(how.settings, prompt=how.settings.prompt or found.prompt)
