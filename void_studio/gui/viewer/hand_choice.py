"""Which hand a tool puts on the canvas."""

from __future__ import annotations

from collections.abc import Callable

from void_studio.app.session import OpenShot, Tool, ViewState
from void_studio.core import Rect
from void_studio.gui.viewer.hands import (
    BrushHand,
    ClickHand,
    LassoHand,
    LineHand,
    PolygonHand,
    RestingHand,
    SpanHand,
)
from void_studio.gui.viewer.pointer import DraftForm, Hand, Point, Pointer
from void_studio.quadmask import BoxPrompt, LayerPrompt, MatteLayer, PointPrompt

__all__ = ["PANNING_TOOLS", "hand_for", "layer_at"]

PANNING_TOOLS = (Tool.PAN, Tool.FRAMING)
_NEAREST_POINT_PX = 8.0


def hand_for(shot: OpenShot, view: ViewState) -> Hand:
    """The hand of `view.tool` on the open shot; a resting one for tools that only look."""
    return _HANDS.get(view.tool, _resting)(shot, view)


def layer_at(shot: OpenShot, frame: int, x: float, y: float) -> MatteLayer | None:
    """The topmost visible layer that is set on the sample under a plate position."""
    sample = Rect(int(x // 1), int(y // 1), 1, 1)
    if sample.intersect(shot.document.extent.rect) != sample:
        return None
    shown = (layer for layer in shot.document.layers if layer.visible)
    return next((layer for layer in shown if layer.region(frame, sample)[0, 0]), None)


def _resting(shot: OpenShot, view: ViewState) -> Hand:
    return RestingHand()


def _select(shot: OpenShot, view: ViewState) -> Hand:
    def choose(at: Pointer) -> None:
        found = layer_at(shot, view.frame, at.x, at.y)
        if found is not None:
            view.layer_id = found.id
            view.role = found.role

    return ClickHand(choose)


def _brush(shot: OpenShot, view: ViewState) -> Hand:
    return BrushHand(shot.painting, view, erase=False)


def _eraser(shot: OpenShot, view: ViewState) -> Hand:
    return BrushHand(shot.painting, view, erase=True)


def _line(shot: OpenShot, view: ViewState) -> Hand:
    return LineHand(shot.painting)


def _lasso(shot: OpenShot, view: ViewState) -> Hand:
    return LassoHand(shot.painting)


def _polygon(shot: OpenShot, view: ViewState) -> Hand:
    return PolygonHand(shot.painting)


def _rectangle(shot: OpenShot, view: ViewState) -> Hand:
    def done(one: Point, other: Point, erase: bool) -> None:
        shot.painting.rectangle(one, other, erase=erase)

    return SpanHand(DraftForm.RECTANGLE, done)


def _ellipse(shot: OpenShot, view: ViewState) -> Hand:
    def done(one: Point, other: Point, erase: bool) -> None:
        shot.painting.ellipse(one, other, erase=erase)

    return SpanHand(DraftForm.ELLIPSE, done)


def _fill(shot: OpenShot, view: ViewState) -> Hand:
    return ClickHand(lambda at: shot.painting.fill_region(at.x, at.y, erase=at.alt))


def _grid(shot: OpenShot, view: ViewState) -> Hand:
    painting = shot.painting
    return ClickHand(lambda at: painting.toggle_cell(at.x, at.y), cell=painting.grid_cell)


def _point(shot: OpenShot, view: ViewState) -> Hand:
    def click(at: Pointer) -> None:
        near = _NEAREST_POINT_PX / at.zoom
        _prompt(shot, view, PointPrompt(view.frame, at.x, at.y, positive=not at.alt), near=near)

    return ClickHand(click)


def _box(shot: OpenShot, view: ViewState) -> Hand:
    def done(one: Point, other: Point, _: bool) -> None:
        left, right = sorted((one[0], other[0]))
        top, bottom = sorted((one[1], other[1]))
        _prompt(shot, view, BoxPrompt(view.frame, left, top, right, bottom))

    return SpanHand(DraftForm.RECTANGLE, done)


def _prompt(shot: OpenShot, view: ViewState, prompt: LayerPrompt, *, near: float = 0.0) -> None:
    """Add a prompt to the chosen layer; a point set on another one takes that away instead."""
    if shot.read_only or not _is_inside(shot, prompt):
        return
    layer = _prompted_layer(shot, view)
    kept = [old for old in layer.prompts if not _replaces(prompt, old, near)]
    added = [] if len(kept) < len(layer.prompts) and near else [prompt]
    shot.document.set_prompts(layer.id, [*kept, *added])


def _prompted_layer(shot: OpenShot, view: ViewState) -> MatteLayer:
    """The chosen layer; a new one of the role in hand where none is chosen."""
    document = shot.document
    chosen = [layer for layer in document.layers if layer.id == view.layer_id]
    if chosen:
        return chosen[0]
    made = document.add_layer(f"{view.role.value.capitalize()} 1", view.role)
    view.layer_id = made.id
    return made


def _replaces(new: LayerPrompt, old: LayerPrompt, near: float) -> bool:
    if new.frame != old.frame:
        return False
    if isinstance(new, PointPrompt) and isinstance(old, PointPrompt):
        return abs(new.x - old.x) <= near and abs(new.y - old.y) <= near
    return isinstance(new, BoxPrompt) and isinstance(old, BoxPrompt)


def _is_inside(shot: OpenShot, prompt: LayerPrompt) -> bool:
    if isinstance(prompt, BoxPrompt):
        return True
    extent = shot.document.extent
    return 0 <= prompt.x < extent.width and 0 <= prompt.y < extent.height


_HANDS: dict[Tool, Callable[[OpenShot, ViewState], Hand]] = {
    Tool.SELECT: _select,
    Tool.BRUSH: _brush,
    Tool.ERASER: _eraser,
    Tool.LINE: _line,
    Tool.FILL: _fill,
    Tool.LASSO: _lasso,
    Tool.POLYGON: _polygon,
    Tool.RECTANGLE: _rectangle,
    Tool.ELLIPSE: _ellipse,
    Tool.GRID: _grid,
    Tool.POINT: _point,
    Tool.BOX: _box,
}
