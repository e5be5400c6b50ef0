"""What the pointer does with a key held: shown in the shortcut sheet, not rebindable."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["GESTURES", "Gesture"]


@dataclass(frozen=True, slots=True)
class Gesture:
    """A movement of mouse or pen; `group` is the menu that it belongs to."""

    group: str
    text: str
    parts: tuple[str, ...]


GESTURES = (
    Gesture("View", "Zoom about the pointer", ("Wheel",)),
    Gesture("View", "Pan", ("Middle drag",)),
    Gesture("View", "Hide the overlay while held", ("`",)),
    Gesture("Matte", "Brush size", ("Ctrl", "Shift", "Drag")),
    Gesture("Matte", "Straight line from the last dab", ("Shift", "Click")),
    Gesture("Matte", "Erase with any painting tool", ("Alt", "Drag")),
    Gesture("Matte", "Point in, point out", ("Click", "Alt", "Click")),
)
