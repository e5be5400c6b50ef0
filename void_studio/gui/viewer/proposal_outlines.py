"""Proposals on the canvas: dashed outlines, since they are not in the quadmask yet."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from void_studio.app.session import LayerProposal, OpenShot, Session, TaskContext
from void_studio.core import Rect
from void_studio.gui.theme import colour
from void_studio.gui.viewer.composition import Outline

__all__ = ["ProposalOutlines"]

_KEPT = 8

Matte = npt.NDArray[np.bool_]
_Key = tuple[str, int]


class ProposalOutlines:
    """Makes the mattes of proposals in tasks; `changed` is called when one has come.

    Of the session's thread.
    """

    def __init__(self, session: Session, changed: Callable[[], object]) -> None:
        self._session = session
        self._changed = changed
        self._mattes: OrderedDict[_Key, Matte] = OrderedDict()
        self._asked: set[_Key] = set()

    def forget(self) -> None:
        """Another shot is open."""
        self._mattes.clear()

    def outlines(self, shot: OpenShot, frame: int) -> tuple[Outline, ...]:
        """Those of the proposals on a frame whose mattes are there; the others are asked for."""
        shown = [one for one in shot.proposals if frame in one.mattes]
        found = [self._outline(proposal, frame) for proposal in shown]
        return tuple(outline for outline in found if outline is not None)

    def _outline(self, proposal: LayerProposal, frame: int) -> Outline | None:
        key = (proposal.id, frame)
        matte = self._mattes.get(key)
        if matte is None:
            if key not in self._asked and not self._session.view.playing:
                self._ask(proposal, key)
            return None
        self._mattes.move_to_end(key)
        hue = colour(proposal.role.value)
        return Outline(_part(matte), (hue.red(), hue.green(), hue.blue()), 1.0, dashed=True)

    def _ask(self, proposal: LayerProposal, key: _Key) -> None:
        self._asked.add(key)

        def work(_: TaskContext) -> Matte:
            return proposal.mattes[key[1]]

        def done(matte: Matte) -> None:
            self._asked.discard(key)
            self._mattes[key] = matte
            while len(self._mattes) > _KEPT:
                self._mattes.popitem(last=False)
            self._changed()

        self._session.tasks.start(f"draw {proposal.name}", work, done=done)


def _part(matte: Matte) -> Callable[[Rect], Matte]:
    def part(rect: Rect) -> Matte:
        return np.ascontiguousarray(matte[rect.slices])

    return part
