"""Tokens of prompts, counted by a child that stays for a while."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from pathlib import Path

from void_studio.core import BadInput, JobFailed
from void_studio.worker.children import Child
from void_studio.worker.faults import error_of_fields
from void_studio.worker.limits import PROMPT_CHARS

__all__ = ["TokenCounter"]

_TEXTS = 64
_IDLE_S = 60.0


class TokenCounter:
    """Any thread may ask. The child is started by the first question and ends when idle."""

    def __init__(self, log: Path) -> None:
        self._log = log
        self._lock = threading.Lock()
        self._child: Child | None = None
        self._timer: threading.Timer | None = None

    def counts(self, texts: Sequence[str]) -> tuple[int, ...]:
        """Tokens of each text. Raises NotPresent where there is no tokenizer."""
        if len(texts) > _TEXTS or any(len(text) > PROMPT_CHARS for text in texts):
            raise BadInput("texts are beyond the limits", hint=f"send {_TEXTS}")
        with self._lock:
            self._rest()
            child = self._child = self._child or Child(["tokens"], self._log)
            child.send("texts", texts=list(texts))
            answer = child.receive()
            if answer is None:
                self._child = None
                raise JobFailed(f"the tokenizer's process {child.ending()}", where=self._log)
            self._timer = threading.Timer(_IDLE_S, self.close)
            self._timer.daemon = True
            self._timer.start()
        if answer.name == "failure":
            raise error_of_fields(answer.fields["error"])
        return tuple(answer.fields["counts"])

    def close(self) -> None:
        """End the child. Idempotent; the next question starts another."""
        with self._lock:
            self._rest()
            child, self._child = self._child, None
        if child is not None:
            child.close()

    def _rest(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
