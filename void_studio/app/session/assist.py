"""Prompts on layers become proposals, and propagate through the work range."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from psygnal import Signal

from void_studio.app.session.proposals import LayerProposal
from void_studio.app.session.segmenter_link import SegmenterLink
from void_studio.app.session.session import Session
from void_studio.app.session.shot import OpenShot
from void_studio.app.session.tasks import Task, TaskContext
from void_studio.app.session.values import Level, Message
from void_studio.core import Cancelled, FrameRange, Rect, StudioError
from void_studio.quadmask import LayerPrompt, LayerSnapshot, Matte, MatteLayer, PointPrompt

if TYPE_CHECKING:
    from void_studio.app.assisting import ShotSession
    from void_studio.app.proposals import ShotProposal
    from void_studio.assist import Direction, Prompt

__all__ = ["Assist", "Scores"]

_LOCAL = "local"
Scores = Mapping[int, float]
_Proposed = dict[int, "ShotProposal"]
_Work = Callable[[TaskContext], _Proposed]


@dataclass(frozen=True, slots=True)
class _Asked:
    """What a task is to prompt: a layer as it is, and its prompts by frame."""

    layer: LayerSnapshot
    prompts: Mapping[int, tuple[LayerPrompt, ...]]


class Assist:
    """The segmenter of the open shot; of the session's thread.

    A prompt on the frame in view becomes a proposal for that frame, which is replaced as prompts
    are added; `propagate` puts its answer into the layer as one undo step. `changed` tells that
    segmenter, scores or what is under way changed.
    """

    changed = Signal()

    def __init__(self, session: Session, *, segmenter: str = "auto") -> None:
        self._session = session
        self._wanted = segmenter
        self._link: SegmenterLink | None = None
        self._known: dict[str, tuple[LayerPrompt, ...]] = {}
        self._task: Task[_Proposed] | None = None
        self._again = False
        self._scores: dict[str, dict[int, float]] = {}
        session.shot_changed.connect(self._turn)

    @property
    def segmenter(self) -> str:
        """The segmenter that answers; empty before the first prompt."""
        return self._link.segmenter if self._link else ""

    @property
    def is_busy(self) -> bool:
        """Whether something is under way."""
        return self._task is not None

    def scores(self, layer_id: str) -> Scores:
        """The segmenter's own scores of a layer by frame, 0..1."""
        return self._scores.get(layer_id, {})

    def why_not(self) -> str:
        """Why nothing can be propagated now; empty when it can."""
        layer = self._layer()
        if self._session.read_only:
            return f"The project is open read only: {self._session.read_only}."
        if layer is None or not layer.prompts:
            return "Click the object with the point prompt first."
        return "The segmenter is at work." if self.is_busy else ""

    def propagate(self, direction: Direction) -> None:
        """Carry the layer's prompts through the work range; what is locked stays as painted."""
        shot, layer, link = self._session.shot, self._layer(), self._link
        refusal = self.why_not()
        if refusal or shot is None or layer is None or link is None:
            self._session.tell(Message(Level.WARN, refusal.rstrip(".")))
            return
        asked = _asked(shot, layer.id, layer.prompts)

        def work(context: TaskContext) -> _Proposed:
            session = link.session(context.note)
            _prompt(session, asked)
            return _propagated(session, asked.layer.head.id, shot.work, direction, context)

        self._start(f"propagate {layer.name}", work, shot, layer, into_layer=True)

    def stop(self) -> None:
        """End what is under way; finished frames are kept."""
        if self._link is not None:
            self._link.stop()

    def _layer(self) -> MatteLayer | None:
        shot = self._session.shot
        return shot.painting.layer() if shot is not None else None

    def _turn(self, shot: OpenShot | None) -> None:
        self._link = None
        self._task = None
        self._scores = {}
        self._known = {}
        if shot is not None:
            worker = shot.settings.worker or _LOCAL
            self._link = SegmenterLink(
                shot.plate, shot.document.range, worker=worker, wanted=self._wanted
            )
            shot.own(self._link)
            self._known = {layer.id: layer.prompts for layer in shot.document.layers}
            shot.document.layers_changed.connect(lambda: self._look(shot))
        self.changed.emit()

    def _look(self, shot: OpenShot) -> None:
        """Ask for a proposal when prompts of the frame in view came or went."""
        if shot is not self._session.shot:
            return
        frame = self._session.view.frame
        for layer in shot.document.layers:
            before = self._known.get(layer.id, ())
            self._known[layer.id] = layer.prompts
            now = _on(layer.prompts, frame)
            if now != _on(before, frame):
                if now:
                    self._ask(shot, layer, now)
                else:
                    shot.dismiss(_proposal_id(layer))

    def _ask(self, shot: OpenShot, layer: MatteLayer, prompts: tuple[LayerPrompt, ...]) -> None:
        if self._task is not None:
            self._again = True
            return
        link, frame = self._link, prompts[0].frame
        if link is None or frame in layer.locked:
            return
        asked = _asked(shot, layer.id, prompts)

        def work(context: TaskContext) -> _Proposed:
            context.progress("segment", 0, 1)
            return _prompt(link.session(context.note), asked)

        self._start(f"segment {layer.name}", work, shot, layer, into_layer=False)

    def _start(
        self, name: str, work: _Work, shot: OpenShot, layer: MatteLayer, *, into_layer: bool
    ) -> None:
        def done(found: _Proposed) -> None:
            self._task = None
            self._take(shot, layer, found, into_layer=into_layer)

        self._task = self._session.tasks.start(name, work, done=done, failed=self._failed)
        self.changed.emit()

    def _take(
        self, shot: OpenShot, layer: MatteLayer, found: _Proposed, *, into_layer: bool
    ) -> None:
        if shot is self._session.shot and found:
            scores = {frame: one.score for frame, one in found.items()}
            self._scores.setdefault(layer.id, {}).update(scores)
            proposal = LayerProposal(
                layer.name,
                layer.role,
                _Mattes(found),
                self.segmenter,
                scores,
                layer.id,
                _proposal_id(layer),
            )
            shot.propose(proposal)
            if into_layer:
                shot.accept(proposal.id)
        self.changed.emit()
        self._ask_again(shot, layer)

    def _ask_again(self, shot: OpenShot, layer: MatteLayer) -> None:
        if self._again:
            self._again = False
            prompts = _on(layer.prompts, self._session.view.frame)
            if prompts:
                self._ask(shot, layer, prompts)

    def _failed(self, error: StudioError) -> None:
        self._task = None
        self._again = False
        if not isinstance(error, Cancelled):
            self._session.tell(Message.of(error))
        self.changed.emit()


