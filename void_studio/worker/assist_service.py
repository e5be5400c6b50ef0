"""AssistService: passes a session's messages on between the studio and an assist child."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import grpc

from void_studio.core import BadInput, NotPresent
from void_studio.worker.assist_session import AssistSession
from void_studio.worker.border import Places
from void_studio.worker.faults import QueueFull
from void_studio.worker.limits import ASSIST_SESSIONS
from void_studio.worker.proto.void_studio.v1 import assist_pb2, assist_pb2_grpc

__all__ = ["AssistService"]

_AWAY_S = 60.0
_Requests = Iterator[assist_pb2.SessionRequest]


class AssistService(assist_pb2_grpc.AssistServiceServicer):
    """One assist child per open session. A session without a sign of life for `idle_s` ends."""

    def __init__(self, logs: Path, idle_s: float) -> None:
        self._log = logs / "assist.log"
        self._idle_s = idle_s
        self._calls = Places(2 * ASSIST_SESSIONS, "calls for segmenter sessions")
        self._lock = threading.Lock()
        self._sessions: dict[str, AssistSession] = {}
        self._ended: dict[str, AssistSession] = {}
        self._stopping = threading.Event()
        threading.Thread(target=self._watch, name="assist watch", daemon=True).start()

    def open_sessions(self) -> int:
        """How many sessions are open, with a link or without."""
        with self._lock:
            return len(self._sessions)

    def close(self) -> None:
        """End every session."""
        self._stopping.set()
        with self._lock:
            sessions = list(self._sessions.values())
        for session in sessions:
            session.end()

    def Session(  # noqa: N802  named by the protocol
        self,
        request_iterator: _Requests,
        context: grpc.ServicerContext,
    ) -> Iterator[assist_pb2.SessionResponse]:
        """A session over this call, until it ends or the link is lost."""
        self._calls.take(context)
        first = next(_until_lost(request_iterator), None)
        if first is None:
            return
        session = self._session_for(first)
        link = object()
        session.attach(link)
        if not context.add_callback(lambda: session.detach(link)):
            session.detach(link)
            return
        _Intake(session, link, first, request_iterator).start()
        yield from session.replies(link, first.received)

    def _session_for(self, first: assist_pb2.SessionRequest) -> AssistSession:
        match first.WhichOneof("message"):
            case "open":
                return self._new()
            case "resume":
                return self._known(first.resume.session_id)
        raise BadInput("no session was opened")

    def _new(self) -> AssistSession:
        with self._lock:
            if len(self._sessions) >= ASSIST_SESSIONS:
                self._make_room()
            session = AssistSession(self._log, self._gone)
            self._sessions[session.id] = session
            return session

    def _make_room(self) -> None:
        """End the session whose studio has been away the longest. Raises QueueFull when none is."""
        away = [s for s in self._sessions.values() if not s.attached and s.idle_s() > _AWAY_S]
        if not away:
            raise QueueFull(f"the worker has {ASSIST_SESSIONS} segmenter sessions already")
        longest = max(away, key=AssistSession.idle_s)
        del self._sessions[longest.id]
        longest.end(NotPresent("the segmenter session made room for another"))

    def _known(self, id_: str) -> AssistSession:
        with self._lock:
            session = self._sessions.get(id_) or self._ended.get(id_)
        if session is None:
            raise NotPresent("the segmenter session has ended", hint="open it again")
        return session

    def _gone(self, session: AssistSession) -> None:
        """One that ended by itself is kept a while: its studio may come back for the reason."""
        with self._lock:
            self._sessions.pop(session.id, None)
            self._ended[session.id] = session

    def _watch(self) -> None:
        while not self._stopping.wait(min(self._idle_s / 4, 5.0)):
            with self._lock:
                idle = [s for s in self._sessions.values() if s.idle_s() > self._idle_s]
                gone = [id_ for id_, s in self._ended.items() if s.idle_s() > self._idle_s]
                for id_ in gone:
                    del self._ended[id_]
            for session in idle:
                session.end(NotPresent("the segmenter session was idle for long and has ended"))


class _Intake(threading.Thread):
    """Passes on what the studio says over one call, and ends with it."""

    def __init__(
        self,
        session: AssistSession,
        link: object,
        first: assist_pb2.SessionRequest,
        requests: _Requests,
    ) -> None:
        super().__init__(name="assist intake", daemon=True)
        self._session = session
        self._link = link
        self._first = first
        self._requests = requests

    def run(self) -> None:
        """Pass on until the studio closes its side, the link breaks, or it sends nonsense."""
        try:
            if not self._first.HasField("resume"):
                self._session.take(self._first)
            for request in _until_lost(self._requests):
                self._session.take(request)
        except BadInput as error:
            self._session.end(error)
        else:
            self._session.detach(self._link)


def _until_lost(requests: _Requests) -> _Requests:
    """Requests until there are no more, or the link is lost."""
    try:
        yield from requests
    except grpc.RpcError:
        return
