"""A segmenter session whose segmenter runs on the worker and whose frames stay here."""

from __future__ import annotations

import queue
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress

import grpc
import numpy as np

from void_studio.assist import Direction, FrameSource, Prompt, Proposal
from void_studio.core import BadInput, FrameRange, StudioError, UsageError, WorkerLost
from void_studio.media import pack_array, unpack_array
from void_studio.worker.faults import error_of_fields, error_of_rpc
from void_studio.worker.limits import FRAME_BLOB_BYTES
from void_studio.worker.parts import Assembly, parts_of
from void_studio.worker.proto.void_studio.v1 import assist_pb2
from void_studio.worker.streams import ReplyStream
from void_studio.worker.wire_assist import DIRECTIONS, prompt_message

__all__ = ["RemoteSession"]

_LONGEST = 1000
_Requests = Iterator[assist_pb2.SessionRequest]
_Replies = ReplyStream[assist_pb2.SessionResponse]


class RemoteSession:
    """A SegmenterSession over one two-way stream; used by one thread.

    `begin` starts the stream. The worker asks for frames while it carries out an order, and
    `source` is called for them on the thread that gave the order.
    """

    def __init__(
        self,
        begin: Callable[[_Requests], _Replies],
        address: str,
        segmenter_id: str,
        source: FrameSource,
        frames: FrameRange,
    ) -> None:
        self._address = address
        self._source = source
        self._requests: queue.SimpleQueue[assist_pb2.SessionRequest | None] = queue.SimpleQueue()
        self._replies = begin(iter(self._requests.get, None))
        self._logits = Assembly(FRAME_BLOB_BYTES)
        self._source_error: StudioError | None = None
        self._closed = False
        opening = assist_pb2.OpenSession(
            segmenter=segmenter_id, start=frames.start, duration=frames.duration
        )
        self._say(assist_pb2.SessionRequest(open=opening))
        try:
            self._answer()
        except BaseException:
            self.close()
            raise

    def prompt(self, prompts: Sequence[Prompt]) -> Proposal:
        """The matte of one frame from all prompts on it, which replace earlier ones there."""
        messages = [prompt_message(prompt) for prompt in prompts]
        self._say(assist_pb2.SessionRequest(prompts=assist_pb2.Prompts(prompts=messages)))
        proposal = self._answer()
        if proposal is None:
            raise BadInput("the worker gave no proposal", where=self._address)
        return proposal

    def propagate(
        self, frames: FrameRange, direction: Direction, *, cancelled: Callable[[], bool]
    ) -> Iterator[Proposal]:
        """Follow the object through `frames`; stops early when `cancelled()` or not read on."""
        order = assist_pb2.Propagate(
            start=frames.start, duration=frames.duration, direction=DIRECTIONS[direction]
        )
        self._say(assist_pb2.SessionRequest(propagate=order))
        running = True
        try:
            while (proposal := self._answer()) is not None and not cancelled():
                yield proposal
            running = proposal is not None
        except StudioError:
            running = False
            raise
        finally:
            if running and not self._closed:
                self._stop()

    def close(self) -> None:
        """End the session on the worker. Idempotent."""
        if not self._closed:
            self._closed = True
            self._requests.put(None)
            self._replies.cancel()

    def _say(self, request: assist_pb2.SessionRequest) -> None:
        if self._closed:
            raise UsageError("the segmenter session is closed")
        self._requests.put(request)

    def _stop(self) -> None:
        self._say(assist_pb2.SessionRequest(stop=assist_pb2.Stop()))
        with suppress(StudioError):
            while self._answer() is not None:
                pass

    def _answer(self) -> Proposal | None:
        """The next proposal; None when the opening or a propagation is over.

        Frames that the worker needs before are sent. Raises what the worker says went wrong, or
        what `source` raised.
        """
        while True:
            reply = self._read()
            match reply.WhichOneof("message"):
                case "need_frame":
                    self._send_frame(reply.need_frame.frame)
                case "proposal":
                    proposal = self._proposal(reply.proposal)
                    if proposal is not None:
                        return proposal
                case "failure":
                    raise self._failure(reply.failure)
                case _:
                    return None

    def _read(self) -> assist_pb2.SessionResponse:
        try:
            reply = next(self._replies, None)
        except grpc.RpcError as error:
            raise error_of_rpc(error, self._address) from error
        if reply is None:
            raise WorkerLost("the segmenter session has ended", where=self._address)
        return reply

    def _send_frame(self, number: int) -> None:
        try:
            blob = pack_array(self._source(number))
        except StudioError as error:
            self._source_error = error
            self._say_frame(assist_pb2.Frame(frame=number, missing=error.line()[:_LONGEST]))
            return
        except BaseException:
            self.close()
            raise
        for part in parts_of(blob):
            self._say_frame(assist_pb2.Frame(frame=number, size_bytes=len(blob), data=part))

    def _say_frame(self, frame: assist_pb2.Frame) -> None:
        self._say(assist_pb2.SessionRequest(frame=frame))

    def _proposal(self, message: assist_pb2.Proposal) -> Proposal | None:
        whole = self._logits.add(message.size_bytes, message.data)
        if whole is None:
            return None
        logits = unpack_array(whole)
        if logits.dtype != np.int8 or logits.ndim != 2:
            raise BadInput(f"logits are {logits.shape} {logits.dtype}", where=self._address)
        return Proposal(message.frame, logits, message.score, message.model)

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
