"""The render child: runs one job after the other on one device."""

from __future__ import annotations

import logging
import queue
from collections.abc import Container
from pathlib import Path

from void_studio.api import Registry, new_registry
from void_studio.core import Cancelled, StudioError
from void_studio.engine import DeviceLost
from void_studio.worker.blobs import BlobStore
from void_studio.worker.child_link import Link
from void_studio.worker.child_run import Blobs, Front, Order, Run
from void_studio.worker.pipes import Message
from void_studio.worker.processes import give_back_memory

__all__ = ["render", "run_order"]

_log = logging.getLogger(__name__)


def render(link: Link, blobs: Path) -> None:
    """Run the jobs that the front orders, until it closes the pipe.

    Where the device is lost the front is told to end this process: no job can use it any more.
    """
    orders: queue.SimpleQueue[Message] = queue.SimpleQueue()
    cancelled: set[str] = set()

    def on_message(message: Message) -> None:
        if message.name == "cancel":
            cancelled.add(message.fields["job"])
        else:
            orders.put(message)

    link.listen(on_message)
    registry, store = new_registry(), BlobStore(blobs)
    while True:
        order = Order.of(orders.get())
        link.log_to(Path(order.log))
        run_order(link, registry, store, order, cancelled)
        cancelled.discard(order.job)
        give_back_memory()


def run_order(
    link: Front, registry: Registry, blobs: Blobs, order: Order, cancelled: Container[str]
) -> None:
    """Run one order and say how it ended; `cancelled` comes to hold its job when it is to stop."""
    try:
        Run(link, blobs, order, lambda: order.job in cancelled).finish(registry)
    except Cancelled:
        link.send("ended", state="cancelled", message="")
    except DeviceLost as error:
        _log.exception("job %s failed", order.job)
        link.send("ended", state="failed", message=error.line(), device_lost=True)
    except StudioError as error:
        _log.exception("job %s failed", order.job)
        link.send("ended", state="failed", message=error.line())
    except Exception as error:  # noqa: BLE001  the worker's job loop: engines are others' code
        _log.exception("job %s failed", order.job)
        link.send("ended", state="failed", message=f"{type(error).__name__}: {error}")
    else:
        link.send("ended", state="succeeded", message="")
