"""Files that appear whole: temporary file in the same folder, fsync, replace."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from void_studio.core.errors import BadInput, NotPresent, Refused

__all__ = ["appearing_whole", "read_limited", "sync_folder", "write_whole"]


@contextmanager
def appearing_whole(path: Path) -> Iterator[Path]:
    """Yield a temporary path beside `path`; rename it to `path` when the block ends well.

    The temporary file keeps the suffix of `path` (encoders choose by it) and is removed when the
    block raises. Raises Refused when the folder can not be written or the disk is full.
    """
    temporary = path.with_name(f".{path.stem}.{secrets.token_hex(4)}{path.suffix}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        yield temporary
        _sync_file(temporary)
        temporary.replace(path)
        sync_folder(path.parent)
    except OSError as error:
        raise Refused(
            f"can not write here: {error.strerror or error}",
            where=path,
            hint="choose a folder that can be written and has room",
        ) from error
    finally:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)


def write_whole(path: Path, data: bytes) -> None:
    """Write `data` to `path` so that it is there completely or not at all."""
    with appearing_whole(path) as temporary:
        temporary.write_bytes(data)


def read_limited(path: Path, limit_bytes: int) -> bytes:
    """The bytes of a file that must not be larger than `limit_bytes`.

    Raises NotPresent when there is none, BadInput when it can not be read or is too large.
    """
    try:
        with path.open("rb") as file:
            data = file.read(limit_bytes + 1)
    except FileNotFoundError:
        raise NotPresent("no such file", where=path, hint="check the path") from None
    except OSError as error:
        raise BadInput(f"can not be read: {error.strerror or error}", where=path) from error
    if len(data) > limit_bytes:
        raise BadInput(f"larger than the limit of {limit_bytes} bytes", where=path)
    return data


def _sync_file(path: Path) -> None:
    with path.open("r+b") as file:
        os.fsync(file.fileno())


def sync_folder(folder: Path) -> None:
    """Make renames in `folder` last; systems that can not open a folder need no such call."""
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
