"""The front's end of the pipes to a child."""

from __future__ import annotations

import subprocess
import threading
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, Self, cast

from void_studio.worker.pipes import Message, read_message, write_message
from void_studio.worker.processes import start_child

__all__ = ["Child"]

_GRACE_S = 5.0


class Child:
    """A running child. Any thread may send, kill and close; one thread receives."""

    def __init__(self, arguments: Sequence[str], log: Path) -> None:
        self._process = start_child("void_studio.worker.child", arguments, log)
        self._lock = threading.Lock()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def send(self, name: str, data: bytes = b"", **fields: Any) -> None:
        """Tell the child something; one that is gone shows when `receive` gives None."""
        with self._lock, suppress(OSError, ValueError):
            write_message(cast("BinaryIO", self._process.stdin), Message(name, fields, data))

    def receive(self) -> Message | None:
        """What the child says next; None when it has ended."""
        return read_message(cast("BinaryIO", self._process.stdout))

    def ending(self) -> str:
        """How the child ended, in words. Waits for its end."""
        status = self._process.wait()
        return f"was ended by signal {-status}" if status < 0 else f"ended with status {status}"

    def kill(self) -> None:
        """End the child at once."""
        self._process.kill()

    def close(self) -> None:
        """Let the child end, or end it. Idempotent."""
        with self._lock, suppress(OSError):
            cast("BinaryIO", self._process.stdin).close()
        try:
            self._process.wait(_GRACE_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        cast("BinaryIO", self._process.stdout).close()
