"""The border of the window: an error that nobody expected is logged and told."""

from __future__ import annotations

import logging
import sys
import traceback
from collections.abc import Callable
from types import TracebackType

from void_studio.app.session import Level, Message
from void_studio.core import StudioError

__all__ = ["install"]

_LOG = logging.getLogger(__name__)
Tell = Callable[[Message], None]


def install(tell: Tell) -> Callable[[], None]:
    """Have uncaught errors told by `tell`; the function that is returned undoes it."""
    before = sys.excepthook

    def caught(
        kind: type[BaseException], error: BaseException, trace: TracebackType | None
    ) -> None:
        if not isinstance(error, Exception):
            before(kind, error, trace)
            return
        if isinstance(error, StudioError):
            tell(Message.of(error))
            return
        details = "".join(traceback.format_exception(kind, error, trace))
        _LOG.error("an internal error\n%s", details)
        tell(
            Message(
                Level.ERROR,
                f"An internal error: {kind.__name__}",
                where=str(error),
                hint="what was painted is kept; copy the details for a report",
                details=details,
            )
        )

    sys.excepthook = caught

    def undo() -> None:
        sys.excepthook = before

    return undo
