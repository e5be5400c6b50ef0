"""All commands of the window, menu by menu, in the order in which they are shown."""

from __future__ import annotations

from void_studio.app.actions.file_actions import FILE_ACTIONS
from void_studio.app.actions.matte_actions import MATTE_ACTIONS
from void_studio.app.actions.model import Action
from void_studio.app.actions.play_actions import PLAY_ACTIONS
from void_studio.app.actions.view_actions import VIEW_ACTIONS
from void_studio.app.actions.window_actions import WINDOW_ACTIONS
from void_studio.app.actions.work_actions import WORK_ACTIONS

__all__ = ["ACTIONS", "MENUS", "action"]

MENUS = (
    "File",
    "Edit",
    "View",
    "Timeline",
    "Shot",
    "Matte",
    "Render",
    "Versions",
    "Window",
    "Help",
)

ACTIONS: tuple[Action, ...] = (
    *FILE_ACTIONS,
    *VIEW_ACTIONS,
    *PLAY_ACTIONS,
    *MATTE_ACTIONS,
    *WORK_ACTIONS,
    *WINDOW_ACTIONS,
)
_BY_ID = {entry.id: entry for entry in ACTIONS}


def action(action_id: str) -> Action:
    """The action of an id. Raises KeyError for an id that there is none of."""
    return _BY_ID[action_id]
