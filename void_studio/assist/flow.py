"""The `flow` segmenter: classical, on the CPU, without weights."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from void_studio.assist.follow import Anchor, Seen, follow
from void_studio.assist.initial import matte_from
from void_studio.assist.logits import logits_of
from void_studio.assist.memory import Memory
from void_studio.assist.protocol import FrameSource, Prompt, Say, silent
from void_studio.assist.reading import FrameReader
from void_studio.assist.session import Answer, Step, TrackingSession
from void_studio.core import FrameRange

__all__ = ["FlowSegmenter"]

_ID = "flow"
_TRUST_REGAINED = 0.05


class FlowSegmenter:
    """GrabCut from prompts, optical flow from frame to frame. Equal input gives equal answers."""

    @property
    def id(self) -> str:
        """The name it is registered under."""
        return _ID

    def open(
        self,
        source: FrameSource,
        frames: FrameRange,
        *,
        say: Say = silent,
    ) -> TrackingSession:
        """A session on `frames`; no frame is read before the first prompt."""
        return TrackingSession(source, frames, _ID, _FlowTracker)


@dataclass(slots=True)
class _FlowStep:
    """A walk away from a prompted frame.

    After a doubtful frame the score rises slowly: what is followed may be something else.
    """

    reader: FrameReader
    seen: Seen
    anchor: Anchor
    memory: Memory
    score: float = 1.0

    def __call__(self, number: int) -> Answer:
        followed = follow(self.seen, self.reader(number), self.anchor, self.memory)
        self.seen, self.memory = followed.seen, followed.memory
        self.score = min(followed.score, self.score + _TRUST_REGAINED)
        return Answer(logits_of(self.seen.matte), self.score)


class _FlowTracker:
    def __init__(self, reader: FrameReader) -> None:
        self._reader = reader
        self._answers: dict[int, Answer] = {}

    def prompted(self, number: int, prompts: Sequence[Prompt]) -> Answer:
        found = matte_from(self._reader(number), prompts)
        self._answers[number] = Answer(logits_of(found.matte), found.score)
        return self._answers[number]

    def forget(self, number: int) -> None:
        del self._answers[number]

    def answer(self, number: int) -> Answer:
        return self._answers[number]

    def walk(self, number: int, *, reverse: bool) -> Step:
        seen = Seen(self._reader(number), self._answers[number].logits > 0)
        return _FlowStep(self._reader, seen, Anchor.of(seen), Memory.of(seen.rgb, seen.matte))
