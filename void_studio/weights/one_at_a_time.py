"""One fetch at a time into a weights folder: two would write into the same half files."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from void_studio.core import Owner, Refused

__all__ = ["alone_in"]

_NAME = ".fetching"
_LIMIT_BYTES = 4096


@contextmanager
def alone_in(root: Path) -> Iterator[None]:
    """Hold the folder for a fetch. Raises Refused, naming who has it, while another one does."""
    path = root / _NAME
    try:
        root.mkdir(parents=True, exist_ok=True)
        _clear_abandoned(path)
        with path.open("xb") as file:
            file.write(Owner.me().encode())
    except FileExistsError:
        raise Refused(
            "another fetch is going on in this folder", where=root, hint="wait until it is done"
        ) from None
    except OSError as error:
        raise Refused(
            f"can not write here: {error.strerror or error}",
            where=root,
            hint="make room, or name another folder in VOID_STUDIO_WEIGHTS",
        ) from error
    try:
        yield
    finally:
        with suppress(OSError):
            path.unlink(missing_ok=True)


def _clear_abandoned(path: Path) -> None:
    """Take away what a fetch left that was killed."""
    with suppress(FileNotFoundError):
        owner = Owner.decode(path.read_bytes()[:_LIMIT_BYTES])
        if owner is not None and owner.is_gone:
            path.unlink()
