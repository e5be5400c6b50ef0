"""Layouts that a person has made, by workspace and set of screens."""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtGui import QScreen

from void_studio.core import BadInput, read_limited, write_whole

__all__ = ["Layouts", "screens_key"]

_SCHEMA = "void_studio.layouts.1"
_LIMIT_BYTES = 4 << 20


class Layouts:
    """What `Docks.saved` gave, by set of screens and workspace; a value of the GUI thread."""

    def __init__(self, known: dict[str, dict[str, bytes]] | None = None) -> None:
        self._known = known or {}

    @classmethod
    def read(cls, path: Path) -> Layouts:
        """Layouts from a file, none where there is no file. Raises BadInput."""
        if not path.exists():
            return cls()
        try:
            value = json.loads(read_limited(path, _LIMIT_BYTES))
            if value["schema"] != _SCHEMA:
                raise ValueError(f"schema {value['schema']!r}")
            return cls(
                {
                    str(screens): {
                        str(name): base64.b64decode(text, validate=True)
                        for name, text in by_name.items()
                    }
                    for screens, by_name in value["screens"].items()
                }
            )
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            raise BadInput(
                f"the window's layouts are malformed ({error})",
                where=path,
                hint="the default layout is used; the file is written anew on quitting",
            ) from error

    def get(self, screens: str, workspace: str) -> bytes | None:
        """The layout of a workspace on a set of screens, if there is one."""
        return self._known.get(screens, {}).get(workspace)

    def keep(self, screens: str, workspace: str, state: bytes) -> None:
        """Remember a layout."""
        self._known.setdefault(screens, {})[workspace] = state

    def forget(self, screens: str, workspace: str) -> None:
        """Forget a layout."""
        self._known.get(screens, {}).pop(workspace, None)

    def text(self) -> bytes:
        """All of it as a file has it."""
        screens = {
            key: {name: base64.b64encode(state).decode() for name, state in by_name.items()}
            for key, by_name in self._known.items()
        }
        return json.dumps({"schema": _SCHEMA, "screens": screens}).encode()

    @staticmethod
    def write(path: Path, text: bytes) -> None:
        """Keep what `text` gave. Not for the GUI thread."""
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, text)


def screens_key(screens: Sequence[QScreen]) -> str:
    """A name for a set of screens: their sizes and scales, left to right."""
    ordered = sorted(screens, key=lambda screen: screen.geometry().x())
    return "+".join(
        f"{s.geometry().width()}x{s.geometry().height()}@{s.devicePixelRatio():g}" for s in ordered
    )
