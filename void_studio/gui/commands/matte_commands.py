"""Tools, brush, and what is done to a matte."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING

from void_studio.app.session import Painting, StrokeLives, Tool
from void_studio.quadmask import Role

if TYPE_CHECKING:
    from void_studio.gui.window import MainWindow

__all__ = ["checks", "handlers"]

_STEP = 1.1
_LEAST_PX = 1.0
_MOST_PX = 2000.0
_SPECK_SAMPLES = 64


def handlers(window: MainWindow) -> Mapping[str, Callable[[], object]]:
    """What each action does."""
    view = window.session.view

    def paint(act: Callable[[Painting], object]) -> None:
        if window.session.shot is not None:
            act(window.session.shot.painting)

    def sized(factor: float) -> None:
        view.brush_px = min(max(round(view.brush_px * factor, 1), _LEAST_PX), _MOST_PX)

    tools = {f"tool.{tool.value}": partial(setattr, view, "tool", tool) for tool in Tool}
    return tools | {
        "matte.swap_role": partial(_swap_role, window),
        "matte.smaller": lambda: sized(1 / _STEP),
        "matte.larger": lambda: sized(_STEP),
        "matte.grow": lambda: paint(lambda painting: painting.grow(1, view.stroke_lives)),
        "matte.shrink": lambda: paint(lambda painting: painting.grow(-1, view.stroke_lives)),
        "matte.fill_holes": lambda: paint(lambda painting: painting.fill_holes(view.stroke_lives)),
        "matte.remove_specks": lambda: paint(
            lambda painting: painting.remove_specks(_SPECK_SAMPLES, view.stroke_lives)
        ),
        "edit.copy_previous": lambda: paint(lambda painting: painting.copy_from(view.frame - 1)),
        "edit.copy_next": lambda: paint(lambda painting: painting.copy_from(view.frame + 1)),
        "edit.clear_frame": lambda: paint(lambda painting: painting.clear()),
        "edit.clear_range": lambda: paint(lambda painting: painting.clear(StrokeLives.IN_OUT)),
    }


def checks(window: MainWindow) -> Mapping[str, Callable[[], bool]]:
    """The tool that is in the hand."""
    return {f"tool.{tool.value}": partial(_has, window, tool) for tool in Tool}


def _has(window: MainWindow, tool: Tool) -> bool:
    return window.session.view.tool is tool


def _swap_role(window: MainWindow) -> None:
    """The brush goes to the other role's layer on top; no layer's role changes."""
    session = window.session
    other = Role.AFFECTED if session.view.role is Role.REMOVE else Role.REMOVE
    session.view.role = other
    layers = session.shot.document.layers if session.shot else ()
    session.view.layer_id = next((layer.id for layer in layers if layer.role is other), None)
