"""Where the pen is, and what a hand of the viewer does with it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Protocol

from void_studio.core import Rect

__all__ = ["Draft", "DraftForm", "Hand", "Pointer"]

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Pointer:
    """A position in plate pixels and in device pixels, pressure 0..1, and the keys held.

    `zoom` is device pixels to one of the plate.
    """

    x: float
    y: float
    device_x: float
    device_y: float
    zoom: float = 1.0
    pressure: float = 1.0
    shift: bool = False
    alt: bool = False
    ctrl: bool = False

    @property
    def at(self) -> Point:
        """The plate position."""
        return (self.x, self.y)


class DraftForm(Enum):
    """What is drawn of something that is not done yet."""

    NONE = "none"
    LINE = "line"
    PATH = "path"
    RECTANGLE = "rectangle"
    ELLIPSE = "ellipse"
    CELL = "cell"


@dataclass(frozen=True, slots=True)
class Draft:
    """What a hand is about to do, in plate pixels; `closes` marks the first point with a ring."""

    form: DraftForm = DraftForm.NONE
    points: tuple[Point, ...] = ()
    cell: Rect | None = None
    closes: bool = False


class Hand(Protocol):
    """A tool in use. Called by the canvas alone, in the order press, move ..., release."""

    def press(self, at: Pointer) -> None:
        """The pen touched."""
        ...

    def move(self, at: Pointer) -> None:
        """The pen moved while it touched."""
        ...

    def release(self, at: Pointer) -> None:
        """The pen was lifted."""
        ...

    def hover(self, at: Pointer) -> None:
        """The pen moved without touching."""
        ...

    def finish(self) -> None:
        """Enter or a double click: do what is drafted."""
        ...

    def cancel(self) -> None:
        """Escape: forget what is drafted."""
        ...

    def draft(self) -> Draft:
        """What to draw."""
        ...
