"""The assist child: one segmenter session, whose frames are pulled from the studio."""

from __future__ import annotations

import logging
import queue
import threading
from collections import OrderedDict, deque
from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt

from void_studio.api import Kind, Segmenter, SegmenterSession, new_registry
from void_studio.assist import Box, Click, Direction, MattePrompt, Prompt, Proposal
from void_studio.core import (
    BadInput,
    FrameRange,
    JobFailed,
    NotPresent,
    Rect,
    StudioError,
)
from void_studio.media import pack_array, unpack_array
from void_studio.worker.child_link import Link
from void_studio.worker.faults import error_fields
from void_studio.worker.pipes import Message

__all__ = ["assist"]

_log = logging.getLogger(__name__)
_KEPT_BYTES = 1 << 27
_UNANSWERED = ("forget", "prefetch", "make ready")


def assist(link: Link) -> None:
    """Carry out the orders of one session, until the front closes the pipe."""
    _Assist(link).serve()


class _Assist:
    """Orders are carried out on the main thread; frames and `stop` arrive on the pipe's."""

    def __init__(self, link: Link) -> None:
        self._link = link
        self._orders: queue.SimpleQueue[Message] = queue.SimpleQueue()
        self._frames: queue.SimpleQueue[Message] = queue.SimpleQueue()
        self._stopped = threading.Event()
        self._kept: OrderedDict[int, npt.NDArray[np.uint8]] = OrderedDict()
        self._wanted: deque[int] = deque()
        self._session: SegmenterSession | None = None

    def serve(self) -> None:
        self._link.listen(self._on_message)
        while True:
            order = self._next()
            try:
                self._carry_out(order)
            except StudioError as error:
                self._fail(order, error)
            except Exception as error:  # noqa: BLE001  a job loop: segmenters are others' code
                _log.exception("order %s failed", order.name)
                what = f"the segmenter failed ({type(error).__name__}: {error})"
                self._fail(order, JobFailed(what))

    def _next(self) -> Message:
        """The next order; while there is none, the next frame to be made ready."""
        if self._wanted and self._orders.empty():
            return Message("make ready", {"frame": self._wanted.popleft()})
        return self._orders.get()

    def _on_message(self, message: Message) -> None:
        if message.name == "frame":
            self._frames.put(message)
        elif message.name == "stop":
            self._stopped.set()
        else:
            if message.name == "propagate":
                self._stopped.clear()
            self._orders.put(message)

    def _fail(self, order: Message, error: StudioError) -> None:
        if order.name in _UNANSWERED:
            _log.warning("%s: %s", order.name, error.line())
        else:
            self._link.send("failure", error=error_fields(error))

    def _carry_out(self, order: Message) -> None:
        fields, session = order.fields, self._session
        if order.name == "open":
            self._open(fields)
        elif session is None:
            raise BadInput("no session was opened")
        elif order.name == "prompts":
            self._send(session.prompt(_prompts_of(order), layer=fields["layer"]))
        elif order.name == "forget":
            session.forget(fields["frame"], layer=fields["layer"])
        elif order.name == "prefetch":
            self._wanted = deque(fields["frames"])
        elif order.name == "make ready":
            session.prefetch(fields["frame"])
        else:
            for proposal in self._propagate(session, fields):
                self._send(proposal)
            self._link.send("done")

    def _open(self, fields: dict[str, Any]) -> None:
        segmenter: Segmenter = new_registry().load(Kind.SEGMENTER, fields["segmenter"])
        frames = FrameRange(fields["start"], fields["duration"])
        self._session = segmenter.open(self._frame, frames, say=self._say)
        self._link.send("opened")

    def _say(self, text: str) -> None:
        self._link.send("note", text=text)

    def _propagate(self, session: SegmenterSession, fields: dict[str, Any]) -> Iterator[Proposal]:
        return session.propagate(
            FrameRange(fields["start"], fields["duration"]),
            Direction(fields["direction"]),
            layers=fields["layers"],
            cancelled=self._stopped.is_set,
        )

    def _send(self, proposal: Proposal) -> None:
        self._link.send(
            "proposal",
            pack_array(proposal.logits),
            frame=proposal.frame,
            score=proposal.score,
            model=proposal.model,
            layer=proposal.layer,
        )

    def _frame(self, number: int) -> npt.NDArray[np.uint8]:
        """Frame `number` from the studio, or one of the last that it sent."""
        if number not in self._kept:
            self._kept[number] = self._pulled(number)
            while sum(frame.nbytes for frame in self._kept.values()) > _KEPT_BYTES:
                if len(self._kept) == 1:
                    break
                self._kept.popitem(last=False)
        self._kept.move_to_end(number)
        return self._kept[number]

    def _pulled(self, number: int) -> npt.NDArray[np.uint8]:
        self._link.send("need_frame", frame=number)
        answer = self._frames.get()
        if answer.fields["missing"]:
            raise NotPresent(f"frame {number} is not there: {answer.fields['missing']}")
        frame = unpack_array(answer.data)
        if answer.fields["frame"] != number or frame.dtype != np.uint8 or frame.shape[2:] != (3,):
            raise BadInput(f"frame {number} is {frame.shape} {frame.dtype}, not RGB uint8")
        return frame


def _prompts_of(order: Message) -> list[Prompt]:
    data = memoryview(order.data)
    prompts: list[Prompt] = []
    for fields in order.fields["prompts"]:
        frame = fields["frame"]
        if fields["kind"] == "click":
            prompts.append(Click(frame, fields["x"], fields["y"], fields["positive"]))
        elif fields["kind"] == "box":
            prompts.append(Box(frame, Rect(*fields["rect"])))
        else:
            size = fields["size"]
            prompts.append(MattePrompt(frame, unpack_array(bytes(data[:size])) > 0))
            data = data[size:]
    return prompts
