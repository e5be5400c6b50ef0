"""Everything between a shot of the cut and its open plate and document. Blocks; for tasks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from void_studio.app.session.kept_settings import decode_settings
from void_studio.app.session.rows import RENDER
from void_studio.app.session.tasks import TaskContext
from void_studio.app.session.values import ShotSettings
from void_studio.app.session.writer import ProjectWriter
from void_studio.core import BadInput, FrameRange
from void_studio.media import PlateRef
from void_studio.quadmask import QuadmaskDocument
from void_studio.timeline import Shot, Timeline

if TYPE_CHECKING:
    from void_studio.project import Project

__all__ = ["Chosen", "choose_shot"]

_ROOM = 64


@dataclass(frozen=True, slots=True)
class Chosen:
    """A shot that can be worked on; frames are in the plate's numbering.

    `is_kept` tells that the project has the document as it is; `unread` names settings that could
    not be taken over.
    """

    shot: Shot
    timeline: Timeline
    plate: PlateRef
    source: FrameRange
    numbering_offset: int
    document: QuadmaskDocument
    is_kept: bool
    settings: ShotSettings
    unread: tuple[str, ...]


def choose_shot(
    timeline: Timeline, shot_id: str, writer: ProjectWriter, context: TaskContext
) -> Chosen:
    """Open the plate and read what was painted.

    Raises Refused with the shot's own reason, NotPresent when its media is offline, BadInput when
    what was painted is of another size.
    """
    from void_studio.app.shots import plate_of

    _warm_up()
    shot = timeline.shot(shot_id)
    context.progress("plate", 0, 2)
    known = plate_of(timeline, shot, handles=0)
    context.check()
    context.progress("quadmask", 1, 2)

    def read(project: Project) -> tuple[QuadmaskDocument | None, str]:
        return project.quadmask(shot_id), project.settings(RENDER).get(shot_id, "")

    kept, text = writer.call(read).result()
    settings, unread = decode_settings(text) if text else (ShotSettings(), ())
    plate = known.plate
    room = max(_ROOM, settings.handles)
    frames = known.source.widened(room, room).intersect(plate.available_range)
    document = kept or QuadmaskDocument(shot_id, frames, plate.extent)
    if document.extent != plate.extent:
        raise BadInput(
            f"what was painted is {document.extent}, the plate is {plate.extent}",
            where=plate.location,
            hint="relink the shot to the plate that was painted on",
        )
    is_kept = kept is not None and document.range.covers(frames)
    document.widen(frames)
    context.progress("quadmask", 2, 2)
    offset = known.numbering_offset
    return Chosen(shot, timeline, plate, known.source, offset, document, is_kept, settings, unread)


def _warm_up() -> None:
    """Load what painting needs, so that the session's thread never loads a library."""
    import cv2
    import numpy as np

    cv2.LUT(np.zeros((1, 1), np.uint8), np.zeros(256, np.uint8))
