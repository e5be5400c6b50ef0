"""A segmenter session whose segmenter runs on the worker and whose frames stay here."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress

import numpy as np

from void_studio.assist import Direction, FrameSource, Prompt, Proposal, Say, silent
from void_studio.core import BadInput, FrameRange, StudioError
from void_studio.media import pack_array, unpack_array
from void_studio.worker.faults import error_of_fields
from void_studio.worker.limits import FRAME_BLOB_BYTES
from void_studio.worker.parts import Assembly, parts_of
from void_studio.worker.proto.void_studio.v1 import assist_pb2
from void_studio.worker.session_link import Begin, SessionLink
from void_studio.worker.wire_assist import DIRECTIONS, prompt_message

__all__ = ["RemoteSession"]

_LONGEST = 1000
_Request = assist_pb2.SessionRequest


class RemoteSession:
    """A SegmenterSession over one two-way stream, which may break and be made again.

    Used by one thread, but for `prefetch`, which any may call. The worker asks for frames when it
    needs them; `source` is called for them on a thread of the session.
    """

    def __init__(
        self,
        begin: Begin,
        address: str,
        segmenter_id: str,
        source: FrameSource,
        frames: FrameRange,
        *,
        say: Say = silent,
        patience_s: float = 10.0,
    ) -> None:
        self._address = address
        self._source = source
        self._say = say
        self._logits = Assembly(FRAME_BLOB_BYTES)
        self._source_error: StudioError | None = None
        self._reading = ThreadPoolExecutor(1, "session frames")
        self._link = SessionLink(begin, address, patience_s, self._need)
        opening = assist_pb2.OpenSession(
            segmenter=segmenter_id, start=frames.start, duration=frames.duration, resumable=True
        )
        self._link.start(_Request(open=opening))
        try:
            self._answer()
        except BaseException:
            self.close()
            raise

    def prompt(self, prompts: Sequence[Prompt], *, layer: int = 0) -> Proposal:
        """The matte of one frame from all prompts on it (contract of SegmenterSession)."""
        messages = [prompt_message(prompt) for prompt in prompts]
        self._order(_Request(prompts=assist_pb2.Prompts(prompts=messages, layer=layer)))
        proposal = self._answer()
        if proposal is None:
            raise BadInput("the worker gave no proposal", where=self._address)
        return proposal

    def forget(self, frame: int, *, layer: int = 0) -> None:
        """Take back the prompts of a layer on a frame; harmless where there are none."""
        self._order(_Request(forget=assist_pb2.Forget(frame=frame, layer=layer)))

    def propagate(
        self,
        frames: FrameRange,
        direction: Direction,
        *,
        layers: Sequence[int] = (),
        cancelled: Callable[[], bool],
    ) -> Iterator[Proposal]:
        """Follow the objects through `frames`; stops early when `cancelled()` or not read on."""
        order = assist_pb2.Propagate(
            start=frames.start,
            duration=frames.duration,
            direction=DIRECTIONS[direction],
            layers=layers,
        )
        self._order(_Request(propagate=order))
        running = True
        try:
            while (proposal := self._answer()) is not None and not cancelled():
                yield proposal
            running = proposal is not None
        except StudioError:
            running = False
            raise
        finally:
            if running:
                self._stop()

    def prefetch(self, frame: int) -> None:
        """Have a frame and those beside it made ready, in place of those asked for before.

        Returns at once.
        """
        if self._link.resumable:
            near = assist_pb2.Prefetch(frames=[frame, frame + 1, frame - 1])
            self._link.send(_Request(prefetch=near))

    def close(self) -> None:
        """End the session on the worker. Idempotent."""
        self._link.close()
        self._reading.shutdown(cancel_futures=True)

    def _order(self, request: _Request) -> None:
        self._source_error = None
        self._link.send(request)

    def _stop(self) -> None:
        with suppress(StudioError):
            self._link.send(_Request(stop=assist_pb2.Stop()))
            while self._answer() is not None:
                pass

    def _answer(self) -> Proposal | None:
        """The next proposal; None when the opening or a propagation is over.

        Raises what the worker says went wrong, or what `source` raised.
        """
        while True:
            reply = self._link.receive()
            match reply.WhichOneof("message"):
                case "note":
                    self._say(reply.note.text)
                case "proposal":
                    proposal = self._proposal(reply.proposal)
                    if proposal is not None:
                        return proposal
                case "failure":
                    raise self._failure(reply.failure)
                case _:
                    return None

    def _need(self, number: int) -> None:
        with suppress(RuntimeError):  # the session has just been closed
            self._reading.submit(self._send_frame, number).add_done_callback(self._sent)

    def _sent(self, sending: Future[None]) -> None:
        if not sending.cancelled() and (fault := sending.exception()) is not None:
            self._link.break_with(fault)

    def _send_frame(self, number: int) -> None:
        try:
            blob = pack_array(self._source(number))
        except StudioError as error:
            self._source_error = error
            self._say_frame(assist_pb2.Frame(frame=number, missing=error.line()[:_LONGEST]))
            return
        for part in parts_of(blob):
            self._say_frame(assist_pb2.Frame(frame=number, size_bytes=len(blob), data=part))

    def _say_frame(self, frame: assist_pb2.Frame) -> None:
        with suppress(StudioError):  # the session was closed, whose end is told to its user
            self._link.send(_Request(frame=frame))

    def _proposal(self, message: assist_pb2.Proposal) -> Proposal | None:
        whole = self._logits.add(message.size_bytes, message.data)
        if whole is None:
            return None
        logits = unpack_array(whole)
        if logits.dtype != np.int8 or logits.ndim != 2:
            raise BadInput(f"logits are {logits.shape} {logits.dtype}", where=self._address)
        return Proposal(message.frame, logits, message.score, message.model, message.layer)

    def _failure(self, message: assist_pb2.SessionFailure) -> StudioError:
        error, self._source_error = self._source_error, None
        return error or error_of_fields(
            {
                "kind": message.kind,
                "what": message.what,
                "where": message.where,
                "hint": message.hint,
            }
        )
