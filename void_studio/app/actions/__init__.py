"""Every command of the window as data: its place, name, tip, keys and when it can be used."""

from void_studio.app.actions.binding import Clash, active_in, bound_keys, clashes
from void_studio.app.actions.gestures import GESTURES, Gesture
from void_studio.app.actions.model import Action, Condition, Context
from void_studio.app.actions.table import ACTIONS, MENUS, action
from void_studio.app.actions.usable import why_not

__all__ = [
    "Action",
    "Context",
    "Condition",
    "ACTIONS",
    "MENUS",
    "action",
    "Gesture",
    "GESTURES",
    "active_in",
    "bound_keys",
    "Clash",
    "clashes",
    "why_not",
]
