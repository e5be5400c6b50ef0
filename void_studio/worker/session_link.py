"""The studio's end of a resumable two-way stream: messages arrive once and in order, or an error.

A broken link is made again for a while: what the worker has not got is sent again.
"""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Iterator

import grpc

from void_studio.core import StudioError, UsageError, WorkerLost
from void_studio.worker.faults import error_of_rpc
from void_studio.worker.outbox import Outbox
from void_studio.worker.proto.void_studio.v1 import assist_pb2
from void_studio.worker.streams import ReplyStream

__all__ = ["Begin", "SessionLink"]

Begin = Callable[[Iterator[assist_pb2.SessionRequest]], ReplyStream[assist_pb2.SessionResponse]]

_NO_LIMIT_BYTES = 1 << 62
_PAUSE_S = 0.2
_CLOSE_S = 5.0
_UNSAID = 4


class SessionLink:
    """Any thread may send; one receives. A thread of its own reads the stream.

    `on_need` is called on that thread with the number of a frame that the worker asks for; it must
    not wait. A worker of an older release has no resumable sessions: a broken link ends them.
    """

    def __init__(
        self, begin: Begin, address: str, patience_s: float, on_need: Callable[[int], None]
    ) -> None:
        self._begin = begin
        self._address = address
        self._patience_s = patience_s
        self._on_need = on_need
        self._outbox: Outbox[assist_pb2.SessionRequest] = Outbox(_NO_LIMIT_BYTES)
        self._inbox: queue.SimpleQueue[assist_pb2.SessionResponse | None] = queue.SimpleQueue()
        self._received = self._said = 0
        self._heard_s = time.monotonic()
        self._session_id = ""
        self._replies: ReplyStream[assist_pb2.SessionResponse] | None = None
        self._links = 0
        self._closed = False
        self._fault: BaseException | None = None
        self._thread = threading.Thread(target=self._run, name="session link", daemon=True)

    @property
    def resumable(self) -> bool:
        """Whether the worker keeps the session when the link breaks."""
        return bool(self._session_id)

    def start(self, opening: assist_pb2.SessionRequest) -> None:
        """Begin with the request that opens the session."""
        self._outbox.put(opening)
        self._thread.start()

    def send(self, request: assist_pb2.SessionRequest) -> None:
        """Send something. Raises what ended the session, UsageError when it was closed."""
        if self._closed or not self._outbox.put(request):
            if isinstance(self._fault, StudioError):
                raise self._fault
            raise UsageError("the segmenter session is closed")

    def receive(self) -> assist_pb2.SessionResponse:
        """The next response that is not about frames. Raises what ended the session."""
        response = self._inbox.get()
        if response is None:
            self._inbox.put(None)
            raise self._fault or WorkerLost("the segmenter session has ended", where=self._address)
        return response

    def break_with(self, fault: BaseException) -> None:
        """End the session; whoever receives is raised `fault`. Returns at once."""
        self._fault = self._fault or fault
        self._inbox.put(None)
        self._finish()

    def close(self) -> None:
        """End the session on the worker. Idempotent."""
        self._finish()
        self._thread.join(_CLOSE_S)
        if self._replies is not None:
            self._replies.cancel()

    def _finish(self) -> None:
        if self._closed:
            return
        self._closed = True
        if self.resumable:
            self._outbox.put(assist_pb2.SessionRequest(close=assist_pb2.Close()))
        elif self._replies is not None:
            self._replies.cancel()

    def _run(self) -> None:
        while self._follow():
            time.sleep(_PAUSE_S)
        self._closed = True
        self._outbox.close()
        self._inbox.put(None)

    def _follow(self) -> bool:
        """Read one link to its end; whether another should be made."""
        self._links += 1
        try:
            self._replies = self._begin(self._requests(self._links))
            for reply in self._replies:
                self._take(reply)
        except ValueError:  # what gRPC raises when the channel was closed
            self._fault = self._fault or WorkerLost("the link was closed", where=self._address)
        except grpc.RpcError as error:
            fault = error_of_rpc(error, self._address)
            if self._may_try_again(fault):
                return True
            self._fault = self._fault or fault
        return False

    def _may_try_again(self, fault: StudioError) -> bool:
        patient = time.monotonic() - self._heard_s < self._patience_s
        return isinstance(fault, WorkerLost) and self.resumable and patient and not self._closed

    def _take(self, reply: assist_pb2.SessionResponse) -> None:
        self._heard_s = time.monotonic()
        self._outbox.acknowledge(reply.received)
        if reply.seq:
            if reply.seq <= self._received:
                return
            self._received = reply.seq
        if reply.HasField("need_frame"):
            self._on_need(reply.need_frame.frame)
            return
        if reply.HasField("opened"):
            self._session_id = reply.opened.session_id
        self._inbox.put(reply)
        if self._received - self._said >= _UNSAID:
            self._outbox.wake()

    def _requests(self, link: int) -> Iterator[assist_pb2.SessionRequest]:
        """What one link sends: from the oldest request that the worker has not got."""
        if link > 1:
            resume = assist_pb2.Resume(session_id=self._session_id)
            yield assist_pb2.SessionRequest(resume=resume, received=self._received)
        sent = 0
        while self._links == link and not self._outbox.drained(sent):
            request = self._outbox.after(sent, _PAUSE_S)
            if request is not None:
                sent = request.seq
            elif self.resumable and self._received > self._said:
                request = assist_pb2.SessionRequest(nothing=assist_pb2.Received())
            else:
                continue
            self._said = request.received = self._received
            yield request
            if request.HasField("close"):
                return
