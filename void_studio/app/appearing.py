"""Folders that appear whole."""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from void_studio.core import Refused, sync_folder

__all__ = ["appearing_folder"]


@contextmanager
def appearing_folder(out: Path) -> Iterator[Path]:
    """Yield a hidden folder beside `out`, renamed to `out` when the block ends well.

    Raises Refused when there is something at `out`, or when its place can not be written.
    """
    if out.exists():
        raise Refused("there is something here already", where=out, hint="choose another")
    staged = out.with_name(f".{out.name}.{secrets.token_hex(4)}")
    with _told(out):
        staged.mkdir(parents=True)
    try:
        yield staged
        with _told(out):
            staged.rename(out)
    finally:
        shutil.rmtree(staged, ignore_errors=True)
    sync_folder(out.parent)


@contextmanager
def _told(out: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise Refused(
            f"can not write here: {error.strerror or error}",
            where=out,
            hint="choose a folder that can be written and has room",
        ) from error
