"""A segmenter session on a shot, in plate pixels: what a window and the command line use.

Prompts and mattes are of plate size; proxies, logits and the worker do not show. Proposals change
nothing until `accept` puts them into a document, as one step that can be undone.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from math import ceil

import numpy as np
import numpy.typing as npt

from void_studio.app.proposals import ShotProposal, compressed
from void_studio.app.proxies import PlateFrames
from void_studio.assist import (
    Box,
    Click,
    Direction,
    Edge,
    MattePrompt,
    Prompt,
    Proposal,
    Say,
    Segmenter,
    SegmenterSession,
    matte_of,
    refine_edge,
    silent,
)
from void_studio.core import FrameRange, Rect, Refused, StudioError, UsageError, WorkerLost
from void_studio.media import PlateRef, resize
from void_studio.quadmask import QuadmaskDocument

__all__ = ["PROXY_SIDE", "ShotSession", "accept"]

PROXY_SIDE = 1024
_UNCERTAIN_SAMPLES = 1.5
_Key = tuple[str, int]


class ShotSession:
    """Prompts on layers of a shot, named by the caller, and proposals for its frames.

    Any thread may call it, a window one of its pool: orders (`prompt`, `lock`, `propagate`, ...)
    wait for one another, `prefetch` and `stop` do not wait. When the worker is lost, the session is
    opened there again and goes on; the finished frames stay.
    """

    def __init__(
        self,
        segmenter: Segmenter,
        plate: PlateRef,
        frames: FrameRange,
        *,
        proxy_side: int = PROXY_SIDE,
        edge: Edge = Edge.GUIDED,
        say: Say = silent,
    ) -> None:
        """Open it on `frames`, in plate numbering; `proxy_side` is the proxy's longer side."""
        self.frames = frames
        self._segmenter = segmenter
        self._extent = plate.extent
        self._edge = edge
        self._say = say
        self._pictures = PlateFrames(plate, proxy_side)
        self._layers: dict[str, int] = {}
        self._prompts: dict[_Key, list[Prompt]] = {}
        self._painted: dict[_Key, bytes] = {}
        self._locked: set[_Key] = set()
        self._order = threading.RLock()
        self._stopped = threading.Event()
        try:
            self._session: SegmenterSession = self._opened()
        except BaseException:
            self._pictures.close()
            raise

    def prompt(self, layer: str, prompts: Sequence[Prompt]) -> ShotProposal:
        """The matte of one frame from all prompts on it, which replace the layer's earlier ones.

        Prompts are in plate pixels. Raises UsageError for what the segmenter can not use, Refused
        on a locked frame.
        """
        with self._order:
            for prompt in prompts:
                if (layer, prompt.frame) in self._locked:
                    raise Refused(f"frame {prompt.frame} is locked", where=layer)
                self._check(prompt)
            return self._prompted(layer, prompts)

    def lock(self, layer: str, frame: int, matte: npt.NDArray[np.bool_]) -> ShotProposal:
        """Keep a frame's matte, (height, width), as it is: it is followed, never proposed again."""
        with self._order:
            locked = self._prompted(layer, [MattePrompt(frame, matte)])
            self._locked.add((layer, frame))
            return locked

    def forget(self, layer: str, frame: int) -> None:
        """Take back the prompts, or the lock, of a layer on a frame."""
        with self._order:
            key = (layer, frame)
            self._locked.discard(key)
            self._painted.pop(key, None)
            if self._prompts.pop(key, None) is not None:
                self._session.forget(frame, layer=self._layers[layer])

    def follow_locks(self, document: QuadmaskDocument, layer_id: str) -> None:
        """Make the session's locked frames of a layer those that the document has now."""
        layer = document.layer(layer_id)
        wanted = {frame for frame in layer.locked if frame in self.frames}
        for name, frame in sorted(self._locked):
            if name == layer_id and frame not in wanted:
                self.forget(layer_id, frame)
        for frame in sorted(wanted):
            matte = layer.matte(frame)
            if self._painted.get((layer_id, frame)) != compressed(matte):
                self.lock(layer_id, frame, matte)

    def propagate(
        self,
        frames: FrameRange,
        direction: Direction,
        *,
        layers: Sequence[str] = (),
        cancelled: Callable[[], bool] = lambda: False,
    ) -> Iterator[ShotProposal]:
        """Proposals for `frames`, outwards from the prompts; locked frames are left out.

        Ends early, without an error, on `stop` or once `cancelled()`. Other orders wait until it
        is read to its end or closed.
        """
        with self._order:
            self._stopped.clear()
            numbers = [self._number(layer) for layer in layers]
            done: set[tuple[int, int]] = set()
            for proposal in self._persistent(frames, direction, numbers, done, cancelled):
                if (self._name(proposal.layer), proposal.frame) not in self._locked:
                    yield self._shown(self._name(proposal.layer), proposal)

    def prefetch(self, frame: int) -> None:
        """Have what a prompt on this frame and its neighbours needs made ready; returns at once."""
        if frame in self.frames:
            with suppress(StudioError):
                self._session.prefetch(frame)

    def stop(self) -> None:
        """End the propagation that is under way; what it proposed stays good."""
        self._stopped.set()

    def close(self) -> None:
        """End the session. Idempotent."""
        self.stop()
        self._session.close()
        self._pictures.close()

    def _opened(self) -> SegmenterSession:
        return self._segmenter.open(self._pictures.proxy, self.frames, say=self._say)

    def _persistent(
        self,
        frames: FrameRange,
        direction: Direction,
        layers: Sequence[int],
        done: set[tuple[int, int]],
        cancelled: Callable[[], bool],
    ) -> Iterator[Proposal]:
        def ended() -> bool:
            return self._stopped.is_set() or cancelled()

        known = -1
        while True:
            found = self._session.propagate(frames, direction, layers=layers, cancelled=ended)
            try:
                for proposal in found:
                    if (proposal.layer, proposal.frame) not in done:
                        yield proposal
                        done.add((proposal.layer, proposal.frame))
                return
            except WorkerLost:
                if len(done) == known:
                    raise
                known = len(done)
            self._say(f"the worker was lost after {known} frames; the session is opened again")
            self._reopen()

    def _reopen(self) -> None:
        self._session.close()
        self._session = self._opened()
        for (layer, _), prompts in self._prompts.items():
            self._session.prompt(self._small(prompts), layer=self._layers[layer])

    def _prompted(self, layer: str, prompts: Sequence[Prompt]) -> ShotProposal:
        number = self._layers.setdefault(layer, len(self._layers))
        proposal = self._session.prompt(self._small(prompts), layer=number)
        key = (layer, proposal.frame)
        self._prompts[key] = list(prompts)
        mattes = [prompt.matte for prompt in prompts if isinstance(prompt, MattePrompt)]
        self._painted.pop(key, None)
        if mattes and len(mattes) == len(prompts):
            self._painted[key] = compressed(np.logical_or.reduce(mattes))
        return self._shown(layer, proposal)

    def _shown(self, layer: str, proposal: Proposal) -> ShotProposal:
        """At plate size, its edge on plate pixels; a painted matte as it was painted."""
        bits = self._painted.get((layer, proposal.frame))
        if bits is None:
            bits = compressed(self._refined(proposal))
        return ShotProposal(
            layer, proposal.frame, self._extent, bits, proposal.score, proposal.model
        )

    def _refined(self, proposal: Proposal) -> npt.NDArray[np.bool_]:
        matte = matte_of(proposal, self._extent)
        enlarged = max(
            self._extent.width / proposal.logits.shape[1],
            self._extent.height / proposal.logits.shape[0],
        )
        if enlarged <= 1 or self._edge is Edge.AS_IS or not matte.any():
            return matte
        picture = self._pictures.rgb(proposal.frame)
        uncertain_px = _UNCERTAIN_SAMPLES * enlarged
        return refine_edge(picture, matte, uncertain_px=uncertain_px, edge=self._edge)

    def _check(self, prompt: Prompt) -> None:
        if isinstance(prompt, Click) and not (
            0 <= prompt.x < self._extent.width and 0 <= prompt.y < self._extent.height
        ):
            raise UsageError(
                f"the click at {prompt.x:g},{prompt.y:g} is outside the plate of {self._extent}"
            )
        if isinstance(prompt, MattePrompt) and prompt.matte.shape != self._extent.shape:
            raise UsageError(f"a painted matte is not of the plate's size, {self._extent}")

    def _small(self, prompts: Sequence[Prompt]) -> list[Prompt]:
        """Prompts in the proxy's pixels."""
        proxy = self._pictures.proxy_extent
        across, down = proxy.width / self._extent.width, proxy.height / self._extent.height
        small: list[Prompt] = []
        for prompt in prompts:
            match prompt:
                case Click(frame, x, y, positive):
                    small.append(Click(frame, x * across, y * down, positive))
                case Box(frame, rect):
                    small.append(Box(frame, _scaled(rect, across, down)))
                case MattePrompt(frame, matte):
                    grey = resize(matte.astype(np.uint8) * 255, proxy)
                    small.append(MattePrompt(frame, grey > 127))
        return small

    def _number(self, layer: str) -> int:
        if layer not in self._layers:
            raise UsageError(f"layer {layer!r} has no prompt", hint="prompt it on one frame first")
        return self._layers[layer]

    def _name(self, number: int) -> str:
        return list(self._layers)[number]


def accept(
    document: QuadmaskDocument, layer_id: str, proposals: Sequence[ShotProposal]
) -> tuple[int, ...]:
    """Put proposals for one layer into the document, as one step that can be undone.

    Returns the locked frames, which were left alone.
    """
    return document.set_mattes(layer_id, _Mattes({one.frame: one for one in proposals}))


class _Mattes(Mapping[int, npt.NDArray[np.bool_]]):
    """Mattes that are expanded as they are asked for."""

    def __init__(self, proposals: Mapping[int, ShotProposal]) -> None:
        self._proposals = proposals

    def __getitem__(self, frame: int) -> npt.NDArray[np.bool_]:
        return self._proposals[frame].matte()

    def __iter__(self) -> Iterator[int]:
        return iter(self._proposals)

    def __len__(self) -> int:
        return len(self._proposals)


def _scaled(rect: Rect, across: float, down: float) -> Rect:
    left, top = int(rect.x * across), int(rect.y * down)
    return Rect.of(left, top, ceil(rect.right * across), ceil(rect.bottom * down))
