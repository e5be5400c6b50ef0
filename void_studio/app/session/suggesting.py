"""What the object touched, suggested without a model, as a proposal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import closing
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
from psygnal import Signal

from void_studio.app.session.proposals import LayerProposal
from void_studio.app.session.shot import OpenShot
from void_studio.app.session.tasks import Task, TaskContext
from void_studio.app.session.values import Level, Message
from void_studio.core import Extent, StudioError
from void_studio.quadmask import FrameState, QuadmaskSnapshot, Role

if TYPE_CHECKING:
    from void_studio.app.session.session import Session
    from void_studio.app.shots import ShotPlate
    from void_studio.timeline import Timeline

__all__ = ["Suggesting", "shot_plate"]

Matte = npt.NDArray[np.bool_]
_REACH = 1.5
_NAME = "Shadow or reflection"
_ORIGIN = "found without a model"


class Suggesting:
    """One suggestion at a time for the open shot; of the session's thread.

    `changed` tells that one began or ended. The answer is a proposal of the shot.
    """

    changed = Signal()

    def __init__(self, session: Session) -> None:
        self._session = session
        self._task: Task[Mapping[int, Matte]] | None = None

    @property
    def is_busy(self) -> bool:
        """Whether a suggestion is being worked out."""
        return self._task is not None

    def why_not(self) -> str:
        """Why nothing can be suggested now; empty when it can."""
        shot = self._session.shot
        if shot is None or self._session.timeline is None:
            return "No shot is open."
        if self.is_busy:
            return "A suggestion is being worked out."
        removing = [layer for layer in shot.document.layers if layer.role is Role.REMOVE]
        seen = any(
            layer.visible and layer.state(frame) is not FrameState.EMPTY
            for layer in removing
            for frame in shot.work
        )
        return "" if seen else "Paint or click the object first."

    def start(self) -> None:
        """Draft the place around the object and propose what differs and goes along with it."""
        shot, timeline = self._session.shot, self._session.timeline
        refusal = self.why_not()
        if refusal or shot is None or timeline is None:
            self._session.tell(Message(Level.WARN, refusal.rstrip(".")))
            return
        snapshot, placed = shot.document.snapshot(), shot_plate(shot, timeline)
        worker = shot.settings.worker or "local"
        self._task = self._session.tasks.start(
            "suggest what is affected",
            lambda context: _suggested(timeline, placed, snapshot, worker, context),
            done=lambda mattes: self._propose(shot, mattes),
            failed=self._failed,
        )
        self.changed.emit()

    def stop(self) -> None:
        """End what is being worked out."""
        if self._task is not None:
            self._task.cancel()

    def _propose(self, shot: OpenShot, mattes: Mapping[int, Matte]) -> None:
        self._task = None
        if mattes:
            shot.propose(LayerProposal(_NAME, Role.AFFECTED, mattes, _ORIGIN))
        else:
            words = "Nothing around the object looks like its shadow or reflection"
            self._session.tell(Message(Level.INFO, words))
        self.changed.emit()

    def _failed(self, error: StudioError) -> None:
        self._task = None
        self._session.tell(Message.of(error))
        self.changed.emit()


def shot_plate(shot: OpenShot, timeline: Timeline) -> ShotPlate:
    """The open shot as the commands know it."""
    from void_studio.app.shots import ShotPlate

    return ShotPlate(timeline.shot(shot.row.id), shot.plate, shot.source, shot.work)


def _suggested(
    timeline: Timeline,
    shot: ShotPlate,
    snapshot: QuadmaskSnapshot,
    worker: str,
    context: TaskContext,
) -> Mapping[int, Matte]:
    from void_studio.app.drafting import SearchedShot, drafted_frames
    from void_studio.app.progress import Stages
    from void_studio.app.wiring import connected
    from void_studio.assist import AffectedCut, suggest_affected

    stages = Stages(context)
    given = snapshot.pack(shot.work)
    searched = SearchedShot.of(timeline, shot, given, reach=_REACH)
    with connected(worker) as runner:
        frames = drafted_frames(runner, searched, stages=stages, cancelled=context.cancelled)
        with closing(frames) as seen:
            found = {each.frame: each.matte for each in suggest_affected(seen, AffectedCut())}
    context.check()
    shown = {frame: matte for frame, matte in found.items() if matte.any()}
    return _Enlarged(shown, snapshot)


class _Enlarged(Mapping[int, Matte]):
    """Mattes of proxy size at the plate's, each made when it is asked for, the object left out."""

    def __init__(self, small: Mapping[int, Matte], snapshot: QuadmaskSnapshot) -> None:
        self._small = small
        self._snapshot = snapshot

    def __getitem__(self, frame: int) -> Matte:
        from void_studio.app.suggesting import enlarged_matte
        from void_studio.quadmask import remove_of

        extent: Extent = self._snapshot.extent
        return enlarged_matte(self._small[frame], extent) & ~remove_of(self._snapshot.values(frame))

    def __iter__(self) -> Iterator[int]:
        return iter(self._small)

    def __len__(self) -> int:
        return len(self._small)
