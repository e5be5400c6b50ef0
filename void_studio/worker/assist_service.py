"""AssistService: passes a session's messages on between the studio and an assist child."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import grpc

from void_studio.core import BadInput, JobFailed
from void_studio.worker.border import Places
from void_studio.worker.children import Child
from void_studio.worker.limits import ASSIST_SESSIONS, FRAME_BLOB_BYTES
from void_studio.worker.parts import Assembly
from void_studio.worker.pipes import Message
from void_studio.worker.proto.void_studio.v1 import assist_pb2, assist_pb2_grpc
from void_studio.worker.wire_assist import order_of, responses_of

__all__ = ["AssistService"]


class AssistService(assist_pb2_grpc.AssistServiceServicer):
    """One assist child per open session."""

    def __init__(self, logs: Path) -> None:
        self._log = logs / "assist.log"
        self._places = Places(ASSIST_SESSIONS, "segmenter sessions")

    def Session(  # noqa: N802  named by the protocol
        self,
        request_iterator: Iterator[assist_pb2.SessionRequest],
        context: grpc.ServicerContext,
    ) -> Iterator[assist_pb2.SessionResponse]:
        """One session, until the studio closes its side."""
        self._places.take(context)
        with Child(["assist"], self._log) as child:
            if not context.add_callback(child.kill):
                return
            intake = _Intake(child, request_iterator)
            intake.start()
            try:
                while (message := child.receive()) is not None:
                    yield from responses_of(message)
            finally:
                child.kill()
            if intake.fault is not None:
                raise intake.fault
            if not intake.ended and context.is_active():
                raise JobFailed(
                    f"the segmenter's process {child.ending()}",
                    where=self._log,
                    hint="open the session again",
                )


class _Intake(threading.Thread):
    """Passes on what the studio says; ends with the call, and then lets the child end."""

    def __init__(self, child: Child, requests: Iterator[assist_pb2.SessionRequest]) -> None:
        super().__init__(name="assist intake", daemon=True)
        self._child = child
        self._requests = requests
        self.fault: BadInput | None = None
        self.ended = False

    def run(self) -> None:
        """Pass on until the studio closes its side, the link breaks, or it sends nonsense."""
        frame = Assembly(FRAME_BLOB_BYTES)
        try:
            for request in self._requests:
                order = order_of(request, frame)
                if order is not None:
                    self._pass_on(order)
            self.ended = True
        except BadInput as error:
            self.fault = error
        except grpc.RpcError:
            self.ended = True
        finally:
            self._child.kill()

    def _pass_on(self, order: Message) -> None:
        self._child.send(order.name, order.data, **order.fields)
