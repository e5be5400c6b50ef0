"""Segmenter sessions: protobuf messages to pipe messages, and back."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from void_studio.assist import Box, Click, Direction, MattePrompt, Prompt
from void_studio.core import BadInput
from void_studio.media import pack_array
from void_studio.worker.limits import NAME_CHARS, NOTE_CHARS, SESSION_FRAMES, SESSION_PROMPTS
from void_studio.worker.parts import Assembly, parts_of
from void_studio.worker.pipes import Message
from void_studio.worker.proto.void_studio.v1 import assist_pb2

__all__ = ["DIRECTIONS", "order_of", "prompt_message", "responses_of"]

DIRECTIONS = {
    Direction.FORWARD: assist_pb2.DIRECTION_FORWARD,
    Direction.BACKWARD: assist_pb2.DIRECTION_BACKWARD,
    Direction.BOTH: assist_pb2.DIRECTION_BOTH,
}
_DIRECTIONS_BACK = {number: direction for direction, number in DIRECTIONS.items()}
_COORDINATE = 1 << 20


def prompt_message(prompt: Prompt) -> assist_pb2.Prompt:
    """A prompt to send."""
    message = assist_pb2.Prompt(frame=prompt.frame)
    match prompt:
        case Click(_, x, y, positive):
            message.click.MergeFrom(assist_pb2.Click(x=x, y=y, positive=positive))
        case Box(_, rect):
            message.box.MergeFrom(
                assist_pb2.Box(x=rect.x, y=rect.y, width=rect.width, height=rect.height)
            )
        case MattePrompt(_, matte):
            message.matte = pack_array(matte.astype("u1"))
    return message


def order_of(request: assist_pb2.SessionRequest, frame: Assembly) -> Message | None:
    """What a request tells the child; None for a part of a frame that is not its last.

    Raises BadInput for what is malformed or beyond the limits.
    """
    match request.WhichOneof("message"):
        case "open":
            return _open(request.open)
        case "frame":
            return _frame(request.frame, frame)
        case "prompts":
            return _prompts(request.prompts)
        case "propagate":
            return _propagate(request.propagate)
        case "stop":
            return Message("stop", {})
        case "prefetch":
            if len(request.prefetch.frames) > SESSION_PROMPTS:
                raise BadInput("a prefetch is beyond the limits")
            return Message("prefetch", {"frames": list(request.prefetch.frames)})
        case "forget":
            forget = request.forget
            return Message("forget", {"frame": forget.frame, "layer": forget.layer})
    raise BadInput("a session message is empty, or of another release")


def responses_of(message: Message) -> Iterator[assist_pb2.SessionResponse]:
    """What the child said, for the studio."""
    fields = message.fields
    match message.name:
        case "opened":
            yield assist_pb2.SessionResponse(opened=assist_pb2.Opened())
        case "need_frame":
            need = assist_pb2.NeedFrame(frame=fields["frame"])
            yield assist_pb2.SessionResponse(need_frame=need)
        case "proposal":
            for part in parts_of(message.data):
                proposal = assist_pb2.Proposal(size_bytes=len(message.data), data=part, **fields)
                yield assist_pb2.SessionResponse(proposal=proposal)
        case "note":
            note = assist_pb2.Note(text=fields["text"][:NOTE_CHARS])
            yield assist_pb2.SessionResponse(note=note)
        case "done":
            yield assist_pb2.SessionResponse(done=assist_pb2.Done())
        case "failure":
            failure = assist_pb2.SessionFailure(**fields["error"])
            yield assist_pb2.SessionResponse(failure=failure)


def _open(request: assist_pb2.OpenSession) -> Message:
    if len(request.segmenter) > NAME_CHARS or not 0 < request.duration <= SESSION_FRAMES:
        raise BadInput("a session is malformed or beyond the limits")
    return Message(
        "open",
        {
            "segmenter": request.segmenter,
            "start": request.start,
            "duration": request.duration,
        },
    )


def _frame(request: assist_pb2.Frame, frame: Assembly) -> Message | None:
    whole = b"" if request.missing else frame.add(request.size_bytes, request.data)
    if whole is None:
        return None
    return Message("frame", {"frame": request.frame, "missing": request.missing}, whole)


def _prompts(request: assist_pb2.Prompts) -> Message:
    if len(request.prompts) > SESSION_PROMPTS:
        raise BadInput(f"{len(request.prompts)} prompts at once", hint=f"send {SESSION_PROMPTS}")
    values = [_prompt_value(prompt) for prompt in request.prompts]
    mattes = [prompt.matte for prompt in request.prompts if prompt.WhichOneof("kind") == "matte"]
    fields = {"prompts": values, "layer": request.layer}
    return Message("prompts", fields, b"".join(mattes))


def _prompt_value(prompt: assist_pb2.Prompt) -> dict[str, Any]:
    value: dict[str, Any] = {"frame": prompt.frame, "kind": prompt.WhichOneof("kind")}
    match value["kind"]:
        case "click":
            click = prompt.click
            _check_coordinates(click.x, click.y)
            value |= {"x": click.x, "y": click.y, "positive": click.positive}
        case "box":
            box = prompt.box
            value["rect"] = (box.x, box.y, box.width, box.height)
            _check_coordinates(*value["rect"])
        case "matte":
            value["size"] = len(prompt.matte)
        case _:
            raise BadInput("a prompt is empty, or of another release")
    return value


def _check_coordinates(*numbers: float) -> None:
    if not all(abs(number) <= _COORDINATE for number in numbers):
        raise BadInput(f"a prompt at {numbers} is beyond the limits")


def _propagate(request: assist_pb2.Propagate) -> Message:
    if (
        request.direction not in _DIRECTIONS_BACK
        or request.duration > SESSION_FRAMES
        or len(request.layers) > SESSION_PROMPTS
    ):
        raise BadInput("a propagation is malformed or beyond the limits")
    return Message(
        "propagate",
        {
            "start": request.start,
            "duration": request.duration,
            "direction": _DIRECTIONS_BACK[request.direction].value,
            "layers": list(request.layers),
        },
    )
