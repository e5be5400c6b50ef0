"""Asking: earlier answers by content, one retry for a malformed one."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from affected_by_vlm.answers import LARGEST_ANSWER_BYTES, parsed
from affected_by_vlm.wire import TooMuch
from void_studio.api import (
    Answer,
    BadInput,
    Cancelled,
    JobFailed,
    NotPresent,
    Question,
    Sending,
    StudioError,
    digest_bytes,
    read_limited,
    write_whole,
)

__all__ = ["answered"]

_ATTEMPTS = 2


def answered(
    ask: Callable[[], str],
    question: Question,
    sending: Sending,
    *,
    model: str,
    service: str,
    cache: Path | None,
    cancelled: Callable[[], bool],
) -> Answer:
    """The cached answer to exactly this, or what `ask` returns, asked twice at the most.

    Only answers that satisfy the schema are kept in `cache`.
    """
    file = cache / f"{_digest(sending, model, service)}.json" if cache is not None else None
    earlier = _earlier(file, question, model)
    if earlier is not None:
        return earlier
    answer = _asked(ask, question, model, service, cancelled)
    if file is not None:
        write_whole(file, answer.text.encode())
    return answer


def _digest(sending: Sending, model: str, service: str) -> str:
    pictures = [digest_bytes(picture.jpeg) for picture in sending.pictures]
    return digest_bytes(json.dumps([service, model, sending.text, pictures]).encode())


def _earlier(file: Path | None, question: Question, model: str) -> Answer | None:
    """None when there is none, or when the file is no answer: then it is asked for again."""
    if file is None:
        return None
    try:
        text = read_limited(file, LARGEST_ANSWER_BYTES).decode()
        return parsed(text, question, model=model)
    except (NotPresent, BadInput, UnicodeDecodeError):
        return None


def _asked(
    ask: Callable[[], str],
    question: Question,
    model: str,
    service: str,
    cancelled: Callable[[], bool],
) -> Answer:
    fault: StudioError = JobFailed("nothing was asked", where=service)
    for _ in range(_ATTEMPTS):
        if cancelled():
            raise Cancelled("cancelled")
        try:
            return parsed(ask(), question, model=model)
        except BadInput as error:
            fault = error
        except TooMuch as error:
            raise JobFailed(str(error), where=service) from error
    raise BadInput(
        f"asked {_ATTEMPTS} times: {fault.what}", where=service, hint="try another model"
    ) from fault
