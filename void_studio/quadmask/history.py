"""Undo: edits as rectangles of bits, and as the layers' properties, before and after."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from enum import Enum

from void_studio.core import Rect
from void_studio.quadmask.layer import LayerHead
from void_studio.quadmask.origin import Origin

__all__ = [
    "HISTORY_LIMIT_BYTES",
    "LEAST_STEPS",
    "Change",
    "ChangeKind",
    "Edit",
    "Heads",
    "History",
    "PaintAtom",
]

HISTORY_LIMIT_BYTES = 64 << 20
LEAST_STEPS = 200
_MOST_TIMES = 4
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

    def blobs(self) -> Iterator[bytes]:
        """The bits of all its atoms, before and after."""
        for atom in self.atoms:
            yield atom.before
            yield atom.after

    @property
    def size_bytes(self) -> int:
        """What it takes in memory without its bits, about."""
        heads = (*(self.layers_before or ()), *(self.layers_after or ()))
        return _ATOM_BYTES * len(self.atoms) + sum(map(_head_bytes, heads))


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
    """Edits done and undone; the oldest are dropped first when they take too much.

    Beyond `limit_bytes` the newest LEAST_STEPS are kept, beyond four times that only as many as
    fit; the newest edit is always kept. Bits that several edits have in common, as one's "after"
    and the next one's "before", count once. What is dropped depends on nothing but the edits, so
    that doing them again drops the same.
    """

    def __init__(
        self, limit_bytes: int, *, done: Iterable[Edit] = (), undone: Iterable[Edit] = ()
    ) -> None:
        self.limit_bytes = limit_bytes
        self._done = list(done)
        self._undone = list(undone)
        self._size_bytes = 0
        self._uses: Counter[bytes] = Counter()
        for edit in (*self._done, *self._undone):
            self._count(edit)

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
        for gone in self._undone:
            self._discount(gone)
        self._undone.clear()
        self._done.append(edit)
        self._count(edit)
        while self._takes_too_much() and len(self._done) > 1:
            self._discount(self._done.pop(0))

    def join(self, atoms: tuple[PaintAtom, ...]) -> None:
        """Add atoms to the newest step. Raises IndexError when there is none."""
        newest = self._done.pop()
        self._discount(newest)
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

    def _takes_too_much(self) -> bool:
        most = self.limit_bytes * (_MOST_TIMES if len(self._done) <= LEAST_STEPS else 1)
        return self._size_bytes > most

    def _count(self, edit: Edit) -> None:
        self._size_bytes += edit.size_bytes
        for blob in edit.blobs():
            self._uses[blob] += 1
            if self._uses[blob] == 1:
                self._size_bytes += len(blob)

    def _discount(self, edit: Edit) -> None:
        self._size_bytes -= edit.size_bytes
        for blob in edit.blobs():
            self._uses[blob] -= 1
            if not self._uses[blob]:
                del self._uses[blob]
                self._size_bytes -= len(blob)
