"""The painted document of one shot: layers, strokes, undo."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import Enum

import numpy as np
import numpy.typing as npt
from psygnal import Signal

from void_studio.core import Extent, FrameRange, Rect, Refused, new_id
from void_studio.quadmask.bits import Matte, compress_bits
from void_studio.quadmask.history import HISTORY_LIMIT_BYTES, Edit, Heads, History, PaintAtom
from void_studio.quadmask.layer import Colour, LayerHead, MatteLayer, Role
from void_studio.quadmask.packing import pack
from void_studio.quadmask.sequence import Quadmask
from void_studio.quadmask.shapes import KeyedPolygon
from void_studio.quadmask.stroke import Stroke

__all__ = ["FrameState", "QuadmaskDocument"]

_COLOURS: Mapping[Role, Colour] = {Role.REMOVE: (226, 74, 74), Role.AFFECTED: (74, 144, 226)}


class FrameState(Enum):
    """Whether a frame has anything to fill in visible layers."""

    EMPTY = "empty"
    PAINTED = "painted"


@dataclass(eq=False)
class QuadmaskDocument:
    """Matte layers of one shot over `range` (plate numbering) at plate size; used by one thread.

    Every call that changes something is one undo step and counts `revision` up, as do `undo` and
    `redo`. `changed` carries layer id, frame and the rectangle touched; `layers_changed` tells that
    layers came, went, moved or changed a property. Unknown layers raise KeyError, frames outside
    `range` IndexError, arrays of a wrong size ValueError.
    """

    shot_id: str
    range: FrameRange
    extent: Extent
    history_limit_bytes: int = HISTORY_LIMIT_BYTES
    revision: int = field(default=0, kw_only=True)

    changed = Signal(str, int, Rect)
    layers_changed = Signal()
    history_changed = Signal()

    def __post_init__(self) -> None:
        self._layers: tuple[MatteLayer, ...] = ()
        self._history = History(self.history_limit_bytes)
        self._stroke: Stroke | None = None

    @property
    def layers(self) -> tuple[MatteLayer, ...]:
        """All layers, top first; the order has no effect on the quadmask."""
        return self._layers

    @property
    def history(self) -> History:
        """What can be undone and redone; changed only through the document."""
        return self._history

    def restore(self, layers: Iterable[MatteLayer], history: History) -> None:
        """Take over layers and history of a document that was read. No signals, no undo step."""
        self._layers = tuple(layers)
        self._history = history

    def layer(self, layer_id: str) -> MatteLayer:
        """The layer with this id."""
        for layer in self._layers:
            if layer.id == layer_id:
                return layer
        raise KeyError(layer_id)

    def add_layer(self, name: str, role: Role, *, colour: Colour | None = None) -> MatteLayer:
        """A new empty layer, on top."""
        head = LayerHead(new_id("layer"), name, role, colour or _COLOURS[role])
        self._arrange((head, *self._heads()))
        return self.layer(head.id)

    def remove_layer(self, layer_id: str) -> None:
        """Take a layer away with all that is painted on it, locked frames included."""
        self._end_stroke()
        rasters = self.layer(layer_id).rasters
        atoms = tuple(
            PaintAtom(layer_id, frame, self.extent.rect, rasters.blob(frame), b"")
            for frame in rasters
        )
        self._arrange(tuple(head for head in self._heads() if head.id != layer_id), atoms)

    def move_layer(self, layer_id: str, index: int) -> None:
        """Put a layer at `index` of `layers`."""
        moved = self.layer(layer_id).head
        heads = [head for head in self._heads() if head.id != layer_id]
        heads.insert(index, moved)
        self._arrange(tuple(heads))

    def rename(self, layer_id: str, name: str) -> None:
        """Give a layer another name."""
        self._replace(replace(self.layer(layer_id).head, name=name))

    def set_role(self, layer_id: str, role: Role) -> None:
        """Say what a layer's matte means."""
        self._replace(replace(self.layer(layer_id).head, role=role))

    def set_colour(self, layer_id: str, colour: Colour) -> None:
        """Set the colour of a layer's overlay, R, G, B of 0..255."""
        self._replace(replace(self.layer(layer_id).head, colour=colour))

    def set_visible(self, layer_id: str, *, visible: bool) -> None:
        """Say whether a layer counts in the quadmask."""
        self._replace(replace(self.layer(layer_id).head, visible=visible))

    def set_feather(self, layer_id: str, px: float) -> None:
        """Set how far the fill blends outwards, in plate pixels, 0 or more."""
        if not 0 <= px < float("inf"):
            raise ValueError(f"a feather can not be {px} pixels")
        self._replace(replace(self.layer(layer_id).head, feather=float(px)))

    def lock(self, layer_id: str, frames: Iterable[int]) -> None:
        """Keep the matte of these frames as it is, whatever paints or propagates."""
        head = self.layer(layer_id).head
        self._replace(replace(head, locked=head.locked | self._checked(frames)))

    def unlock(self, layer_id: str, frames: Iterable[int]) -> None:
        """Let the matte of these frames be changed again."""
        head = self.layer(layer_id).head
        self._replace(replace(head, locked=head.locked - self._checked(frames)))

    def set_shapes(self, layer_id: str, shapes: Iterable[KeyedPolygon]) -> None:
        """Replace all shapes of a layer.

        Raises Refused when that would change the matte of a locked frame.
        """
        self._end_stroke()
        layer = self.layer(layer_id)
        head = replace(layer.head, shapes=tuple(shapes))
        for frame in sorted(head.locked):
            if not np.array_equal(layer.matte(frame), layer.matte_with(head.shapes, frame)):
                raise _locked(layer, frame)
        self._replace(head)

    def begin_stroke(self, layer_id: str, frame: int) -> Stroke:
        """Pen down. Raises Refused on a locked frame. A stroke in progress is ended first."""
        self._end_stroke()
        self._paintable(layer_id, frame)
        return Stroke(self, layer_id, frame)

    def set_matte(self, layer_id: str, frame: int, matte: Matte, rect: Rect | None = None) -> None:
        """Replace what is painted in `rect`, the whole frame by default, by `matte` of its size.

        Raises Refused on a locked frame.
        """
        self._end_stroke()
        layer = self._paintable(layer_id, frame)
        where = rect or self.extent.rect
        if where.intersect(self.extent.rect) != where:
            raise IndexError(f"{where} is not inside {self.extent}")
        self._paint([_atom(layer, frame, where, matte)])

    def set_mattes(self, layer_id: str, mattes: Mapping[int, Matte]) -> tuple[int, ...]:
        """Replace what is painted in several frames, as one step; the locked frames left alone.

        Each matte is taken once, in order of frames: a mapping may make them as they are asked for.
        """
        self._end_stroke()
        layer = self.layer(layer_id)
        frames = self._checked(mattes)
        free = sorted(frames - layer.locked)
        self._paint([_atom(layer, frame, self.extent.rect, mattes[frame]) for frame in free])
        return tuple(sorted(frames & layer.locked))

    def clear(self, layer_id: str, frames: Iterable[int] | None = None) -> tuple[int, ...]:
        """Take away what is painted, everywhere by default; the locked frames left alone.

        Shapes stay.
        """
        self._end_stroke()
        rasters = self.layer(layer_id).rasters
        chosen = rasters if frames is None else self._checked(frames)
        nothing = np.zeros(self.extent.shape, np.bool_)
        return self.set_mattes(layer_id, {frame: nothing for frame in chosen if frame in rasters})

    @property
    def can_undo(self) -> bool:
        """Whether there is anything to undo."""
        return self._stroke is not None or bool(self._history.done)

    @property
    def can_redo(self) -> bool:
        """Whether there is anything to do again."""
        return bool(self._history.undone)

    def undo(self) -> bool:
        """Take the newest edit back; False when there is none."""
        self._end_stroke()
        edit = self._history.step_back()
        if edit is not None:
            self._go(edit.layers_before, [(atom, atom.before) for atom in reversed(edit.atoms)])
        return edit is not None

    def redo(self) -> bool:
        """Do the edit that was undone last again; False when there is none."""
        self._end_stroke()
        edit = self._history.step_forward()
        if edit is not None:
            self._go(edit.layers_after, [(atom, atom.after) for atom in edit.atoms])
        return edit is not None

    def pack(self, frames: FrameRange | None = None) -> Quadmask:
        """The quadmask of the visible layers over `frames`, all by default.

        A stroke in progress is not in it.
        """
        span = self.range if frames is None else frames
        if not self.range.covers(span):
            raise IndexError(f"{span} is not inside {self.range}")
        values = (self._packed(frame) for frame in span)
        return Quadmask.of(span.start, self.extent, values, revision=self.revision)

    def frame_state(self, frame: int) -> FrameState:
        """Whether there is anything to fill in a frame."""
        visible = (layer for layer in self._layers if layer.visible)
        empty = all(layer.is_empty(frame) for layer in visible)
        return FrameState.EMPTY if empty else FrameState.PAINTED

    def open_stroke(self, stroke: Stroke) -> Matte:
        """For strokes: the array to paint into."""
        self._end_stroke()
        layer = self._paintable(stroke.layer_id, stroke.frame)
        self._stroke = stroke
        return layer.rasters.hold(stroke.frame)

    def stroke_painted(self, stroke: Stroke, rect: Rect) -> None:
        """For strokes: samples in `rect` may have changed."""
        self.changed.emit(stroke.layer_id, stroke.frame, rect)

    def close_stroke(self, stroke: Stroke, painted: Matte, rect: Rect) -> None:
        """For strokes: keep what was painted in `rect` as one edit."""
        self._stroke = None
        layer = self.layer(stroke.layer_id)
        layer.rasters.release(stroke.frame)
        self._paint([_atom(layer, stroke.frame, rect, painted[rect.slices])])

    def _end_stroke(self) -> None:
        if self._stroke is not None:
            self._stroke.end()

    def _checked(self, frames: Iterable[int]) -> frozenset[int]:
        chosen = frozenset(frames)
        for frame in chosen:
            self._check(frame)
        return chosen

    def _check(self, frame: int) -> None:
        if frame not in self.range:
            raise IndexError(f"frame {frame} is not in {self.range}")

    def _paintable(self, layer_id: str, frame: int) -> MatteLayer:
        self._check(frame)
        layer = self.layer(layer_id)
        if frame in layer.locked:
            raise _locked(layer, frame)
        return layer

    def _heads(self) -> Heads:
        return tuple(layer.head for layer in self._layers)

    def _replace(self, head: LayerHead) -> None:
        self._arrange(tuple(head if old.id == head.id else old for old in self._heads()))

    def _arrange(self, heads: Heads, atoms: tuple[PaintAtom, ...] = ()) -> None:
        self._end_stroke()
        if heads != self._heads():
            self._do(Edit(atoms, self._heads(), heads))

    def _paint(self, atoms: Iterable[PaintAtom]) -> None:
        changing = tuple(atom for atom in atoms if atom.before != atom.after)
        if changing:
            self._do(Edit(changing))

    def _do(self, edit: Edit) -> None:
        self._history.push(edit)
        self._go(edit.layers_after, [(atom, atom.after) for atom in edit.atoms])

    def _go(self, heads: Heads | None, put: list[tuple[PaintAtom, bytes]]) -> None:
        if heads is not None:
            known = {layer.id: layer for layer in self._layers}
            self._layers = tuple(self._layer_of(head, known.get(head.id)) for head in heads)
        there = {layer.id: layer.rasters for layer in self._layers}
        put = [(atom, bits) for atom, bits in put if atom.layer_id in there]
        for atom, bits in put:
            there[atom.layer_id].put(atom.frame, atom.rect, bits)
        self.revision += 1
        if heads is not None:
            self.layers_changed.emit()
        for atom, _ in put:
            self.changed.emit(atom.layer_id, atom.frame, atom.rect)
        self.history_changed.emit()

    def _layer_of(self, head: LayerHead, known: MatteLayer | None) -> MatteLayer:
        if known is None:
            return MatteLayer(head, self.extent, {})
        known.head = head
        return known

    def _packed(self, frame: int) -> npt.NDArray[np.uint8]:
        mattes = {role: np.zeros(self.extent.shape, np.bool_) for role in Role}
        for layer in self._layers:
            if layer.visible:
                layer.add_to(mattes[layer.role], frame)
        return pack(mattes[Role.REMOVE], mattes[Role.AFFECTED])


def _atom(layer: MatteLayer, frame: int, rect: Rect, matte: Matte) -> PaintAtom:
    if matte.shape != rect.extent.shape or matte.dtype != np.bool_:
        raise ValueError(f"a matte is {matte.dtype} {matte.shape}, not boolean {rect.extent.shape}")
    before = layer.rasters.bits(frame, rect)
    return PaintAtom(layer.id, frame, rect, before, compress_bits(matte))


def _locked(layer: MatteLayer, frame: int) -> Refused:
    return Refused(
        f"frame {frame} is locked", where=layer.name, hint="unlock the frame to change its matte"
    )
