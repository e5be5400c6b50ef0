"""The token child: counts tokens, so that the front imports no tokenizer."""

from __future__ import annotations

import queue
from collections.abc import Callable

from void_studio.core import StudioError
from void_studio.engine.void.tokens import token_counter
from void_studio.worker.child_link import Link
from void_studio.worker.faults import error_fields
from void_studio.worker.pipes import Message

__all__ = ["count_tokens"]


def count_tokens(link: Link) -> None:
    """Answer every message of texts with their counts, until the front closes the pipe."""
    questions: queue.SimpleQueue[Message] = queue.SimpleQueue()
    link.listen(questions.put)
    counter: Callable[[str], int] | None = None
    while True:
        texts = questions.get().fields["texts"]
        try:
            counter = counter or token_counter()
            link.send("counts", counts=[counter(text) for text in texts])
        except StudioError as error:
            link.send("failure", error=error_fields(error))
