"""Memory of the front: what a message took is kept for the next one."""

from __future__ import annotations

import ctypes
import sys

__all__ = ["keep_freed_memory"]

_TRIM_THRESHOLD, _MMAP_THRESHOLD = -1, -3  # malloc.h of glibc
_KEPT_BYTES = 1 << 23
_LARGE_BYTES = 1 << 22


def keep_freed_memory() -> None:
    """Have glibc keep up to 8 MiB of freed memory an arena; nothing where another libc is.

    By itself it gives a message's megabytes back to the kernel after each, and every page of the
    next one is a fault: an eighth of a transfer's time. Blocks beyond 4 MiB still go back.
    """
    if sys.platform == "linux" and (mallopt := getattr(ctypes.CDLL(None), "mallopt", None)):
        mallopt(_MMAP_THRESHOLD, _LARGE_BYTES)
        mallopt(_TRIM_THRESHOLD, _KEPT_BYTES)
