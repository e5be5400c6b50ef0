"""The `flow` segmenter: classical, on the CPU, without weights."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence

import numpy as np
import numpy.typing as npt

from void_studio.assist.follow import Anchor, Seen, follow
from void_studio.assist.initial import matte_from
from void_studio.assist.logits import logits_of
from void_studio.assist.plan import Run, runs_from
from void_studio.assist.protocol import Direction, FrameSource, Prompt, Proposal
from void_studio.core import BadInput, FrameRange, UsageError

__all__ = ["FlowSegmenter"]

_ID = "flow"
_FRAMES_HELD = 3
_TRUST_REGAINED = 0.05


class FlowSegmenter:
    """GrabCut from prompts, optical flow from frame to frame. Equal input gives equal answers."""

    @property
    def id(self) -> str:
        """The name it is registered under."""
        return _ID

    def open(self, source: FrameSource, frames: FrameRange) -> FlowSession:
        """A session on `frames`; no frame is read before the first prompt."""
        return FlowSession(source, frames)


class FlowSession:
    """One object on one shot. Used by one thread; holds at most three frames and the prompts."""

    def __init__(self, source: FrameSource, frames: FrameRange) -> None:
        self._source = source
        self._frames = frames
        self._anchors: dict[int, tuple[npt.NDArray[np.bool_], float]] = {}
        self._read: OrderedDict[int, npt.NDArray[np.uint8]] = OrderedDict()
        self._closed = False

    def prompt(self, prompts: Sequence[Prompt]) -> Proposal:
        """The matte of one frame from all prompts on it, which replace earlier ones there.

        Raises UsageError when there is no prompt, when they are on several frames or on one outside
        the session, when they do not fit the frame, or when none of them is on the object.
        """
        numbers = sorted({prompt.frame for prompt in prompts})
        if len(numbers) != 1:
            raise UsageError(f"prompts on {len(numbers)} frames", hint="prompt one frame at a time")
        self._check(FrameRange(numbers[0], 1))
        found = matte_from(self._rgb(numbers[0]), prompts)
        self._anchors[numbers[0]] = (found.matte, found.score)
        return self._proposal(numbers[0], found.matte, found.score)

    def propagate(
        self, frames: FrameRange, direction: Direction, *, cancelled: Callable[[], bool]
    ) -> Iterator[Proposal]:
        """Follow the object through `frames`, from the nearest prompt to each frame outwards.

        FORWARD yields the frames that come after a prompt, BACKWARD those before one. Stops early,
        without an error, when `cancelled()` turns true. Raises UsageError when no frame has a
        prompt or `frames` leaves the session.
        """
        self._check(frames)
        if not self._anchors:
            raise UsageError("no frame has a prompt", hint="click on the object in one frame first")
        return self._followed(
            frames, runs_from(sorted(self._anchors), frames, direction), cancelled
        )

    def close(self) -> None:
        """Free the frames. Idempotent; the session can not be used afterwards."""
        self._closed = True
        self._read.clear()
        self._anchors.clear()

    def _check(self, frames: FrameRange) -> None:
        if self._closed:
            raise UsageError("the segmenter session is closed", hint="open another")
        if not self._frames.covers(frames):
            raise UsageError(f"frames {frames} are not all in the session's {self._frames}")

    def _followed(
        self, frames: FrameRange, runs: Sequence[Run], cancelled: Callable[[], bool]
    ) -> Iterator[Proposal]:
        done: set[int] = set()
        for run in runs:
            for proposal in self._along(run):
                if proposal.frame in frames and proposal.frame not in done:
                    done.add(proposal.frame)
                    yield proposal
                if cancelled():
                    return

    def _along(self, run: Run) -> Iterator[Proposal]:
        """The prompted frame itself, then those of the run.

        After a doubtful frame the score rises slowly: what is followed may be something else.
        """
        matte, score = self._anchors[run.anchor]
        yield self._proposal(run.anchor, matte, score)
        score = 1.0
        seen = Seen(self._rgb(run.anchor), matte)
        anchor = Anchor.of(seen)
        for number in run.frames:
            followed = follow(seen, self._rgb(number), anchor)
            seen = followed.seen
            score = min(followed.score, score + _TRUST_REGAINED)
            yield self._proposal(number, seen.matte, score)

    def _rgb(self, number: int) -> npt.NDArray[np.uint8]:
        if number in self._read:
            self._read.move_to_end(number)
            return self._read[number]
        rgb = self._source(number)
        known = next(iter(self._read.values()), rgb)
        if rgb.dtype != np.uint8 or rgb.ndim != 3 or rgb.shape[2] != 3 or rgb.shape != known.shape:
            raise BadInput(
                f"frame {number} came as {rgb.dtype} {rgb.shape}",
                hint="frames are RGB uint8 (height, width, 3), all of one size",
            )
        self._read[number] = rgb
        if len(self._read) > _FRAMES_HELD:
            self._read.popitem(last=False)
        return rgb

    @staticmethod
    def _proposal(number: int, matte: npt.NDArray[np.bool_], score: float) -> Proposal:
        return Proposal(number, logits_of(matte), score, _ID)
