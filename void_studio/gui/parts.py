"""Everything that the window is put together from, made in one place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

from PySide6.QtWidgets import QWidget

from void_studio.app.session import Session, Viewing
from void_studio.app.session.assist import Assist
from void_studio.app.session.desk import RenderDesk
from void_studio.gui.panels import (
    CertificatePanel,
    HistoryPanel,
    LayersPanel,
    LogPanel,
    ModelViewPanel,
    QueuePanel,
    ShotPanel,
    VersionsPanel,
)
from void_studio.gui.panels.assistance import Assistance
from void_studio.gui.panels.segmenter_section import SegmenterSection
from void_studio.gui.timeline import TimelineStrip
from void_studio.gui.viewer import OptionsBar, ToolColumn, ViewerPane
from void_studio.versions import Version

__all__ = ["Parts", "build_parts"]


@dataclass(frozen=True, slots=True)
class Parts:
    """The viewer with its bars, and the panels, by name too."""

    desk: RenderDesk
    assist: Assist
    options: OptionsBar
    tools: ToolColumn
    viewer: ViewerPane
    assistance: Assistance
    timeline: TimelineStrip
    layers: LayersPanel
    shot: ShotPanel
    queue: QueuePanel
    versions: VersionsPanel
    panels: Mapping[str, QWidget]

    def close_down(self) -> None:
        """Let go of threads and pictures. Idempotent."""
        self.viewer.close_down()


def build_parts(session: Session, *, cap_bytes: int) -> Parts:
    """All parts of the window over `session`; frames in memory take at most `cap_bytes`."""
    desk = RenderDesk(session)
    assist = Assist(session)
    viewing = Viewing(session, cap_bytes=cap_bytes)
    viewing.result_of = partial(_result, desk)
    timeline = TimelineStrip(session)
    layers = LayersPanel(session)
    layers.sections.addWidget(SegmenterSection(session, assist, layers))
    viewer = ViewerPane(session, viewing=viewing)
    assistance = Assistance(session, assist, layers, viewer.strip)
    shot, queue = ShotPanel(session, desk), QueuePanel(desk)
    versions = VersionsPanel(session, desk)
    panels: dict[str, QWidget] = {
        "layers": layers,
        "history": HistoryPanel(session),
        "shot": shot,
        "versions": versions,
        "timeline": timeline,
        "queue": queue,
        "model_view": ModelViewPanel(session),
        "certificate": CertificatePanel(session, desk),
        "log": LogPanel(session),
    }
    return Parts(
        desk,
        assist,
        OptionsBar(session),
        ToolColumn(session),
        viewer,
        assistance,
        timeline,
        layers,
        shot,
        queue,
        versions,
        panels,
    )


def _result(desk: RenderDesk, result_id: str) -> tuple[str, Version] | None:
    """The take or version of an id, and its name."""
    rows = (*desk.shelf.takes, *desk.shelf.versions) if desk.shelf else ()
    return next(((row.name, row.version) for row in rows if row.id == result_id), None)
