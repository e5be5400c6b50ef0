"""Tools, brush, and what is done to a matte."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING

from void_studio.app.session import Painting, StrokeLives, Tool

if TYPE_CHECKING:
    from void_studio.gui.window import MainWindow

__all__ = ["checks", "handlers"]

_SPECK_SAMPLES = 64


def handlers(window: MainWindow) -> Mapping[str, Callable[[], object]]:
    """What each action does."""
    view, viewer = window.session.view, window.parts.viewer

    def paint(act: Callable[[Painting], object]) -> None:
        if window.session.shot is not None:
            act(window.session.shot.painting)

    tools = {f"tool.{tool.value}": partial(setattr, view, "tool", tool) for tool in Tool}
    return tools | {
        "matte.swap_role": viewer.swap_role,
        "matte.smaller": viewer.brush_smaller,
        "matte.larger": viewer.brush_larger,
        "matte.grow": lambda: paint(lambda painting: painting.grow(1, view.stroke_lives)),
        "matte.shrink": lambda: paint(lambda painting: painting.grow(-1, view.stroke_lives)),
        "matte.fill_holes": lambda: paint(lambda painting: painting.fill_holes(view.stroke_lives)),
        "matte.remove_specks": lambda: paint(
            lambda painting: painting.remove_specks(_SPECK_SAMPLES, view.stroke_lives)
        ),
        "edit.copy_previous": partial(viewer.copy_from_neighbour, -1),
        "edit.copy_next": partial(viewer.copy_from_neighbour, 1),
        "edit.clear_frame": lambda: paint(lambda painting: painting.clear()),
        "edit.clear_range": lambda: paint(lambda painting: painting.clear(StrokeLives.IN_OUT)),
    }


def checks(window: MainWindow) -> Mapping[str, Callable[[], bool]]:
    """The tool that is in the hand."""
    return {f"tool.{tool.value}": partial(_has, window, tool) for tool in Tool}


def _has(window: MainWindow, tool: Tool) -> bool:
    return window.session.view.tool is tool
