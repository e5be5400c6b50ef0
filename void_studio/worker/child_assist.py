"""The assist child: one segmenter session, whose frames are pulled from the studio."""

from __future__ import annotations

import logging
import queue
import threading
from collections import OrderedDict
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
        self._session: SegmenterSession | None = None

    def serve(self) -> None:
        self._link.listen(self._on_message)
        while True:
            order = self._orders.get()
            try:
                self._carry_out(order)
            except StudioError as error:
                self._fail(error)
            except Exception as error:  # noqa: BLE001  a job loop: segmenters are others' code
                _log.exception("order %s failed", order.name)
                self._fail(JobFailed(f"the segmenter failed ({type(error).__name__}: {error})"))

    def _on_message(self, message: Message) -> None:
        if message.name == "frame":
            self._frames.put(message)
        elif message.name == "stop":
            self._stopped.set()
        else:
            if message.name == "propagate":
                self._stopped.clear()
            self._orders.put(message)

    def _fail(self, error: StudioError) -> None:
        self._link.send("failure", error=error_fields(error))

    def _carry_out(self, order: Message) -> None:
        if order.name == "open":
            self._open(order.fields)
        elif self._session is None:
            raise BadInput("no session was opened")
        elif order.name == "prompts":
            self._send(self._session.prompt(_prompts_of(order)))
        else:
            for proposal in self._propagate(self._session, order.fields):
                self._send(proposal)
            self._link.send("done")

    def _open(self, fields: dict[str, Any]) -> None:
        segmenter: Segmenter = new_registry().load(Kind.SEGMENTER, fields["segmenter"])
        frames = FrameRange(fields["start"], fields["duration"])
        self._session = segmenter.open(self._frame, frames)
        self._link.send("opened")

    def _propagate(self, session: SegmenterSession, fields: dict[str, Any]) -> Iterator[Proposal]:
        return session.propagate(
            FrameRange(fields["start"], fields["duration"]),
            Direction(fields["direction"]),
            cancelled=self._stopped.is_set,
        )

    def _send(self, proposal: Proposal) -> None:
        self._link.send(
            "proposal",
            pack_array(proposal.logits),
            frame=proposal.frame,
            score=proposal.score,
            model=proposal.model,
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
