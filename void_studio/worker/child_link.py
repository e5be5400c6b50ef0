"""A child's end of the pipes to the front."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from void_studio.worker.pipes import Message, read_message, write_message

__all__ = ["Link"]


class Link:
    """Takes stdout over for messages: whatever prints goes to stderr, the log, from then on."""

    def __init__(self) -> None:
        self._out = os.fdopen(os.dup(1), "wb")
        self._lock = threading.Lock()
        os.dup2(2, 1)

    def send(self, name: str, data: bytes = b"", **fields: Any) -> None:
        """Tell the front something."""
        with self._lock:
            write_message(self._out, Message(name, fields, data))

    def listen(self, on_message: Callable[[Message], None]) -> None:
        """Call `on_message`, on a thread of its own, for all that the front says.

        When the front has closed the pipe or is gone, this process ends at once: what it leaves
        is whole, because blobs appear whole.
        """

        def read() -> None:
            while (message := read_message(sys.stdin.buffer)) is not None:
                on_message(message)
            os._exit(0)

        threading.Thread(target=read, name="pipe", daemon=True).start()

    def log_to(self, path: Path) -> None:
        """Append stdout and stderr, of native code too, to `path` from now on."""
        sys.stdout.flush()
        sys.stderr.flush()
        with path.open("ab") as log:
            os.dup2(log.fileno(), 2)
            os.dup2(log.fileno(), 1)
