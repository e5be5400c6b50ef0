"""Who has a project open for writing: one studio at a time, told by a file beside it."""

from __future__ import annotations

import getpass
import json
import os
import socket
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from void_studio.core import Refused

__all__ = ["Owner", "claim", "release"]

_LIMIT_BYTES = 4096


@dataclass(frozen=True, slots=True)
class Owner:
    """The studio that writes a project; `since` is UTC in ISO form."""

    host: str
    user: str
    pid: int
    since: str

    @classmethod
    def me(cls) -> Owner:
        """This process."""
        return cls(
            socket.gethostname(), getpass.getuser(), os.getpid(), datetime.now(UTC).isoformat()
        )

    def __str__(self) -> str:
        return f"{self.user} on {self.host} since {self.since} (process {self.pid})"


def _owner_file(project: Path) -> Path:
    return project.with_name(project.name + ".owner")


def claim(project: Path) -> Owner:
    """Become the project's writer.

    Raises Refused, naming who has it, unless that was a process of this machine that is gone.
    """
    mine = Owner.me()
    path = _owner_file(project)
    for _ in range(2):
        try:
            with path.open("x") as file:
                json.dump(asdict(mine), file)
        except FileExistsError:
            _clear_if_gone(path)
        else:
            return mine
    raise Refused("the project is being opened by another studio", where=project, hint="try again")


def release(project: Path) -> None:
    """Let another studio write. Idempotent."""
    _owner_file(project).unlink(missing_ok=True)


def _clear_if_gone(path: Path) -> None:
    holder = _read(path)
    if holder is not None and (holder.host != socket.gethostname() or _alive(holder.pid)):
        raise Refused(
            f"the project is open for writing by {holder}",
            where=path.with_suffix(""),
            hint=f"close it there, or remove {path.name} if that studio is gone",
        )
    path.unlink(missing_ok=True)


def _read(path: Path) -> Owner | None:
    try:
        with path.open() as file:
            value = json.loads(file.read(_LIMIT_BYTES))
        return Owner(str(value["host"]), str(value["user"]), int(value["pid"]), str(value["since"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except (PermissionError, OSError):
        return True
    return True
