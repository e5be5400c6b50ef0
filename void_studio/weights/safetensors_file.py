"""A look at a safetensors file without its library: is it one, and is all of it there."""

from __future__ import annotations

import json
from pathlib import Path

from void_studio.core import BadInput

__all__ = ["PICKLES", "check_safetensors", "check_suffix", "header_end"]

PICKLES = frozenset({".bin", ".ckpt", ".pkl", ".pt", ".pth"})
_LENGTH_BYTES = 8
_LONGEST_HEADER = 100_000_000


def check_suffix(path: Path) -> None:
    """Raise BadInput for a kind of file that runs code when it is read."""
    if path.suffix.lower() in PICKLES:
        raise BadInput(
            f"a {path.suffix} file may run code when it is read",
            where=path,
            hint="use a .safetensors file",
        )


def header_end(path: Path) -> int:
    """Where the header ends, in bytes. Raises BadInput when it is no safetensors file."""
    try:
        with path.open("rb") as file:
            length = int.from_bytes(file.read(_LENGTH_BYTES), "little")
            opening = file.read(1)
    except OSError as error:
        raise BadInput(f"can not be read: {error.strerror or error}", where=path) from error
    if not 2 <= length <= _LONGEST_HEADER or opening != b"{":
        raise BadInput(
            "this is no safetensors file, whatever its name says",
            where=path,
            hint="remove it and fetch it again",
        )
    return _LENGTH_BYTES + length


def check_safetensors(path: Path) -> None:
    """Raise BadInput unless header and length agree: a truncated file or a renamed pickle."""
    end = header_end(path)
    with path.open("rb") as file:
        file.seek(_LENGTH_BYTES)
        header = file.read(end - _LENGTH_BYTES)
    try:
        entries = json.loads(header)
        stops = [entry["data_offsets"][1] for name, entry in entries.items() if name[:2] != "__"]
        whole = end + max(stops, default=0)
    except (ValueError, KeyError, TypeError, IndexError, AttributeError, RecursionError) as error:
        raise BadInput(
            f"its header is damaged ({error})", where=path, hint="remove it and fetch it again"
        ) from error
    size = path.stat().st_size
    if size != whole:
        raise BadInput(
            f"it has {size} bytes, its header says {whole}",
            where=path,
            hint="remove it and fetch it again",
        )
