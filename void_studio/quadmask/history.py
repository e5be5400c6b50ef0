"""Undo: edits as rectangles of bits, and as the layers' properties, before and after."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from enum import Enum

from void_studio.core import Rect
from void_studio.quadmask.layer import LayerHead
from void_studio.quadmask.origin import Origin

__all__ = ["HISTORY_LIMIT_BYTES", "Change", "ChangeKind", "Edit", "Heads", "History", "PaintAtom"]

HISTORY_LIMIT_BYTES = 64 << 20
_ATOM_BYTES = 200
_HEAD_BYTES = 400
_POINT_BYTES = 120

Heads = tuple[LayerHead, ...]


@dataclass(frozen=True, slots=True)
class PaintAtom:
    """The samples of one rectangle of one frame before and after, as `compress_bits` gives them.

    `was` and `becomes` say where the whole frame is from on either side.
    """

    layer_id: str
    frame: int
    rect: Rect
    before: bytes = field(repr=False)
    after: bytes = field(repr=False)
    was: Origin = Origin.PAINTED
    becomes: Origin = Origin.PAINTED

    @property
    def size_bytes(self) -> int:
        """What it takes in memory, about."""
        return _ATOM_BYTES + len(self.before) + len(self.after)


@dataclass(frozen=True, slots=True)
class Edit:
    """One undo step: painted atoms, and the layers before and after when these changed.

    To go to one side of it, first make the layers those of that side, then put the atoms of layers
    that are there: so one rule serves painting, adding and removing.
    """

    atoms: tuple[PaintAtom, ...] = ()
    layers_before: Heads | None = None
    layers_after: Heads | None = None

    def backwards(self) -> Edit:
        """The edit that takes this one back."""
        atoms = (
            PaintAtom(
                atom.layer_id,
                atom.frame,
                atom.rect,
                atom.after,
                atom.before,
                atom.becomes,
                atom.was,
            )
            for atom in reversed(self.atoms)
        )
        return Edit(tuple(atoms), self.layers_after, self.layers_before)

    @property
    def size_bytes(self) -> int:
        """What it takes in memory, about."""
        heads = (*(self.layers_before or ()), *(self.layers_after or ()))
        return sum(atom.size_bytes for atom in self.atoms) + sum(map(_head_bytes, heads))


class ChangeKind(Enum):
    """What happened to a document; JOIN adds atoms to the newest step."""

    EDIT = "edit"
    JOIN = "join"
    UNDO = "undo"
    REDO = "redo"


@dataclass(frozen=True, slots=True)
class Change:
    """One change of a document, from which it can be done again; `revision` is the one after it.

    `edit` is that of EDIT, of JOIN only what was added, of the others None.
    """

    kind: ChangeKind
    revision: int
    edit: Edit | None = None


def _head_bytes(head: LayerHead) -> int:
    points = sum(len(points) for shape in head.shapes for _, points in shape.keys)
    points += len(head.prompts)
    return _HEAD_BYTES + _POINT_BYTES * points + 8 * len(head.locked)


class History:
    """Edits done and undone, oldest dropped first when they take more than `limit_bytes`.

    The newest edit is always kept, whatever it takes.
    """

    def __init__(
        self, limit_bytes: int, *, done: Iterable[Edit] = (), undone: Iterable[Edit] = ()
    ) -> None:
        self.limit_bytes = limit_bytes
        self._done = list(done)
        self._undone = list(undone)
        self._size_bytes = sum(edit.size_bytes for edit in (*self._done, *self._undone))

    @property
    def size_bytes(self) -> int:
        """What all kept edits take, about."""
        return self._size_bytes

    @property
    def done(self) -> tuple[Edit, ...]:
        """Edits that can be undone, oldest first."""
        return tuple(self._done)

    @property
    def newest(self) -> Edit | None:
        """The edit that would be undone next; None when there is none or one was just undone."""
        return self._done[-1] if self._done and not self._undone else None

    @property
    def undone(self) -> tuple[Edit, ...]:
        """Edits that can be done again, the next one last."""
        return tuple(self._undone)

    def push(self, edit: Edit) -> None:
        """Remember an edit that was done; what was undone before can not come back."""
        self._size_bytes -= sum(edit.size_bytes for edit in self._undone)
        self._undone.clear()
        self._done.append(edit)
        self._size_bytes += edit.size_bytes
        while self._size_bytes > self.limit_bytes and len(self._done) > 1:
            self._size_bytes -= self._done.pop(0).size_bytes

    def join(self, atoms: tuple[PaintAtom, ...]) -> None:
        """Add atoms to the newest step. Raises IndexError when there is none."""
        newest = self._done.pop()
        self._size_bytes -= newest.size_bytes
        self.push(replace(newest, atoms=newest.atoms + atoms))

    def step_back(self) -> Edit | None:
        """The edit to undo, now counted as undone; None when there is none."""
        return self._move(self._done, self._undone)

    def step_forward(self) -> Edit | None:
        """The edit to do again, now counted as done; None when there is none."""
        return self._move(self._undone, self._done)

    @staticmethod
    def _move(source: list[Edit], target: list[Edit]) -> Edit | None:
        if not source:
            return None
        target.append(source.pop())
        return target[-1]
