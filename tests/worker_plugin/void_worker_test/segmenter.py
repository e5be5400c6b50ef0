"""A segmenter that takes every pixel of the clicked colour."""

import os
import time
from pathlib import Path

import numpy as np

from void_studio.assist import Box, Click, Direction, MattePrompt, Proposal
from void_studio.core import UsageError


def _wait_at_gate():
    """Wait for the file that COLOUR_GATE names, having said so in one beside it."""
    gate = os.environ.get("COLOUR_GATE")
    if gate:
        Path(f"{gate}.reached").touch()
        while not Path(gate).exists():
            time.sleep(0.01)


class ColourSegmenter:
    id = "colour"

    def open(self, source, frames, *, say):
        if frames.start == 666:
            raise UsageError("as told")
        say(f"colours of {frames}")
        return ColourSession(source, frames)


class ColourSession:
    def __init__(self, source, frames):
        self._source = source
        self._frames = frames
        self._colour = None
        self._at = 0

    def prompt(self, prompts, *, layer):
        prompt = prompts[0]
        frame = self._source(prompt.frame)
        if isinstance(prompt, Click):
            if not prompt.positive:
                os._exit(66)
            self._colour = frame[int(prompt.y), int(prompt.x)]
        elif isinstance(prompt, Box):
            self._colour = frame[prompt.rect.y, prompt.rect.x]
        else:
            assert isinstance(prompt, MattePrompt)
            self._colour = frame[prompt.matte][0]
        self._at = prompt.frame
        return self._proposal(prompt.frame)

    def propagate(self, frames, direction, *, layers, cancelled):
        if self._colour is None:
            raise UsageError("no frame has a prompt")
        later = range(self._at + 1, frames.stop)
        earlier = range(self._at - 1, frames.start - 1, -1)
        if direction is Direction.FORWARD:
            earlier = ()
        elif direction is Direction.BACKWARD:
            later = ()
        for done, number in enumerate((*later, *earlier)):
            if done == 2:
                _wait_at_gate()
            if cancelled():
                return
            yield self._proposal(number)

    def _proposal(self, number):
        inside = (self._source(number) == self._colour).all(axis=2)
        return Proposal(number, np.where(inside, 100, -100).astype(np.int8), 0.75, "colour 1")

    def forget(self, frame, *, layer):
        self._colour = None

    def prefetch(self, frame):
        self._source(frame)

    def close(self):
        pass
