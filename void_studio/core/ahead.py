"""Fetching ahead: one thread gets the next items while the last one is worked on."""

from __future__ import annotations

from collections import deque
from collections.abc import Generator, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar, cast

__all__ = ["read_ahead"]

_T = TypeVar("_T")


def read_ahead(items: Iterable[_T], depth: int) -> Generator[_T, None, None]:
    """`items` in order; up to `depth` of them are fetched before they are asked for.

    A thread of its own fetches; what it raises is raised here, in its place. When this generator
    is closed nothing more is fetched, but the item that is being waited for is not given up.
    """
    source, end = iter(items), object()
    pool = ThreadPoolExecutor(1, thread_name_prefix="ahead")
    try:
        waiting = deque(pool.submit(next, source, end) for _ in range(depth))
        while (item := waiting.popleft().result()) is not end:
            waiting.append(pool.submit(next, source, end))
            yield cast("_T", item)
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
