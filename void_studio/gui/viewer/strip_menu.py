"""What a right click on the shot strip offers."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QMenu

from void_studio.app.session import OpenShot
from void_studio.core import FrameRange
from void_studio.quadmask import MatteLayer

if TYPE_CHECKING:
    from void_studio.gui.viewer.shot_strip import ShotStrip

__all__ = ["fill_menu"]


def fill_menu(
    menu: QMenu, strip: ShotStrip, shot: OpenShot, frame: int, frames: FrameRange
) -> None:
    """Put in what can be done with `frames`, one of which, `frame`, is under the pointer."""
    span = str(frames).replace("-", "\N{EN DASH}") if len(frames) > 1 else str(frame)
    layer = shot.painting.layer()
    menu.addAction(f"Go to {frame}", lambda: setattr(strip.view, "frame", frame))
    menu.addSeparator()
    paints = layer is not None and shot.read_only is None
    _add(menu, f"Copy matte of {frame} to {strip.view.frame}", paints, lambda: _copy(shot, frame))
    _add(menu, f"Clear {span}", paints, lambda: _clear(shot, layer, frames))
    locked = layer is not None and all(one in layer.locked for one in frames)
    word = "Unlock" if locked else "Lock"
    _add(menu, f"{word} {span}", paints, lambda: _lock(shot, layer, frames, locked=not locked))
    menu.addSeparator()
    _add(menu, f"Propagate from {frame}", paints, lambda: strip.propagate_wanted.emit(frame))
    has_handles = bool(strip.facts and strip.facts.empty_handles())
    _add(menu, "Propagate into handles", paints and has_handles, strip.propagate_into_handles)


def _add(menu: QMenu, text: str, enabled: bool, done: Callable[[], object]) -> None:
    menu.addAction(text, done).setEnabled(enabled)


def _copy(shot: OpenShot, frame: int) -> None:
    shot.painting.copy_from(frame)


def _clear(shot: OpenShot, layer: MatteLayer | None, frames: FrameRange) -> None:
    if layer is not None:
        shot.document.clear(layer.id, frames.intersect(shot.document.range))


def _lock(shot: OpenShot, layer: MatteLayer | None, frames: FrameRange, *, locked: bool) -> None:
    if layer is None:
        return
    change = shot.document.lock if locked else shot.document.unlock
    change(layer.id, frames.intersect(shot.document.range))
