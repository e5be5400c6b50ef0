"""What a person has set for every project: kept as one file in the user's config folder."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from typing import Any

from void_studio.core import BadInput, read_limited, write_whole

__all__ = ["LEAST_CAP_BYTES", "Preferences", "Surround", "default_memory_cap", "preferences_path"]

_CONFIG = "VOID_STUDIO_CONFIG"
_SCHEMA = "void_studio.preferences.1"
_LIMIT_BYTES = 1 << 20
_SHARE_OF_MEMORY = 0.25
_MOST_BYTES = 8 << 30
LEAST_CAP_BYTES = 256 << 20


class Surround(Enum):
    """What is around the picture in the viewer."""

    DARK = "dark"
    BLACK = "black"
    GREY = "grey"


@dataclass(frozen=True, slots=True)
class Preferences:
    """`keys` are a person's own keys by action id, as portable texts; an empty tuple means none.

    `memory_cap_bytes` limits the frames in memory, None for a quarter of the machine's memory and
    at most 8 GiB. `worker` is what new shots are rendered on: local, a name or HOST:PORT.
    """

    keys: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    surround: Surround = Surround.DARK
    memory_cap_bytes: int | None = None
    reduce_motion: bool = False
    worker: str = "local"

    @property
    def cap_bytes(self) -> int:
        """The cap that holds on this machine."""
        return self.memory_cap_bytes or default_memory_cap()

    @classmethod
    def read(cls, path: Path) -> Preferences:
        """Preferences from a file, the defaults where there is none. Raises BadInput."""
        if not path.exists():
            return cls()
        try:
            value = json.loads(read_limited(path, _LIMIT_BYTES))
            return _preferences_of(value)
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            raise BadInput(
                f"the preferences are malformed ({error})",
                where=path,
                hint="mend or remove the file; the defaults hold until then",
            ) from error

    def write(self, path: Path) -> None:
        """Keep them; the file appears whole."""
        value = {
            "schema": _SCHEMA,
            "keys": {name: list(keys) for name, keys in self.keys.items()},
            "surround": self.surround.value,
            "memory_cap_bytes": self.memory_cap_bytes,
            "reduce_motion": self.reduce_motion,
            "worker": self.worker,
        }
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, json.dumps(value, indent=2, ensure_ascii=False).encode())


def preferences_path() -> Path:
    """`preferences.json` in the user's config folder, or in VOID_STUDIO_CONFIG."""
    from platformdirs import user_config_path

    named = os.environ.get(_CONFIG)
    return (Path(named) if named else user_config_path("void-studio")) / "preferences.json"


def default_memory_cap() -> int:
    """A quarter of this machine's memory, at most 8 GiB, in bytes."""
    import psutil

    return min(round(psutil.virtual_memory().total * _SHARE_OF_MEMORY), _MOST_BYTES)


def _preferences_of(value: Mapping[str, Any]) -> Preferences:
    if value["schema"] != _SCHEMA:
        raise ValueError(f"schema {value['schema']!r}")
    keys = {str(name): _texts(given) for name, given in value["keys"].items()}
    cap = value["memory_cap_bytes"]
    if cap is not None and (not isinstance(cap, int) or cap < LEAST_CAP_BYTES):
        raise ValueError(f"memory_cap_bytes {cap!r}")
    return Preferences(
        keys,
        Surround(value["surround"]),
        cap,
        bool(value["reduce_motion"]),
        str(value["worker"]),
    )


def _texts(given: object) -> tuple[str, ...]:
    if not isinstance(given, list) or not all(isinstance(text, str) for text in given):
        raise ValueError("keys are not a list of texts")
    return tuple(given)
