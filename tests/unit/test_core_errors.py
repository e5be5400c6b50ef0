"""Errors are one line: what, where and what to do."""

import pickle

import pytest

from void_studio.core import (
    BadInput,
    Cancelled,
    CheckFailed,
    InputChanged,
    JobFailed,
    NotPresent,
    Refused,
    StudioError,
    UsageError,
    WorkerLost,
)


def test_an_error_is_shown_as_one_line_whatever_is_in_it() -> None:
    error = BadInput("is\nnot\ta movie", where="/a/b.mov", hint="export\r\nit again")
    assert error.line() == "/a/b.mov: is not a movie; export it again"
    assert str(error) == error.line()


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        (CheckFailed, 1),
        (UsageError, 2),
        (BadInput, 3),
        (InputChanged, 3),
        (NotPresent, 4),
        (WorkerLost, 5),
        (Refused, 6),
        (JobFailed, 7),
        (Cancelled, 130),
    ],
)
def test_every_error_has_its_exit_code(kind: type[StudioError], code: int) -> None:
    assert kind("x").exit_code == code


def test_an_error_crosses_a_process_border_unchanged() -> None:
    error = InputChanged("changed", where="a.otio", hint="import it again")
    copy = pickle.loads(pickle.dumps(error))  # noqa: S301 - our own bytes, made in this line
    assert type(copy) is InputChanged
    assert (copy.what, copy.where, copy.hint) == (error.what, error.where, error.hint)
