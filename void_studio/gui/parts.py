"""Everything that the window is put together from, made in one place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from PySide6.QtWidgets import QLabel, QWidget

from void_studio.app.session import OtherSide, Session, Viewing, open_other_side
from void_studio.app.session.assist import Assist
from void_studio.app.session.desk import RenderDesk
from void_studio.core import NotPresent
from void_studio.gui.panels.history_panel import HistoryPanel
from void_studio.gui.panels.layers_panel import LayersPanel
from void_studio.gui.panels.queue_panel import QueuePanel
from void_studio.gui.panels.segmenter_section import SegmenterSection
from void_studio.gui.panels.shot_panel import ShotPanel
from void_studio.gui.panels.versions_panel import VersionsPanel
from void_studio.gui.timeline import TimelineStrip
from void_studio.gui.viewer import OptionsBar, ToolColumn, ViewerPane

__all__ = ["Parts", "build_parts"]


@dataclass(frozen=True, slots=True)
class Parts:
    """The viewer with its bars, and the panels, by name too."""

    desk: RenderDesk
    assist: Assist
    options: OptionsBar
    tools: ToolColumn
    viewer: ViewerPane
    timeline: TimelineStrip
    layers: LayersPanel
    shot: ShotPanel
    queue: QueuePanel
    versions: VersionsPanel
    panels: Mapping[str, QWidget]

    def close_down(self) -> None:
        """Let go of threads and pictures. Idempotent."""
        self.desk.leave()
        self.viewer.close_down()


def build_parts(session: Session, *, cap_bytes: int) -> Parts:
    """All parts of the window over `session`; frames in memory take at most `cap_bytes`."""
    desk = RenderDesk(session)
    assist = Assist(session)
    viewing = Viewing(session, cap_bytes=cap_bytes)
    viewing.find_other = lambda name: _side_of(session, desk, name)
    timeline = TimelineStrip(session)
    layers = LayersPanel(session)
    layers.sections.addWidget(SegmenterSection(session, assist, layers))
    shot, queue = ShotPanel(session, desk), QueuePanel(desk)
    versions = VersionsPanel(session, desk)
    panels: dict[str, QWidget] = {
        "layers": layers,
        "history": HistoryPanel(session),
        "shot": shot,
        "versions": versions,
        "timeline": timeline,
        "queue": queue,
        "model_view": QLabel("Model view"),
        "certificate": QLabel("Certificate"),
        "log": QLabel("Log"),
    }
    return Parts(
        desk,
        assist,
        OptionsBar(session),
        ToolColumn(session),
        ViewerPane(session, viewing=viewing),
        timeline,
        layers,
        shot,
        queue,
        versions,
        panels,
    )


def _side_of(session: Session, desk: RenderDesk, result_id: str) -> OtherSide:
    """What a take or version looks like. Reads its master; for a task."""
    shelf, shot = desk.shelf, session.shot
    if shelf is None or shot is None:
        raise NotPresent("no shot is open", where=result_id)
    row = shelf.row(result_id)
    request = row.version.recipe.request
    return open_other_side(
        row.version.master,
        label=row.name,
        work=request.work_range,
        rate=shot.plate.rate,
        extent=shot.plate.extent,
        note=row.engine,
    )
