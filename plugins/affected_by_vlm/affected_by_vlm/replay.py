"""An answer that was saved before: nothing is sent."""

from __future__ import annotations

from collections.abc import Callable

from affected_by_vlm.answers import LARGEST_ANSWER_BYTES, parsed
from affected_by_vlm.asked import sending_of
from void_studio.api import (
    Answer,
    BadInput,
    Question,
    ReasonerInfo,
    ReasonerOptions,
    Sending,
    UsageError,
    read_limited,
)

__all__ = ["ReplayReasoner"]

_INFO = ReasonerInfo("replay", "A saved answer", "saved answer", (), sends=False)


class ReplayReasoner:
    """Reads the text of an answer from a file."""

    def info(self) -> ReasonerInfo:
        """What it is."""
        return _INFO

    def sending(self, question: Question) -> Sending:
        """What the others would send."""
        return sending_of(question)

    def ask(
        self, question: Question, options: ReasonerOptions, *, cancelled: Callable[[], bool]
    ) -> Answer:
        """The saved answer, read for this question. Raises UsageError when none is named."""
        if options.saved is None:
            raise UsageError("replay needs a saved answer", hint="name it with --answer FILE")
        try:
            text = read_limited(options.saved, LARGEST_ANSWER_BYTES).decode()
            return parsed(text, question, model=_INFO.model)
        except UnicodeDecodeError as error:
            raise BadInput("this is not text", where=options.saved) from error
        except BadInput as error:
            raise BadInput(error.what, where=options.saved) from error
