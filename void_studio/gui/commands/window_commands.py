"""Workspaces, panels, focus, help."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING

from void_studio.gui.workspaces import PANEL_TITLES, Workspace

if TYPE_CHECKING:
    from void_studio.gui.window import MainWindow

__all__ = ["checks", "handlers"]


def handlers(window: MainWindow) -> Mapping[str, Callable[[], object]]:
    """What each action does."""
    spaces = {
        f"workspace.{work.value}": partial(window.choose_workspace, work) for work in Workspace
    }
    panels = {f"panel.{name}": partial(window.docks.toggle, name) for name in PANEL_TITLES}
    return {
        **spaces,
        **panels,
        "window.reset_layout": window.reset_layout,
        "window.focus_next": partial(window.focus_ring.step, 1),
        "window.focus_previous": partial(window.focus_ring.step, -1),
        "help.shortcuts": window.dialogs.shortcuts,
        "help.copy_report": window.dialogs.copy_report,
        "help.about": window.dialogs.about,
    }


def checks(window: MainWindow) -> Mapping[str, Callable[[], bool]]:
    """The workspace that is on and the panels that are open."""
    spaces = {f"workspace.{work.value}": partial(_is_on, window, work) for work in Workspace}
    panels = {f"panel.{name}": partial(window.docks.is_shown, name) for name in PANEL_TITLES}
    return spaces | panels


def _is_on(window: MainWindow, workspace: Workspace) -> bool:
    return not window.is_at_start and window.workspace is workspace
