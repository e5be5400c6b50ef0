"""Named layouts of the docks: which panels are open, where, and how wide."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

__all__ = ["LAYOUTS", "Layout", "PANEL_TITLES", "Workspace"]

PANEL_TITLES = {
    "layers": "Layers",
    "history": "History",
    "shot": "Shot",
    "versions": "Versions",
    "model_view": "Model view",
    "certificate": "Certificate",
    "timeline": "Timeline",
    "queue": "Queue",
    "log": "Log",
}


class Workspace(Enum):
    """A layout's name."""

    PAINT = "paint"
    COMPARE = "compare"
    RENDER = "render"


@dataclass(frozen=True, slots=True)
class Layout:
    """Panels of the right and the bottom dock, the first in front, and the docks' sizes in pixels.

    `bottom_is_wide`: the bottom dock takes the window's whole width.
    """

    right: tuple[str, ...]
    bottom: tuple[str, ...]
    right_width: int
    bottom_height: int
    bottom_is_wide: bool


LAYOUTS = {
    Workspace.PAINT: Layout(("layers", "shot", "history"), ("timeline",), 340, 148, True),
    Workspace.COMPARE: Layout(("versions", "certificate"), ("timeline",), 400, 92, False),
    Workspace.RENDER: Layout(
        ("shot", "layers", "versions"), ("queue", "timeline", "log"), 400, 212, True
    ),
}
