"""The GPUs of this machine as its driver tells of them; no library is imported for it."""

from __future__ import annotations

import logging
import shutil
import subprocess
import time

from void_studio.jobs import Device

__all__ = ["Gpus"]

_log = logging.getLogger(__name__)
_QUERY = ("--query-gpu=index,name,memory.total,memory.free", "--format=csv,noheader,nounits")
_PATIENCE_S = 5.0
_FRESH_S = 5.0
_MIB = 1 << 20
_MOST = 64


class Gpus:
    """Asks `nvidia-smi`, at most every five seconds. Any thread may use it."""

    def __init__(self) -> None:
        self._known: tuple[float, tuple[Device, ...]] | None = None

    def all(self) -> tuple[Device, ...]:
        """Every GPU with its memory as it is now; none where there is no such program."""
        known, now_s = self._known, time.monotonic()
        if known is None or now_s - known[0] > _FRESH_S:
            known = (now_s, _asked())
            self._known = known
        return known[1]


def _asked() -> tuple[Device, ...]:
    program = shutil.which("nvidia-smi")
    if program is None:
        return ()
    try:
        done = subprocess.run(
            [program, *_QUERY],
            capture_output=True,
            text=True,
            timeout=_PATIENCE_S,
            check=True,
            stdin=subprocess.DEVNULL,
        )
        return tuple(_device(line) for line in done.stdout.splitlines()[:_MOST])
    except (OSError, subprocess.SubprocessError, ValueError) as error:
        _log.warning("nvidia-smi is there and tells of no GPU: %s", error)
        return ()


def _device(line: str) -> Device:
    index, name, total, free = (part.strip() for part in line.split(","))
    return Device(f"cuda:{int(index)}", name, int(total) * _MIB, int(free) * _MIB)
