"""Every error that a person may see, and the exit code that a command gives it.

    StudioError                 what, where, what to do
    |-- CheckFailed      (1)    a check ran and its answer is no
    |-- UsageError       (2)    the request itself is malformed
    |-- BadInput         (3)    a file or value that can not be read as what it claims to be
    |   `-- InputChanged (3)    a file changed on disk since it was read
    |-- NotPresent       (4)    weights, a library, media or a file that is needed is not there
    |-- WorkerLost       (5)    a worker can not be reached, or went away
    |-- Refused          (6)    understood, and not done, for a stated reason
    |-- JobFailed        (7)    a job ended without a result; carries the path of its log
    `-- Cancelled      (130)    the person asked to stop

Rooms raise these or a subclass of their own; a command prints one line and exits with the code.
"""

from __future__ import annotations

from typing import ClassVar

__all__ = [
    "BadInput",
    "Cancelled",
    "CheckFailed",
    "InputChanged",
    "JobFailed",
    "NotPresent",
    "Refused",
    "StudioError",
    "UsageError",
    "WorkerLost",
]


class StudioError(Exception):
    """What went wrong, where, and what to do about it; one line when shown.

    `where` is a path, shot id or address; `hint` is an instruction to the person.
    """

    exit_code: ClassVar[int] = 7

    def __init__(self, what: str, *, where: object = "", hint: str = "") -> None:
        self.what = what
        self.where = str(where)
        self.hint = hint
        super().__init__(self.line())

    def line(self) -> str:
        """The whole message as one line without control characters."""
        text = f"{self.where}: {self.what}" if self.where else self.what
        if self.hint:
            text = f"{text}; {self.hint}"
        return " ".join(text.split())

    def __reduce__(self) -> tuple[object, ...]:
        return (_rebuild, (type(self), self.what, self.where, self.hint))


def _rebuild(kind: type[StudioError], what: str, where: str, hint: str) -> StudioError:
    return kind(what, where=where, hint=hint)


class CheckFailed(StudioError):
    """A check ran to its end and the answer is no."""

    exit_code = 1


class UsageError(StudioError):
    """The request itself is malformed."""

    exit_code = 2


class BadInput(StudioError):
    """A file or value is not what it claims to be."""

    exit_code = 3


class InputChanged(BadInput):
    """A file changed on disk since it was read."""


class NotPresent(StudioError):
    """Something that is needed is not there."""

    exit_code = 4


class WorkerLost(StudioError):
    """A worker can not be reached, or went away."""

    exit_code = 5


class Refused(StudioError):
    """Understood, and not done, for a stated reason."""

    exit_code = 6


class JobFailed(StudioError):
    """A job ended without a result."""

    exit_code = 7


class Cancelled(StudioError):
    """The person asked to stop."""

    exit_code = 130
