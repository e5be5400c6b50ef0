"""A segmenter session in the front: its child, and what is on its way to the studio."""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from void_studio.core import BadInput, JobFailed, StudioError
from void_studio.worker.children import Child
from void_studio.worker.limits import FRAME_BLOB_BYTES
from void_studio.worker.outbox import Outbox
from void_studio.worker.parts import Assembly
from void_studio.worker.proto.void_studio.v1 import assist_pb2
from void_studio.worker.wire_assist import order_of, responses_of

__all__ = ["AssistSession"]

_UNREAD_BYTES = 1 << 25
_LOOK_S = 1.0


class AssistSession:
    """One assist child and the link to its studio, which may be lost and found again.

    While nobody reads, the child goes on until 32 MiB of answers wait. Any thread may call.
    """

    def __init__(self, log: Path, on_end: Callable[[AssistSession], None]) -> None:
        self.id = secrets.token_urlsafe(24)
        self._log = log
        self._on_end = on_end
        self._child = Child(["assist"], log)
        self._outbox: Outbox[assist_pb2.SessionResponse] = Outbox(_UNREAD_BYTES)
        self._frame = Assembly(FRAME_BLOB_BYTES)
        self._resumable = self._keeps = False
        self._received = 0
        self._heard_s = time.monotonic()
        self._link: object = None
        self._ended = False
        self._fault: StudioError | None = None
        threading.Thread(target=self._relay, name="assist relay", daemon=True).start()

    def idle_s(self) -> float:
        """Seconds since anything was heard of the studio or the child."""
        return time.monotonic() - self._heard_s

    @property
    def attached(self) -> bool:
        """Whether the studio has a link to it."""
        return self._link is not None

    def attach(self, link: object) -> None:
        """Speak over `link` from now on, and over no other."""
        self._heard_s = time.monotonic()
        self._link = link
        self._outbox.wake()

    def detach(self, link: object) -> None:
        """The link is lost. A session that can not be resumed, or never opened, ends with it."""
        if self._link is link:
            self._link = None
            if not self._keeps:
                self.end()
        self._outbox.wake()

    def take(self, request: assist_pb2.SessionRequest) -> None:
        """Carry out a request, unless it has come before. Raises BadInput for nonsense."""
        self._heard_s = time.monotonic()
        self._outbox.acknowledge(request.received)
        kind = request.WhichOneof("message")
        if kind == "open":
            self._resumable = request.open.resumable
        if self._resumable and kind != "nothing":
            if request.seq <= self._received:
                return
            if request.seq != self._received + 1:
                raise BadInput(f"request {request.seq} came after {self._received}")
            self._received = request.seq
        if kind == "close":
            self.end()
        elif kind != "nothing":
            order = order_of(request, self._frame)
            if order is not None:
                self._child.send(order.name, order.data, **order.fields)

    def replies(self, link: object, received: int) -> Iterator[assist_pb2.SessionResponse]:
        """What the studio has not got, as long as `link` is the one in use.

        Raises what ended the session, once all of it has been sent.
        """
        self._outbox.acknowledge(received)
        sent = received
        while self._link is link and not self._outbox.drained(sent):
            response = self._outbox.after(sent, _LOOK_S)
            if response is None:
                continue
            sent = response.seq
            response.received = self._received
            yield response
            if not self._resumable:
                self._outbox.acknowledge(sent)
        if self._link is link and self._fault is not None:
            raise self._fault

    def end(self, fault: StudioError | None = None) -> None:
        """End the child. Idempotent; the first fault is what the studio is told."""
        if not self._ended:
            self._ended = True
            self._fault = fault
            self._child.kill()

    def _relay(self) -> None:
        with self._child as child:
            while (message := child.receive()) is not None:
                self._heard_s = time.monotonic()
                for response in responses_of(message):
                    if response.HasField("opened") and self._resumable:
                        response.opened.session_id = self.id
                        self._keeps = True
                    self._outbox.put(response)
            if not self._ended:
                self.end(
                    JobFailed(
                        f"the segmenter's process {child.ending()}",
                        where=self._log,
                        hint="open the session again",
                    )
                )
        self._on_end(self)
        self._outbox.close()
