"""Everything that the window is put together from, made in one place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from PySide6.QtWidgets import QLabel, QWidget

from void_studio.app.session import Session
from void_studio.gui.workspaces import PANEL_TITLES

__all__ = ["Parts", "build_parts"]


@dataclass(frozen=True, slots=True)
class Parts:
    """The viewer with its bars, and the panels by name."""

    options: QWidget
    tools: QWidget
    viewer: QWidget
    panels: Mapping[str, QWidget]


def build_parts(session: Session) -> Parts:
    """All parts of the window over `session`."""
    return Parts(
        QLabel("options"),
        QLabel("tools"),
        QLabel("viewer"),
        {name: QLabel(title) for name, title in PANEL_TITLES.items()},
    )
