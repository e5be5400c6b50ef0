"""The audit log: who asked what of a worker, when, and how it ended; never a token or a prompt.

One JSON object a line, in `logs/audit.jsonl`. Calls that only move blobs are counted and told with
the next line of the same peer.
"""

from __future__ import annotations

import json
import logging
import threading
from collections import Counter
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

__all__ = ["AuditLog"]

_log = logging.getLogger(__name__)
_LIMIT_BYTES = 8 << 20
_KEPT = 4
_COUNTED = frozenset({"FindMissing", "Put", "Get blob"})
_PEERS = 10_000


class AuditLog:
    """Appends to `path`; past `limit_bytes` it is renamed, and the four before it are kept.

    Any thread may use it. A line that can not be written is told in the worker's own log, and does
    not stop the call.
    """

    def __init__(self, path: Path, *, limit_bytes: int = _LIMIT_BYTES) -> None:
        self._path = path
        self._limit_bytes = limit_bytes
        self._lock = threading.Lock()
        self._counted: dict[str, Counter[str]] = {}

    def note(self, peer: str, token: str, call: str, status: str, **about: Any) -> None:
        """A call of `peer` by the token of this name has ended with `status`."""
        with self._lock:
            if call in _COUNTED and status == "OK" and len(self._counted) < _PEERS:
                self._counted.setdefault(peer, Counter())[call] += 1
                return
            blobs = self._counted.pop(peer, None)
            line = {
                "at": datetime.now(UTC).isoformat(timespec="milliseconds"),
                "peer": peer,
                "token": token,
                "call": call,
                "status": status,
                **about,
            }
            if blobs:
                line["before"] = dict(blobs)
            self._write(json.dumps(line) + "\n")

    def _write(self, line: str) -> None:
        try:
            self._rotate(len(line))
            with self._path.open("a", encoding="utf-8") as file:
                file.write(line)
        except OSError as error:
            _log.warning("the audit log can not be written: %s", error)

    def _rotate(self, more_bytes: int) -> None:
        with suppress(FileNotFoundError):
            if self._path.stat().st_size + more_bytes <= self._limit_bytes:
                return
            for number in range(_KEPT - 1, 0, -1):
                with suppress(FileNotFoundError):
                    self._numbered(number).replace(self._numbered(number + 1))
            self._path.replace(self._numbered(1))

    def _numbered(self, number: int) -> Path:
        return self._path.with_name(f"{self._path.stem}.{number}{self._path.suffix}")
