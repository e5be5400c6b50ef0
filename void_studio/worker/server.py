"""The front process: serves until it is told to end, or has been idle for long."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Callable

from void_studio.worker.address import Address
from void_studio.worker.folders import StateFolder
from void_studio.worker.heap import keep_freed_memory
from void_studio.worker.wiring import Terms, Worker

__all__ = ["serve"]

_LOOK_S = 0.5


def serve(
    folder: StateFolder,
    listen: Address,
    terms: Terms,
    *,
    idle_s: float | None,
    on_ready: Callable[[Worker], None],
) -> None:
    """Serve on the main thread until SIGINT or SIGTERM, or until idle for `idle_s` seconds.

    Raises Refused when the worker can not be started.
    """
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    keep_freed_memory()
    worker = Worker(folder, listen, terms)
    try:
        on_ready(worker)
        _until(stop, worker, idle_s)
    finally:
        worker.stop()


def _until(stop: threading.Event, worker: Worker, idle_s: float | None) -> None:
    busy_at_s = time.monotonic()
    while not stop.wait(_LOOK_S):
        if idle_s is None or worker.busy():
            busy_at_s = time.monotonic()
        elif min(time.monotonic() - busy_at_s, worker.activity.idle_s()) >= idle_s:
            return
