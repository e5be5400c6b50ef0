"""`frames.json` beside a quadmask: which frame of the plate its first one is."""

from __future__ import annotations

import json
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

from void_studio.core import BadInput, canonical_json, format_rate, parse_rate, read_limited

__all__ = ["FOLDER_RATE", "Sidecar", "encode_sidecar", "read_sidecar"]

FOLDER_RATE = Fraction(24)
_NAME = "frames.json"
_LIMIT_BYTES = 1 << 16
_LAST_FRAME = 1 << 40


@dataclass(frozen=True, slots=True)
class Sidecar:
    """What it says; `rate` matters for folders only, which have none of their own."""

    start: int | None = None
    rate: Fraction = FOLDER_RATE


def encode_sidecar(sidecar: Sidecar) -> bytes:
    """The bytes of a `frames.json`."""
    return canonical_json({"start": sidecar.start, "rate": format_rate(sidecar.rate)})


def read_sidecar(quadmask: Path) -> Sidecar:
    """The sidecar of a file or folder: `STEM.frames.json` beside it, else `frames.json`.

    The latter is looked for beside a file and inside a folder. Raises BadInput for one that does
    not hold {"start": whole number}.
    """
    own = quadmask.with_name(f"{quadmask.stem}.{_NAME}")
    general = quadmask / _NAME if quadmask.is_dir() else quadmask.with_name(_NAME)
    for path in (own, general):
        if path.is_file():
            return _read(path)
    return Sidecar()


def _read(path: Path) -> Sidecar:
    try:
        value = json.loads(read_limited(path, _LIMIT_BYTES))
    except (ValueError, RecursionError) as error:
        raise _malformed(path) from error
    if type(value) is not dict or not _is_frame(value.get("start")):
        raise _malformed(path)
    rate = value.get("rate")
    return Sidecar(value["start"], parse_rate(rate) if type(rate) is str else FOLDER_RATE)


def _is_frame(value: Any) -> bool:
    return type(value) is int and abs(value) <= _LAST_FRAME


def _malformed(path: Path) -> BadInput:
    return BadInput("it does not say which frame is the first", where=path, hint='{"start": 1001}')
