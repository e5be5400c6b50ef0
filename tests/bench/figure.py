"""One measured figure."""

from __future__ import annotations

import json
import platform
from dataclasses import asdict, dataclass, field
from os import cpu_count

__all__ = ["Figure", "host_name"]


def host_name() -> str:
    """What was measured on: system, machine and number of processors."""
    return f"{platform.system()} {platform.machine()}, {cpu_count()} cpus"


@dataclass(frozen=True, slots=True)
class Figure:
    """A value in `unit`, the `target` it is held to, if any, and the command that measures it."""

    name: str
    value: float
    unit: str
    target: str
    ok: bool
    command: str
    host: str = field(default_factory=host_name)

    def line(self) -> str:
        """The figure as one line of JSON."""
        return json.dumps(asdict(self), ensure_ascii=False)
