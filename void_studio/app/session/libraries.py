"""The large libraries, imported by one thread before several want them.

Packages that import themselves in circles, PyAV is one, fail now and then when two threads import
parts of them at the same time.
"""

from __future__ import annotations

import threading
from importlib import import_module

__all__ = ["load_libraries"]

_LOCK = threading.Lock()
_NAMES = ("av", "cv2", "void_studio.media.movie", "void_studio.worker.client")


def load_libraries() -> None:
    """Import them, or wait until another thread has. For tasks; takes up to a second once."""
    with _LOCK:
        for name in _NAMES:
            import_module(name)
