"""A session that goes on elsewhere when its device has no memory left."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import torch

from void_studio.assist.protocol import Direction, Prompt, Proposal
from void_studio.assist.session import TrackingSession
from void_studio.core import FrameRange, JobFailed

__all__ = ["FallbackSession"]

_Order = tuple[FrameRange, Direction, Sequence[int], Callable[[], bool]]


class FallbackSession:
    """A SegmenterSession; the first time that memory runs out it opens `elsewhere` and goes on.

    What was prompted is prompted there again, and frames that were yielded are not yielded again.
    """

    def __init__(self, session: TrackingSession, elsewhere: Callable[[], TrackingSession]) -> None:
        self._session = session
        self._elsewhere: Callable[[], TrackingSession] | None = elsewhere
        self._prompts: dict[tuple[int, int], list[Prompt]] = {}

    def prompt(self, prompts: Sequence[Prompt], *, layer: int = 0) -> Proposal:
        """The matte of one frame from all prompts on it (contract of SegmenterSession)."""
        try:
            proposal = self._session.prompt(prompts, layer=layer)
        except torch.OutOfMemoryError as error:
            self._move(error)
            return self.prompt(prompts, layer=layer)
        self._prompts[layer, proposal.frame] = list(prompts)
        return proposal

    def forget(self, frame: int, *, layer: int = 0) -> None:
        """Take back the prompts of a layer on a frame."""
        self._prompts.pop((layer, frame), None)
        self._session.forget(frame, layer=layer)

    def propagate(
        self,
        frames: FrameRange,
        direction: Direction,
        *,
        layers: Sequence[int] = (),
        cancelled: Callable[[], bool],
    ) -> Iterator[Proposal]:
        """Follow the objects through `frames` (contract of SegmenterSession)."""
        found = self._session.propagate(frames, direction, layers=layers, cancelled=cancelled)
        return self._persistent(found, (frames, direction, layers, cancelled))

    def prefetch(self, frame: int) -> None:
        """Make ready what a prompt on this frame will need; not where memory is short."""
        try:
            self._session.prefetch(frame)
        except torch.OutOfMemoryError as error:
            self._move(error)

    def close(self) -> None:
        """Free what the session holds. Idempotent."""
        self._session.close()

    def _persistent(self, found: Iterator[Proposal], order: _Order) -> Iterator[Proposal]:
        frames, direction, layers, cancelled = order
        done: set[tuple[int, int]] = set()
        try:
            for proposal in found:
                done.add((proposal.layer, proposal.frame))
                yield proposal
            return
        except torch.OutOfMemoryError as error:
            self._move(error)
        again = self.propagate(frames, direction, layers=layers, cancelled=cancelled)
        for proposal in again:
            if (proposal.layer, proposal.frame) not in done:
                yield proposal

    def _move(self, error: torch.OutOfMemoryError) -> None:
        """Open the other session. Raises JobFailed when this has been done before."""
        if self._elsewhere is None:
            raise JobFailed(
                "there is no memory left for this session", hint="the segmenter flow needs little"
            ) from error
        elsewhere, self._elsewhere = self._elsewhere, None
        self._session.close()
        if torch.cuda.is_available():
            torch.cuda.empty_cache()
        self._session = elsewhere()
        for (layer, _), prompts in list(self._prompts.items()):
            self.prompt(prompts, layer=layer)
