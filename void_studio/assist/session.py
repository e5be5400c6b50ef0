"""A segmenter session over trackers: which frame is followed from which prompt, and in what order.

Segmenters differ in how they find one object in one frame; that is a Tracker. All else is here.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Protocol

import numpy as np
import numpy.typing as npt

from void_studio.assist.plan import Run, runs_from
from void_studio.assist.protocol import Direction, FrameSource, Prompt, Proposal
from void_studio.assist.reading import FrameReader
from void_studio.core import FrameRange, UsageError

__all__ = ["Answer", "Step", "Tracker", "TrackingSession"]


@dataclass(frozen=True, slots=True, eq=False)
class Answer:
    """One object in one frame; as in Proposal."""

    logits: npt.NDArray[np.int8]
    score: float


Step = Callable[[int], Answer]
"""The object in a frame that is next to the one before, in the direction of the walk."""


class Tracker(Protocol):
    """One object through the frames of a session."""

    def prompted(self, number: int, prompts: Sequence[Prompt]) -> Answer:
        """The object from all prompts on a frame; kept, and in place of earlier ones there."""
        ...

    def forget(self, number: int) -> None:
        """Take back the prompts on a frame."""
        ...

    def answer(self, number: int) -> Answer:
        """What the prompts on a frame gave."""
        ...

    def walk(self, number: int, *, reverse: bool) -> Step:
        """Follow from a prompted frame, one frame after the other."""
        ...


class TrackingSession:
    """Objects on one shot, one tracker a layer. Used by one thread."""

    def __init__(
        self,
        source: FrameSource,
        frames: FrameRange,
        model: str,
        make_tracker: Callable[[FrameReader], Tracker],
        make_ready: Callable[[FrameReader, int], object] = FrameReader.__call__,
    ) -> None:
        self._frames = frames
        self._model = model
        self._make_tracker = make_tracker
        self._trackers: dict[int, Tracker] = {}
        self._prompted: dict[int, set[int]] = {}
        self.reader = FrameReader(source)
        self._make_ready = partial(make_ready, self.reader)
        self._closed = False

    def prompt(self, prompts: Sequence[Prompt], *, layer: int = 0) -> Proposal:
        """The matte of one frame from all prompts on it (contract of SegmenterSession)."""
        numbers = sorted({prompt.frame for prompt in prompts})
        if len(numbers) != 1:
            raise UsageError(f"prompts on {len(numbers)} frames", hint="prompt one frame at a time")
        number = numbers[0]
        self._check(FrameRange(number, 1))
        tracker = self._trackers.get(layer) or self._make_tracker(self.reader)
        answer = tracker.prompted(number, prompts)
        self._trackers[layer] = tracker
        self._prompted.setdefault(layer, set()).add(number)
        return self._proposal(number, layer, answer)

    def forget(self, frame: int, *, layer: int = 0) -> None:
        """Take back the prompts of a layer on a frame; harmless where there are none."""
        if frame in self._prompted.get(layer, ()):
            self._prompted[layer].remove(frame)
            self._trackers[layer].forget(frame)

    def propagate(
        self,
        frames: FrameRange,
        direction: Direction,
        *,
        layers: Sequence[int] = (),
        cancelled: Callable[[], bool],
    ) -> Iterator[Proposal]:
        """Follow the objects through `frames` (contract of SegmenterSession)."""
        self._check(frames)
        chosen = sorted(set(layers)) or sorted(n for n, at in self._prompted.items() if at)
        if not chosen or not all(self._prompted.get(layer) for layer in chosen):
            raise UsageError("no frame has a prompt", hint="click on the object in one frame first")
        return self._followed(frames, direction, chosen, cancelled)

    def prefetch(self, frame: int) -> None:
        """Make ready what a prompt on this frame will need."""
        self._check(FrameRange(frame, 1))
        self._make_ready(frame)

    def close(self) -> None:
        """Free what the session holds. Idempotent; the session can not be used afterwards."""
        self._closed = True
        self.reader.clear()
        self._trackers.clear()
        self._prompted.clear()

    def _check(self, frames: FrameRange) -> None:
        if self._closed:
            raise UsageError("the segmenter session is closed", hint="open another")
        if not self._frames.covers(frames):
            raise UsageError(f"frames {frames} are not all in the session's {self._frames}")

    def _followed(
        self,
        frames: FrameRange,
        direction: Direction,
        layers: Sequence[int],
        cancelled: Callable[[], bool],
    ) -> Iterator[Proposal]:
        runs = {
            layer: runs_from(sorted(self._prompted[layer]), frames, direction) for layer in layers
        }
        done: set[tuple[int, int]] = set()
        for reverse in (False, True):
            if direction is (Direction.FORWARD if reverse else Direction.BACKWARD):
                continue
            for proposal in self._sweep(runs, reverse=reverse):
                key = (proposal.layer, proposal.frame)
                if proposal.frame in frames and key not in done:
                    done.add(key)
                    yield proposal
                if cancelled():
                    return

    def _sweep(self, runs: dict[int, list[Run]], *, reverse: bool) -> Iterator[Proposal]:
        """All layers through the frames together, so that a frame is looked at once."""
        walks = [
            self._along(layer, [run for run in of_layer if run.reverse is reverse])
            for layer, of_layer in runs.items()
        ]
        return heapq.merge(*walks, key=lambda p: -p.frame if reverse else p.frame)

    def _along(self, layer: int, runs: Sequence[Run]) -> Iterator[Proposal]:
        tracker = self._trackers[layer]
        for run in sorted(runs, key=lambda run: run.anchor, reverse=any(r.reverse for r in runs)):
            yield self._proposal(run.anchor, layer, tracker.answer(run.anchor))
            step = tracker.walk(run.anchor, reverse=run.reverse)
            for number in run.frames:
                yield self._proposal(number, layer, step(number))

    def _proposal(self, number: int, layer: int, answer: Answer) -> Proposal:
        return Proposal(number, answer.logits, answer.score, self._model, layer)