class _Mattes(Mapping[int, Matte]):
    """Mattes that are expanded as they are asked for."""

    def __init__(self, found: _Proposed) -> None:
        self._found = found

    def __getitem__(self, frame: int) -> Matte:
        return self._found[frame].matte()

    def __iter__(self) -> Iterator[int]:
        return iter(self._found)

    def __len__(self) -> int:
        return len(self._found)


def _proposal_id(layer: MatteLayer) -> str:
    return f"segmenter:{layer.id}"


def _on(prompts: Iterable[LayerPrompt], frame: int) -> tuple[LayerPrompt, ...]:
    return tuple(prompt for prompt in prompts if prompt.frame == frame)


def _asked(shot: OpenShot, layer_id: str, prompts: Iterable[LayerPrompt]) -> _Asked:
    snapshot = shot.document.snapshot()
    layer = next(one for one in snapshot.layers if one.head.id == layer_id)
    by_frame: dict[int, list[LayerPrompt]] = {}
    for prompt in prompts:
        by_frame.setdefault(prompt.frame, []).append(prompt)
    return _Asked(layer, {frame: tuple(here) for frame, here in by_frame.items()})


def _prompt(session: ShotSession, asked: _Asked) -> _Proposed:
    """Locks first, then each frame's prompts; what is proposed for these frames."""
    head = asked.layer.head
    for frame in sorted(head.locked & set(asked.layer.frames)):
        session.lock(head.id, frame, asked.layer.matte(frame))
    return {
        frame: session.prompt(head.id, [_spoken(prompt) for prompt in prompts])
        for frame, prompts in asked.prompts.items()
        if frame not in head.locked
    }


def _propagated(
    session: ShotSession,
    layer_id: str,
    frames: FrameRange,
    direction: Direction,
    context: TaskContext,
) -> _Proposed:
    found: _Proposed = {}
    for proposal in session.propagate(
        frames, direction, layers=[layer_id], cancelled=context.cancelled
    ):
        found[proposal.frame] = proposal
        context.progress("propagate", len(found), len(frames))
    return found


def _spoken(prompt: LayerPrompt) -> Prompt:
    from void_studio.assist import Box, Click

    if isinstance(prompt, PointPrompt):
        return Click(prompt.frame, prompt.x, prompt.y, prompt.positive)
    left, top = int(prompt.left), int(prompt.top)
    right, bottom = int(prompt.right), int(prompt.bottom)
    return Box(prompt.frame, Rect.of(left, top, max(right, left + 1), max(bottom, top + 1)))
