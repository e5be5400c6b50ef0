"""What renders a worker's jobs: processes of this machine, or a cluster's."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol

from void_studio.worker.children import Child
from void_studio.worker.folders import StateFolder
from void_studio.worker.pipes import Message

__all__ = ["Executor", "LocalExecutor", "RenderChild"]


class RenderChild(Protocol):
    """A process that renders one job after the other. Any thread may send, kill and close."""

    def send(self, name: str, data: bytes = b"", **fields: Any) -> None:
        """Tell it something: `render` with the fields of an Order, or `cancel` with a job."""
        ...

    def receive(self) -> Message | None:
        """What it says next; None when it has ended."""
        ...

    def ending(self) -> str:
        """How it ended, in words."""
        ...

    def kill(self) -> None:
        """End it at once."""
        ...

    def close(self) -> None:
        """Let it end. Idempotent."""
        ...


class Executor(Protocol):
    """Gives render children.

    `slots` jobs run at once. A job whose child went away is begun again from its checkpoint up to
    `retries` times: 0 where the reason is the job itself, more where a machine may be lost.
    """

    device: str
    slots: int
    retries: int

    def child(self, job_log: Callable[[str], Path]) -> RenderChild:
        """A new child; `job_log` says where a job's log is."""
        ...

    def close(self) -> None:
        """Let go of what the children ran on."""
        ...


class LocalExecutor:
    """One resident process of this machine, for the one `device`."""

    slots = 1
    retries = 0

    def __init__(self, device: str, folder: StateFolder) -> None:
        self.device = device
        self._folder = folder

    def child(self, job_log: Callable[[str], Path]) -> RenderChild:
        """A process that writes the logs of its jobs itself."""
        return Child(["render", str(self._folder.blobs)], self._folder.logs / "render.log")

    def close(self) -> None:
        """Nothing is held between children."""
