"""What an action is."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

__all__ = ["Action", "Condition", "Context"]


class Context(Enum):
    """Where the keys of an action work.

    WINDOW: everywhere. VIEWER: while the viewer, the shot strip or the timeline strip has the
    focus. STRIP: while the timeline strip has it; there it goes before VIEWER.
    """

    WINDOW = "window"
    VIEWER = "viewer"
    STRIP = "strip"


class Condition(Enum):
    """What must hold for an action to be used."""

    CUT = "cut"
    SHOT = "shot"
    PAINT = "paint"
    LAYER = "layer"
    UNDO = "undo"
    REDO = "redo"
    VERSIONS = "versions"
    RESULTS = "results"


@dataclass(frozen=True, slots=True)
class Action:
    """One command. `id` is what scripts and key maps call it; `keys` are its default keys.

    `menu` is its menu, then the submenu if any; `group` numbers the parts of a menu between
    separators. `keys` are portable texts as Qt writes them ("Ctrl+Shift+Z").
    """

    id: str
    text: str
    tip: str
    menu: tuple[str, ...]
    group: int = 0
    keys: tuple[str, ...] = ()
    context: Context = Context.WINDOW
    icon: str = ""
    checkable: bool = False
    enabled_when: Condition | None = None
