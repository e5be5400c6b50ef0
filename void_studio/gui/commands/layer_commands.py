"""Layers: new, away, hidden, locked."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING

from void_studio.quadmask import MatteLayer, QuadmaskDocument, Role

if TYPE_CHECKING:
    from void_studio.gui.window import MainWindow

__all__ = ["checks", "handlers"]

_Act = Callable[[QuadmaskDocument, MatteLayer, int], None]


def handlers(window: MainWindow) -> Mapping[str, Callable[[], object]]:
    """What each action does."""
    return {
        "layer.add_remove": partial(_add, window, Role.REMOVE),
        "layer.add_affected": partial(_add, window, Role.AFFECTED),
        "layer.delete": partial(_do, window, lambda document, layer, _: _delete(document, layer)),
        "layer.visible": partial(_do, window, _toggle_visible),
        "layer.lock_frame": partial(_do, window, _toggle_lock),
    }


def checks(window: MainWindow) -> Mapping[str, Callable[[], bool]]:
    """Whether the layer is visible, and locked on this frame."""
    return {
        "layer.visible": lambda: (layer := _layer(window)) is not None and layer.visible,
        "layer.lock_frame": lambda: (
            (layer := _layer(window)) is not None and window.session.view.frame in layer.locked
        ),
    }


def _layer(window: MainWindow) -> MatteLayer | None:
    shot = window.session.shot
    return shot.painting.layer() if shot is not None else None


def _do(window: MainWindow, act: _Act) -> None:
    shot, layer = window.session.shot, _layer(window)
    if shot is not None and layer is not None:
        act(shot.document, layer, window.session.view.frame)


def _add(window: MainWindow, role: Role) -> None:
    shot = window.session.shot
    if shot is None:
        return
    alike = sum(layer.role is role for layer in shot.document.layers)
    layer = shot.document.add_layer(f"{role.value.capitalize()} {alike + 1}", role)
    window.session.view.role = role
    window.session.view.layer_id = layer.id


def _delete(document: QuadmaskDocument, layer: MatteLayer) -> None:
    document.remove_layer(layer.id)


def _toggle_visible(document: QuadmaskDocument, layer: MatteLayer, _: int) -> None:
    document.set_visible(layer.id, visible=not layer.visible)


def _toggle_lock(document: QuadmaskDocument, layer: MatteLayer, frame: int) -> None:
    change = document.unlock if frame in layer.locked else document.lock
    change(layer.id, [frame])
