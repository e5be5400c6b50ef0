"""Everything that the window is put together from, made in one place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from PySide6.QtWidgets import QLabel, QWidget

from void_studio.app.session import Session
from void_studio.app.session.desk import RenderDesk
from void_studio.gui.panels.layers_panel import LayersPanel
from void_studio.gui.panels.queue_panel import QueuePanel
from void_studio.gui.panels.shot_panel import ShotPanel
from void_studio.gui.panels.versions_panel import VersionsPanel
from void_studio.gui.workspaces import PANEL_TITLES

__all__ = ["Parts", "build_parts"]


class Stub(QLabel):
    hud_visible = True

    def __getattr__(self, name):
        return lambda *a: None


@dataclass(frozen=True, slots=True)
class Parts:
    """The viewer with its bars, and the panels by name."""

    options: QWidget
    tools: QWidget
    viewer: QWidget
    panels: Mapping[str, QWidget]
    queue: QWidget
    versions: QWidget
    propagate: object


def build_parts(session: Session, desk: RenderDesk) -> Parts:
    """All parts of the window over `session`."""
    panels = {name: QLabel(title) for name, title in PANEL_TITLES.items()}
    for name, make in (
        ("layers", lambda: LayersPanel(session)),
        ("queue", lambda: QueuePanel(desk)),
        ("versions", lambda: VersionsPanel(session, desk)),
        ("shot", lambda: ShotPanel(session, desk)),
    ):
        try:
            panels[name] = make()
        except NotImplementedError as e:
            print(name, e)
    return Parts(
        QLabel("options"), QLabel("tools"), Stub("viewer"), panels, Stub(), Stub(), lambda: None
    )
