"""What a person noted of takes and versions: stars, a note, kept or rejected."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from void_studio.core import BadInput, canonical_json, read_limited, write_whole
from void_studio.versions import TakeState

__all__ = ["MOST_STARS", "Mark", "read_marks", "write_marks"]

MOST_STARS = 3
_SCHEMA = "void_studio.marks.1"
_LIMIT_BYTES = 4 << 20
_LONGEST_NOTE = 2000


@dataclass(frozen=True, slots=True)
class Mark:
    """Stars are 0 to 3; a note has at most 2,000 characters."""

    stars: int = 0
    note: str = ""
    state: TakeState = TakeState.KEPT

    def __post_init__(self) -> None:
        if not 0 <= self.stars <= MOST_STARS or len(self.note) > _LONGEST_NOTE:
            raise ValueError(f"{self.stars} stars and a note of {len(self.note)} characters")


def read_marks(path: Path) -> dict[str, Mark]:
    """Marks by key, none when there is no file. Raises BadInput when it is malformed."""
    if not path.exists():
        return {}
    text = read_limited(path, _LIMIT_BYTES)
    try:
        value = json.loads(text)
        if value["schema"] != _SCHEMA:
            raise ValueError(f"schema {value['schema']!r}")
        return {str(key): _mark(entry) for key, entry in value["marks"].items()}
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise BadInput(
            f"the notes on takes are malformed ({error})", where=path, hint="mend or remove it"
        ) from error


def write_marks(path: Path, marks: Mapping[str, Mark]) -> None:
    """Write all marks; those that say nothing are left out."""
    said = {key: mark for key, mark in marks.items() if mark != Mark()}
    value = {
        "schema": _SCHEMA,
        "marks": {
            key: {"stars": mark.stars, "note": mark.note, "state": mark.state.value}
            for key, mark in said.items()
        },
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    write_whole(path, canonical_json(value))


def _mark(entry: Mapping[str, Any]) -> Mark:
    return Mark(int(entry["stars"]), str(entry["note"]), TakeState(entry["state"]))
