"""Layers with a history: what every change of a document goes through."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from psygnal import Signal

from void_studio.core import Extent, FrameRange, Rect
from void_studio.quadmask.history import (
    HISTORY_LIMIT_BYTES,
    Change,
    ChangeKind,
    Edit,
    Heads,
    History,
    PaintAtom,
)
from void_studio.quadmask.layer import LayerHead, MatteLayer
from void_studio.quadmask.snapshot import LayerSnapshot, QuadmaskSnapshot
from void_studio.quadmask.stroke import Stroke

__all__ = ["EditedLayers"]


@dataclass(eq=False)
class EditedLayers:
    """The part of a document that knows how to do, undo and replay, and not what is painted."""

    shot_id: str
    range: FrameRange
    extent: Extent
    history_limit_bytes: int = HISTORY_LIMIT_BYTES
    revision: int = field(default=0, kw_only=True)

    changed = Signal(str, int, Rect)
    layers_changed = Signal()
    history_changed = Signal()
    edited = Signal(Change)

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
            self._go(Change(ChangeKind.UNDO, self.revision + 1), edit.backwards())
        return edit is not None

    def redo(self) -> bool:
        """Do the edit that was undone last again; False when there is none."""
        self._end_stroke()
        edit = self._history.step_forward()
        if edit is not None:
            self._go(Change(ChangeKind.REDO, self.revision + 1), edit)
        return edit is not None

    def replay(self, change: Change) -> None:
        """Do a change again that was kept of this document at the revision before it.

        Raises ValueError for one of another revision, or that has nothing to work on.
        """
        if change.revision != self.revision + 1:
            raise ValueError(f"a change of revision {change.revision}, not {self.revision + 1}")
        if change.kind is ChangeKind.UNDO:
            done = self.undo()
        elif change.kind is ChangeKind.REDO:
            done = self.redo()
        else:
            done = self._replay_edit(change)
        if not done:
            raise ValueError(f"there is nothing to {change.kind.value}")

    def snapshot(self) -> QuadmaskSnapshot:
        """All of it now, without a stroke in progress; cheap, and any thread may read it."""
        return QuadmaskSnapshot(
            self.shot_id,
            self.range,
            self.extent,
            self.revision,
            self.history_limit_bytes,
            tuple(
                LayerSnapshot(layer.head, self.extent, layer.rasters.frames)
                for layer in self._layers
            ),
            self._history.done,
            self._history.undone,
        )

    def _end_stroke(self) -> None:
        if self._stroke is not None:
            self._stroke.end()

    def _heads(self) -> Heads:
        return tuple(layer.head for layer in self._layers)

    def _arrange(self, heads: Heads, atoms: tuple[PaintAtom, ...] = ()) -> None:
        self._end_stroke()
        if heads != self._heads():
            self._do(Edit(atoms, self._heads(), heads))

    def _do(self, edit: Edit) -> None:
        self._history.push(edit)
        self._go(Change(ChangeKind.EDIT, self.revision + 1, edit), edit)

    def _join(self, atoms: tuple[PaintAtom, ...]) -> None:
        self._history.join(atoms)
        added = Edit(atoms)
        self._go(Change(ChangeKind.JOIN, self.revision + 1, added), added)

    def _replay_edit(self, change: Change) -> bool:
        if change.edit is None:
            return False
        if change.kind is ChangeKind.EDIT:
            self._do(change.edit)
        elif self._history.newest is not None:
            self._join(change.edit.atoms)
        else:
            return False
        return True

    def _go(self, change: Change, edit: Edit) -> None:
        """Make the layers and the samples those after `edit`, and tell of it."""
        heads = edit.layers_after
        if heads is not None:
            known = {layer.id: layer for layer in self._layers}
            self._layers = tuple(self._layer_of(head, known.get(head.id)) for head in heads)
        there = {layer.id: layer.rasters for layer in self._layers}
        put = [atom for atom in edit.atoms if atom.layer_id in there]
        for atom in put:
            there[atom.layer_id].put(atom.frame, atom.rect, atom.after, atom.becomes)
        self.revision = change.revision
        if heads is not None:
            self.layers_changed.emit()
        for atom in put:
            self.changed.emit(atom.layer_id, atom.frame, atom.rect)
        self.edited.emit(change)
        self.history_changed.emit()

    def _layer_of(self, head: LayerHead, known: MatteLayer | None) -> MatteLayer:
        if known is None:
            return MatteLayer(head, self.extent, {})
        known.head = head
        return known
