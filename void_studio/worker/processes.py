"""Starting, stopping and locking out processes: the one place that knows the operating system."""

from __future__ import annotations

import ctypes
import gc
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO

__all__ = [
    "end_process",
    "machine_memory",
    "run_detached",
    "start_child",
    "start_detached",
    "try_lock",
]


def start_child(module: str, arguments: Sequence[str], log: Path) -> subprocess.Popen[bytes]:
    """A Python child with pipes on stdin and stdout, and stderr appended to `log`."""
    with log.open("ab") as stderr:
        return subprocess.Popen(
            [sys.executable, "-m", module, *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=stderr,
        )


def start_detached(module: str, arguments: Sequence[str], log: Path) -> None:
    """Start a Python process that belongs to nobody and outlives its parent.

    It is started by a process between, which ends at once: so it is never our zombie.
    """
    subprocess.run(
        [sys.executable, "-m", "void_studio.worker.detached", str(log), module, *arguments],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        check=True,
    )


def run_detached(log: Path, module: str, arguments: Sequence[str]) -> None:
    """What the process between does: start the other in a session of its own."""
    flags = 0
    if sys.platform == "win32":
        flags = subprocess.DETACHED_PROCESS | subprocess.CREATE_NEW_PROCESS_GROUP
    with log.open("ab") as output:
        subprocess.Popen(
            [sys.executable, "-m", module, *arguments],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=sys.platform != "win32",
            creationflags=flags,
        )


def end_process(pid: int) -> None:
    """Ask a process to end; nothing happens when there is none."""
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGTERM)


def try_lock(path: Path) -> IO[bytes] | None:
    """Hold `path` alone until the file is closed or this process ends; None when another does."""
    file = path.open("a+b")
    try:
        _lock(file)
    except OSError:
        file.close()
        return None
    return file


def _lock(file: IO[bytes]) -> None:
    if sys.platform == "win32":
        import msvcrt

        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
    else:
        import fcntl

        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


def machine_memory() -> tuple[int, int]:
    """Bytes of main memory, all and available."""
    import psutil

    memory = psutil.virtual_memory()
    return memory.total, memory.available


def give_back_memory() -> None:
    """Return pages that nobody uses to the system, where the C library can (glibc)."""
    gc.collect()
    if sys.platform == "linux":
        with suppress(OSError, AttributeError):
            ctypes.CDLL(None).malloc_trim(0)
