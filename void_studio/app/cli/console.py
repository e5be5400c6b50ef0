"""What a command shows: one JSON object or a few lines on stdout, progress on stderr."""

from __future__ import annotations

import json
import signal
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import typer

from void_studio.core import StudioError

__all__ = ["Console", "JSON_OPTION", "DEBUG_OPTION", "WORKER_HELP", "reported"]

JSON_OPTION = typer.Option("--json", help="Print one JSON object on stdout.")
DEBUG_OPTION = typer.Option("--debug", help="Show the traceback of an error.")
WORKER_HELP = "local, the name of a worker that was added, or HOST:PORT"
_REDRAW_S = 0.2


@dataclass(slots=True)
class Console:
    """A Reporter for a terminal; also carries whether Ctrl-C was pressed.

    On a terminal the progress line redraws itself; elsewhere every stage prints its end only.
    """

    as_json: bool = False
    notes: list[str] = field(default_factory=list)
    _cancel: threading.Event = field(default_factory=threading.Event)
    _last: float = 0.0

    def cancelled(self) -> bool:
        """Whether the person asked to stop."""
        return self._cancel.is_set()

    def progress(self, stage: str, done: int, total: int, eta_s: float | None) -> None:
        """Redraw the progress line, at most five times a second."""
        finished = done >= total
        if not finished and (not sys.stderr.isatty() or time.monotonic() - self._last < _REDRAW_S):
            return
        self._last = time.monotonic()
        left = f", {_duration(eta_s)} left" if eta_s is not None and not finished else ""
        line = f"{stage}: {done} of {total}{left}"
        if sys.stderr.isatty():
            sys.stderr.write(f"\r\033[K{line}" + ("\n" if finished else ""))
        else:
            sys.stderr.write(f"{line}\n")
        sys.stderr.flush()

    def note(self, message: str) -> None:
        """Print a line for people and keep it for the JSON object."""
        self.notes.append(message)
        print(message, file=sys.stderr)

    def result(self, value: Mapping[str, Any], lines: Iterator[str] | list[str]) -> None:
        """Print the result: `value` as JSON when asked for, else `lines`."""
        if self.as_json:
            print(json.dumps(value, ensure_ascii=False))
            return
        for line in lines:
            print(line)

    @contextmanager
    def interruptible(self) -> Iterator[None]:
        """Turn the first Ctrl-C into a request to stop; a second one interrupts at once."""
        before = signal.getsignal(signal.SIGINT)

        def stop(number: int, frame: object) -> None:
            if self._cancel.is_set():
                raise KeyboardInterrupt
            self._cancel.set()
            print("\nstopping; Ctrl-C again to stop at once", file=sys.stderr)

        signal.signal(signal.SIGINT, stop)
        try:
            yield
        finally:
            signal.signal(signal.SIGINT, before)


def _duration(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest:02d} s" if minutes else f"{rest} s"


@contextmanager
def reported(*, debug: bool) -> Iterator[None]:
    """Turn an error into one line on stderr and its exit code."""
    try:
        yield
    except StudioError as error:
        if debug:
            raise
        print(f"void-studio: {error.line()}", file=sys.stderr)
        raise typer.Exit(error.exit_code) from None
    except KeyboardInterrupt:
        print("void-studio: interrupted", file=sys.stderr)
        raise typer.Exit(130) from None
