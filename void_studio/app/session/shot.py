"""The shot that is open: its plate, its painted document, how it is to be rendered."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from psygnal import Signal

from void_studio.app.session.carrying import carry_into
from void_studio.app.session.choosing import Chosen
from void_studio.app.session.exchange import Imported, import_layers, write_export
from void_studio.app.session.kept_settings import encode_settings
from void_studio.app.session.painting import Painting
from void_studio.app.session.parts import Closing
from void_studio.app.session.proposals import LayerProposal
from void_studio.app.session.rows import RENDER
from void_studio.app.session.tasks import Task, TaskContext, Tasks
from void_studio.app.session.values import Message, ShotRow, ShotSettings
from void_studio.app.session.view import ViewState
from void_studio.app.session.writer import ProjectWriter
from void_studio.core import FrameRange, Timecode
from void_studio.quadmask import Change, FrameState, PaintedFrame, QuadmaskSnapshot
from void_studio.timeline import work_range

__all__ = ["OpenShot", "ShotTools"]

Carried = dict[str, dict[int, PaintedFrame]]


@dataclass(frozen=True, slots=True)
class ShotTools:
    """What an open shot needs of its session."""

    view: ViewState
    tasks: Tasks
    tell: Callable[[Message], None]
    writer: ProjectWriter
    read_only: str | None


class OpenShot:
    """One shot while it is worked on. Frames are in the plate's numbering.

    `source` is what the cut shows; add `numbering_offset` to a plate frame to get the number that
    the timeline uses for it. The document's range is the source range with room for handles.
    `settings_changed` and `proposals_changed` are emitted on the session's thread.
    """

    settings_changed = Signal(ShotSettings)
    proposals_changed = Signal()

    def __init__(self, chosen: Chosen, row: ShotRow, tools: ShotTools) -> None:
        self.row = row
        self.chosen = chosen
        self.shot = chosen.shot
        self.timeline = chosen.timeline
        self.plate = chosen.plate
        self.source = chosen.source
        self.numbering_offset = chosen.numbering_offset
        self.document = chosen.document
        self.read_only = tools.read_only
        self.painting = Painting(
            self.document,
            tools.view,
            tools.tasks,
            tell=tools.tell,
            read_only=tools.read_only,
        )
        self._settings = chosen.settings
        self._tools = tools
        self._proposals: list[LayerProposal] = []
        self._owned: list[Closing] = []
        self._base: QuadmaskSnapshot | None = None if chosen.is_kept else self.document.snapshot()
        self._kept_revision = self.document.revision
        self.document.edited.connect(self._keep)

    @property
    def settings(self) -> ShotSettings:
        """How it is to be rendered."""
        return self._settings

    @property
    def work(self) -> FrameRange:
        """The source range with handles, as far as the plate has them."""
        return work_range(self.source, self.plate.available_range, self._settings.handles)

    @property
    def proposals(self) -> tuple[LayerProposal, ...]:
        """What is suggested and neither taken nor dismissed, oldest first."""
        return tuple(self._proposals)

    def own(self, part: Closing) -> None:
        """Close `part` when the shot is closed."""
        self._owned.append(part)

    def propose(self, proposal: LayerProposal) -> None:
        """Show a suggestion; one with the same id is replaced."""
        kept = [one for one in self._proposals if one.id != proposal.id]
        self._proposals = [*kept, proposal]
        self.proposals_changed.emit()

    def accept(self, proposal_id: str) -> Task[dict[int, PaintedFrame]] | None:
        """Put a suggestion into its layer, as one undo step. Unknown ids are ignored."""
        found = [one for one in self._proposals if one.id == proposal_id]
        if not found:
            return None
        return self.painting.accept(found[0], done=lambda: self.dismiss(proposal_id))

    def dismiss(self, proposal_id: str) -> None:
        """Leave a suggestion. Unknown ids are ignored."""
        kept = [one for one in self._proposals if one.id != proposal_id]
        if len(kept) != len(self._proposals):
            self._proposals = kept
            self.proposals_changed.emit()

    def set_settings(self, settings: ShotSettings) -> None:
        """Take over settings and keep them in the project, if that can be written."""
        if settings == self._settings:
            return
        self._settings = settings
        self._widen(self.work)
        if self.read_only is None:
            text = encode_settings(settings)
            shot_id = self.row.id
            self._tools.writer.call(lambda project: project.keep_setting(shot_id, RENDER, text))
        self.settings_changed.emit(settings)

    def propagate_into_handles(self) -> Task[Carried] | None:
        """Carry every visible layer into the frames of the work range that it does not reach."""
        if self.read_only is not None:
            return None
        self.painting.end()
        snapshot, work, worker = self.document.snapshot(), self.work, self._settings.worker

        def carry(context: TaskContext) -> Carried:
            return carry_into(snapshot, work, self.plate, worker, context)

        return self.painting.start("propagate into handles", carry, self._put_carried)

    def suspects(self) -> tuple[int, ...]:
        """Frames of the work range with nothing to fill although a neighbour has something."""
        work = self.work
        empty = {frame for frame in work if self.document.frame_state(frame) is FrameState.EMPTY}
        painted = set(work) - empty
        return tuple(sorted(empty & {near for frame in painted for near in (frame - 1, frame + 1)}))

    def import_quadmask(self, path: Path, *, first_frame: int | None = None) -> Task[Imported]:
        """Put the layers of a quadmask file or VOID folder on top; one undo step."""
        source, work, plate = self.source, self.work, self.plate

        def read(context: TaskContext) -> Imported:
            return import_layers(
                path, plate, source=source, work=work, first_frame=first_frame, context=context
            )

        def put(imported: Imported) -> None:
            if self.read_only is None:
                self.painting.end()
                self._widen(imported.frames)
                self.document.add_painted(imported.layers)
                self._tools.tell(imported.message(path))

        return self.painting.start(f"import {path.name}", read, put)

    def export_quadmask(self, path: Path) -> Task[None]:
        """Write the quadmask over the work range, as .mkv, with the number of its first frame."""
        self.painting.end()
        snapshot, work, plate = self.document.snapshot(), self.work, self.plate
        return self._tools.tasks.start(
            f"export {path.name}", lambda _: write_export(path, snapshot, work, plate)
        )

    def record_frame(self, frame: int) -> int | None:
        """The frame of the cut, from its start, that shows a plate frame.

        None for handles, and where the shot is retimed or a transition shows more of it.
        """
        record = self.shot.record_range
        if self.shot.retime or len(record) != len(self.source) or frame not in self.source:
            return None
        return record.start + frame - self.source.start

    def source_timecode(self, frame: int) -> Timecode | None:
        """The plate's timecode at a frame; None when it has none."""
        return self.plate.timecode_at(frame)

    def record_timecode(self, frame: int) -> Timecode | None:
        """The cut's timecode at a plate frame; None where it has none or `record_frame` is None."""
        start, record = self.timeline.global_start, self.record_frame(frame)
        return None if start is None or record is None else start.at(start.frames + record)

    def keep_whole(self) -> None:
        """Have the whole document kept in place of its single changes."""
        self.painting.end()
        if self.read_only is None and self.document.revision != self._kept_revision:
            self._kept_revision = self.document.revision
            self._tools.writer.keep_snapshot(self.document.snapshot())

    def close(self) -> None:
        """End a stroke, keep the document, close what others have put in. Idempotent."""
        self.keep_whole()
        self.document.edited.disconnect(self._keep, missing_ok=True)
        owned, self._owned = self._owned, []
        for part in owned:
            part.close()

    def _widen(self, frames: FrameRange) -> None:
        if not self.document.range.covers(frames):
            self.document.widen(frames)
            self._base = self.document.snapshot()

    def _keep(self, change: Change) -> None:
        if self.read_only is None:
            base, self._base = self._base, None
            self._tools.writer.append(self.row.id, change, base=base)

    def _put_carried(self, carried: Carried) -> None:
        there = {layer.id for layer in self.document.layers}
        self.document.put_layers({key: one for key, one in carried.items() if key in there})
