"""A vision model's view of what the object touched: prepared, shown, sent, proposed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
import numpy.typing as npt
from psygnal import Signal

from void_studio.app.session.proposals import LayerProposal
from void_studio.app.session.shot import OpenShot
from void_studio.app.session.suggesting import shot_plate
from void_studio.app.session.tasks import Task, TaskContext
from void_studio.app.session.values import Level, Message
from void_studio.core import Extent, FrameRange, StudioError
from void_studio.quadmask import BoxPrompt, QuadmaskSnapshot, Role

if TYPE_CHECKING:
    from void_studio.app.reasoning import AskedShot
    from void_studio.app.session.session import Session
    from void_studio.app.shots import ShotPlate
    from void_studio.assist import AffectedObject, Answer, Belonging, Grid, Sending

__all__ = ["Asking", "Prepared", "Reasoning"]

Matte = npt.NDArray[np.bool_]
_TIMEOUT_S = 120.0

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Asking:
    """Whom to ask and how; `frames` is how many are shown, empty texts are the plugin's own."""

    reasoner: str
    frames: int = 8
    instruction: str = ""
    model: str = ""
    base_url: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Prepared:
    """What would leave the machine, for looking at first; nothing was sent.

    `pictures` are those of `sending`, uint8 (height, width, 4), B G R 255.
    """

    asking: Asking
    asked: AskedShot
    sending: Sending
    pictures: tuple[npt.NDArray[np.uint8], ...]


class Reasoning:
    """One question at a time about the open shot; of the session's thread.

    `found` tells of the reasoners that are installed, `prepared` that `ready` can be looked at,
    `answered` that proposals are there, `changed` that something began or ended.
    """

    found = Signal(tuple)
    prepared = Signal(Prepared)
    answered = Signal(str)
    changed = Signal()

    def __init__(self, session: Session) -> None:
        self._session = session
        self._task: Task[Any] | None = None

    @property
    def is_busy(self) -> bool:
        """Whether something is under way."""
        return self._task is not None

    def look(self) -> None:
        """Find out which reasoners are installed."""
        self._session.tasks.start("find reasoners", lambda _: _installed(), done=self.found.emit)

    def prepare(self, asking: Asking) -> None:
        """Read the frames and make what would be sent. Sends nothing."""
        shot, timeline = self._session.shot, self._session.timeline
        if shot is None or timeline is None or self.is_busy:
            return
        snapshot, placed = shot.document.snapshot(), shot_plate(shot, timeline)
        self._begin(
            "prepare a question",
            lambda _: _prepared(asking, placed, snapshot),
            self.prepared.emit,
        )

    def send(self, prepared: Prepared) -> None:
        """Send what was looked at; the answer becomes proposals, nothing is painted."""
        shot = self._session.shot
        if shot is None or self.is_busy:
            return

        def done(answer: Answer) -> None:
            self._propose(shot, prepared, answer)

        self._begin("ask a vision model", lambda context: _answer(prepared, context), done)

    def stop(self) -> None:
        """Wait no longer."""
        if self._task is not None:
            self._task.cancel()

    def _begin(
        self, name: str, work: Callable[[TaskContext], T], done: Callable[[T], None]
    ) -> None:
        def ended(result: T) -> None:
            self._task = None
            done(result)
            self.changed.emit()

        self._task = self._session.tasks.start(name, work, done=ended, failed=self._failed)
        self.changed.emit()

    def _failed(self, error: StudioError) -> None:
        self._task = None
        self._session.tell(Message.of(error))
        self.changed.emit()

    def _propose(self, shot: OpenShot, prepared: Prepared, answer: Answer) -> None:
        question = prepared.asked.question
        extent, grid = shot.document.extent, question.grid
        for item in answer.affected:
            mattes = _CellMattes(item, grid, extent, question.range)
            shot.propose(LayerProposal(item.noun, Role.AFFECTED, mattes, answer.model))
        for belonging in answer.belongings:
            self._ask_for(shot, belonging.noun, _box(belonging, grid, extent))
        parts = f"{len(answer.affected)} affected, {len(answer.belongings)} belongings"
        self._session.tell(Message(Level.INFO, f"{answer.model} answered: {parts}"))
        self.answered.emit(answer.scene)

    def _ask_for(self, shot: OpenShot, noun: str, box: BoxPrompt) -> None:
        """A belonging is a new remove layer with a box, for the segmenter to follow."""
        layer = shot.document.add_layer(noun, Role.REMOVE)
        shot.document.set_prompts(layer.id, [box])


def _installed() -> tuple[str, ...]:
    from void_studio.api import Kind, new_registry

    return tuple(new_registry().ids(Kind.REASONER))


def _prepared(asking: Asking, shot: ShotPlate, snapshot: QuadmaskSnapshot) -> Prepared:
    from void_studio.api import new_registry
    from void_studio.app.reasoning import find_reasoner, question_about
    from void_studio.media import decode_picture

    reasoner = find_reasoner(new_registry(), asking.reasoner)
    quadmask = snapshot.pack(shot.work)
    asked = question_about(shot, quadmask, frames=asking.frames, instruction=asking.instruction)
    sending = reasoner.sending(asked.question)
    pictures = tuple(decode_picture(picture.jpeg) for picture in sending.pictures)
    return Prepared(asking, asked, sending, pictures)


def _answer(prepared: Prepared, context: TaskContext) -> Answer:
    from void_studio.api import new_registry
    from void_studio.app.reasoning import find_reasoner, options_for
    from void_studio.assist import answer_faults
    from void_studio.core import BadInput

    asking, question = prepared.asking, prepared.asked.question
    reasoner = find_reasoner(new_registry(), asking.reasoner)
    options = options_for(
        reasoner,
        model=asking.model,
        base_url=asking.base_url,
        saved=None,
        timeout_s=_TIMEOUT_S,
    )
    answer = reasoner.ask(question, options, cancelled=context.cancelled)
    faults = answer_faults(answer, question)
    if faults:
        raise BadInput(f"the reasoner broke its promise: {', '.join(faults[:5])}")
    return answer


def _box(belonging: Belonging, grid: Grid, extent: Extent) -> BoxPrompt:
    from void_studio.assist import belonging_prompt

    prompt = belonging_prompt(belonging, grid, extent)
    rect = prompt.rect
    return BoxPrompt(prompt.frame, rect.x, rect.y, rect.x + rect.width, rect.y + rect.height)


class _CellMattes(Mapping[int, Matte]):
    """An affected object on the grid, frame by frame, each made when it is asked for."""

    def __init__(
        self, found: AffectedObject, grid: Grid, extent: Extent, frames: FrameRange
    ) -> None:
        self._found, self._grid, self._extent = found, grid, extent
        self._frames = [frame for frame in frames if frame >= found.first_frame]

    def __getitem__(self, frame: int) -> Matte:
        from void_studio.assist import affected_matte

        if frame not in self._frames:
            raise KeyError(frame)
        return affected_matte(self._found, self._grid, self._extent, frame)

    def __iter__(self) -> Iterator[int]:
        return iter(self._frames)

    def __len__(self) -> int:
        return len(self._frames)
