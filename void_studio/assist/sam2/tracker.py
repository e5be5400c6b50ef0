"""One object followed by SAM 2, as a Tracker."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import torch

from void_studio.assist.initial import check_prompts, inside_boxes, with_clicks
from void_studio.assist.logits import logits_of
from void_studio.assist.protocol import Box, Click, MattePrompt, Prompt
from void_studio.assist.reading import FrameReader
from void_studio.assist.sam2.model import Found, Model, ObjectMemory
from void_studio.assist.sam2.pixels import points_of, quantised, stability
from void_studio.assist.session import Answer, Step
from void_studio.core import Extent, FrameRange

__all__ = ["Encoded", "Sam2Tracker"]

_KEPT = 6


class Encoded:
    """Features of the last few frames that were looked at, shared by all objects of a session."""

    def __init__(self, model: Model, frames: FrameRange) -> None:
        self.model = model
        self.frames = frames
        self._kept: OrderedDict[int, Any] = OrderedDict()

    def of(self, reader: FrameReader, number: int) -> Any:
        """The features of a frame, encoded unless they are kept."""
        if number not in self._kept:
            features = self.model.encode(reader(number))
            if len(self._kept) >= _KEPT:
                self._kept.popitem(last=False)
            self._kept[number] = features
        self._kept.move_to_end(number)
        return self._kept[number]

    def index(self, number: int) -> int:
        """The frame's place in the shot, counted from 1."""
        return number - self.frames.start + 1


class Sam2Tracker:
    """A Tracker. A painted matte is kept to the sample; clicks on it add or take a small disc."""

    def __init__(self, encoded: Encoded, reader: FrameReader) -> None:
        self._encoded = encoded
        self._reader = reader
        self._memory: ObjectMemory = encoded.model.memory(len(encoded.frames))
        self._answers: dict[int, Answer] = {}

    def prompted(self, number: int, prompts: Sequence[Prompt]) -> Answer:
        """The object from all prompts on a frame."""
        extent = check_prompts(self._reader(number), prompts)
        index, features = self._encoded.index(number), self._encoded.of(self._reader, number)
        painted = _painted(prompts, extent)
        if painted is None:
            points, labels = points_of(prompts, extent, self._encoded.model.side)
            answer = _answer(self._memory.prompt_points(index, features, points, labels))
        else:
            self._memory.prompt_matte(index, features, painted)
            answer = Answer(logits_of(painted), 1.0)
        self._answers[number] = answer
        return answer

    def forget(self, number: int) -> None:
        """Take back the prompts on a frame."""
        del self._answers[number]
        self._memory.forget(self._encoded.index(number))

    def answer(self, number: int) -> Answer:
        """What the prompts on a frame gave."""
        return self._answers[number]

    def walk(self, number: int, *, reverse: bool) -> Step:
        """Follow from a prompted frame."""
        self._memory.begin()
        return _Sam2Step(self._encoded, self._reader, self._memory, reverse)


@dataclass(frozen=True, slots=True)
class _Sam2Step:
    encoded: Encoded
    reader: FrameReader
    memory: ObjectMemory
    reverse: bool

    def __call__(self, number: int) -> Answer:
        features = self.encoded.of(self.reader, number)
        index = self.encoded.index(number)
        return _answer(self.memory.step(index, features, reverse=self.reverse))


def _answer(found: Found) -> Answer:
    """The score is how likely the object is there, times how sure its edge is."""
    there = float(torch.sigmoid(torch.tensor(found.presence)))
    return Answer(quantised(found.logits), there * stability(found.logits))


def _painted(prompts: Sequence[Prompt], extent: Extent) -> npt.NDArray[np.bool_] | None:
    """All painted mattes of the prompts, inside the boxes and corrected by the clicks."""
    mattes = [prompt.matte for prompt in prompts if isinstance(prompt, MattePrompt)]
    if not mattes:
        return None
    boxes = [prompt.rect for prompt in prompts if isinstance(prompt, Box)]
    painted = np.logical_or.reduce(mattes) & inside_boxes(boxes, extent)
    clicks = [prompt for prompt in prompts if isinstance(prompt, Click)]
    return with_clicks(painted, clicks) if clicks else painted
