"""One operation on many frames: worked out on a task, applied as one undo step."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from void_studio.app.session.tasks import Task, TaskContext
from void_studio.app.session.values import Level, Message
from void_studio.quadmask import Edit, Matte, PaintAtom, QuadmaskDocument, rework

__all__ = ["ManyFrames", "Rework"]

Rework = Callable[[Matte], Matte]
Atoms = tuple[PaintAtom, ...]
Start = Callable[[str, Callable[[TaskContext], Atoms], Callable[[Atoms], None]], Task[Atoms]]


class ManyFrames:
    """Reworks painted mattes of a document; frames that change meanwhile are done again."""

    def __init__(
        self, document: QuadmaskDocument, start: Start, tell: Callable[[Message], None]
    ) -> None:
        self._document = document
        self._start = start
        self._tell = tell

    def start(
        self,
        name: str,
        layer_id: str,
        frames: Iterable[int],
        change: Rework,
        *,
        join: Edit | None = None,
        ready: Sequence[PaintAtom] = (),
    ) -> Task[Atoms]:
        """Do `change` to the painted matte of every frame; it becomes a part of `join` if it can.

        `ready` are other frames of the same step that are worked out already.
        """
        wanted = sorted(frames)
        layer = self._document.snapshot().layer(layer_id)

        def work(context: TaskContext) -> Atoms:
            atoms = []
            for count, frame in enumerate(wanted, 1):
                context.check()
                atoms.append(rework(layer, frame, change))
                context.progress("frames", count, len(wanted))
            return (*ready, *atoms)

        def done(atoms: Atoms) -> None:
            if not any(layer.id == layer_id for layer in self._document.layers):
                return
            late = {atom.frame for atom in self._document.outdated(atoms)}
            if late:
                kept = [atom for atom in atoms if atom.frame not in late]
                self.start(name, layer_id, late, change, join=join, ready=kept)
            else:
                self._apply(atoms, join)

        return self._start(name, work, done)

    def _apply(self, atoms: Atoms, join: Edit | None) -> None:
        if join is not None and not any(edit is join for edit in self._document.history.done):
            self._tell(Message(Level.INFO, "the stroke was undone before it reached other frames"))
            return
        self._document.put_atoms(atoms, join=join)
