"""A guard that raises when a thread that must not wait touches a file, a socket or a codec."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import av
import zstandard

__all__ = ["Touched", "guarded"]

_AUDITED = (
    "open",
    "os.listdir",
    "os.scandir",
    "os.mkdir",
    "os.rename",
    "os.remove",
    "socket.connect",
    "socket.bind",
    "socket.getaddrinfo",
    "sqlite3.connect",
    "subprocess.Popen",
)
_watched: set[int] = set()
_hooked = threading.Event()


class Touched(AssertionError):
    """The guarded thread did what only tasks may do."""


def _audit(event: str, arguments: tuple[Any, ...]) -> None:
    if event in _AUDITED and threading.get_ident() in _watched:
        raise Touched(f"{event} {arguments[:2]} on the session's thread")


@contextmanager
def guarded() -> Iterator[None]:
    """Refuse files, sockets, SQLite, zstd and codecs to the calling thread, within the block.

    Audit hooks can not be taken away again: one is set for the whole process, and asks whether a
    thread is watched. An import that is not done yet is a file, too.
    """
    if not _hooked.is_set():
        _hooked.set()
        sys.addaudithook(_audit)
    patches = (
        (zstandard, "ZstdCompressor"),
        (zstandard, "ZstdDecompressor"),
        (av, "open"),
    )
    kept = [getattr(module, name) for module, name in patches]
    for (module, name), plain in zip(patches, kept, strict=True):
        setattr(module, name, _refusing(name, plain))
    me = threading.get_ident()
    _watched.add(me)
    try:
        yield
    finally:
        _watched.discard(me)
        for (module, name), plain in zip(patches, kept, strict=True):
            setattr(module, name, plain)


def _refusing(name: str, plain: Callable[..., Any]) -> Callable[..., Any]:
    """`plain`, not for watched threads; not a subclass, which these C types do not bear."""

    def called(*args: Any, **options: Any) -> Any:
        if threading.get_ident() in _watched:
            raise Touched(f"{name} on the session's thread")
        return plain(*args, **options)

    return called
