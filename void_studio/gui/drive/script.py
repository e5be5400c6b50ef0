"""A script: what a person does, step by step."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from void_studio.core import BadInput, read_limited

__all__ = ["Script", "Step", "read_script"]

_SCHEMA = "void_studio.drive.1"
_LIMIT_BYTES = 4 << 20
_MOST_STEPS = 10_000
_DEFAULT_SIZE = (1920, 1080)
_TIMEOUT_S = 30.0

_FIELDS: Mapping[str, tuple[frozenset[str], frozenset[str]]] = {
    "open": (frozenset({"path"}), frozenset()),
    "click": (frozenset({"on"}), frozenset({"row", "column", "at", "modifiers", "double"})),
    "tab": (frozenset({"text"}), frozenset()),
    "shot": (frozenset({"name"}), frozenset({"nth"})),
    "key": (frozenset({"keys"}), frozenset({"on", "times"})),
    "type": (frozenset({"on", "text"}), frozenset()),
    "choose": (frozenset({"on", "item"}), frozenset()),
    "action": (frozenset({"id"}), frozenset()),
    "stroke": (frozenset({"points"}), frozenset({"device", "modifiers"})),
    "hover": (frozenset({"at"}), frozenset()),
    "resize": (frozenset({"size"}), frozenset()),
    "wait": (frozenset({"until"}), frozenset()),
    "idle": (frozenset(), frozenset()),
    "pause": (frozenset({"seconds"}), frozenset()),
    "expect": (frozenset({"that"}), frozenset()),
    "screenshot": (frozenset({"name"}), frozenset()),
    "state": (frozenset({"name"}), frozenset()),
}
_ALWAYS = frozenset({"do", "timeout_s", "note"})


@dataclass(frozen=True, slots=True)
class Step:
    """One step; `number` counts from 1, `given` holds what stands in the script besides `do`."""

    number: int
    do: str
    given: Mapping[str, Any] = field(default_factory=dict)
    timeout_s: float = _TIMEOUT_S

    @property
    def name(self) -> str:
        """The step as errors call it."""
        return f"step {self.number} ({self.do})"


@dataclass(frozen=True, slots=True)
class Script:
    """Steps, and the size of the window that they are played into, in logical pixels."""

    size: tuple[int, int]
    steps: tuple[Step, ...]


def read_script(path: Path) -> Script:
    """A script from its file. Raises BadInput naming the step that is malformed."""
    try:
        value = json.loads(read_limited(path, _LIMIT_BYTES))
        if not isinstance(value, dict) or value.get("schema") != _SCHEMA:
            raise ValueError(f"its schema is not {_SCHEMA}")
        given = value["steps"]
        if not isinstance(given, list) or not 0 < len(given) <= _MOST_STEPS:
            raise ValueError(f"steps are not a list of 1 to {_MOST_STEPS}")
        steps = tuple(_step_of(number, entry) for number, entry in enumerate(given, 1))
        return Script(_size_of(value.get("window", list(_DEFAULT_SIZE))), steps)
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise BadInput(
            f"this is no script ({error})",
            where=path,
            hint="see resources/schemas/drive_script.json",
        ) from error


def _step_of(number: int, entry: object) -> Step:
    if not isinstance(entry, dict) or entry.get("do") not in _FIELDS:
        raise ValueError(f"step {number}: 'do' is none of {', '.join(_FIELDS)}")
    do = entry["do"]
    needed, allowed = _FIELDS[do]
    given = {name: value for name, value in entry.items() if name not in _ALWAYS}
    missing, unknown = needed - set(given), set(given) - needed - allowed
    if missing or unknown:
        wrong = f"lacks {sorted(missing)}" if missing else f"does not know {sorted(unknown)}"
        raise ValueError(f"step {number} ({do}) {wrong}")
    timeout = entry.get("timeout_s", _TIMEOUT_S)
    if not isinstance(timeout, int | float) or not 0 < timeout <= 3600:
        raise ValueError(f"step {number}: timeout_s {timeout!r}")
    return Step(number, do, given, float(timeout))


def _size_of(value: object) -> tuple[int, int]:
    if not isinstance(value, list) or len(value) != 2 or not all(isinstance(v, int) for v in value):
        raise ValueError("window is not [width, height]")
    width, height = value
    if not (320 <= width <= 8192 and 240 <= height <= 8192):
        raise ValueError(f"window {width} x {height}")
    return width, height
