"""Who is using something: a process on a machine, as told by a file that it left."""

from __future__ import annotations

import getpass
import json
import os
import socket
from dataclasses import asdict, dataclass
from datetime import UTC, datetime

__all__ = ["Owner"]


@dataclass(frozen=True, slots=True)
class Owner:
    """A process; `since` is UTC in ISO form."""

    host: str
    user: str
    pid: int
    since: str

    @classmethod
    def me(cls) -> Owner:
        """This process, from now on."""
        now = datetime.now(UTC).isoformat(timespec="seconds")
        return cls(socket.gethostname(), getpass.getuser(), os.getpid(), now)

    @classmethod
    def decode(cls, data: bytes) -> Owner | None:
        """Read what `encode` wrote; None for anything else."""
        try:
            value = json.loads(data)
            return cls(
                str(value["host"]), str(value["user"]), int(value["pid"]), str(value["since"])
            )
        except (ValueError, KeyError, TypeError):
            return None

    def encode(self) -> bytes:
        """JSON."""
        return json.dumps(asdict(self)).encode()

    @property
    def is_gone(self) -> bool:
        """Whether it was a process of this machine that has ended; others are never gone."""
        import psutil

        return self.host == socket.gethostname() and not psutil.pid_exists(self.pid)

    def __str__(self) -> str:
        return f"{self.user} on {self.host} since {self.since} (process {self.pid})"
