"""What was opened last, newest first, in the state folder. Blocks; for tasks."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from void_studio.app.session.values import OpenedKind, Recent
from void_studio.core import StudioError, read_limited, write_whole

__all__ = ["read_recents", "remember"]

_MOST = 20
_LIMIT_BYTES = 1 << 20


def read_recents(path: Path) -> tuple[Recent, ...]:
    """The list; what can not be read in it is left out, for it is only a convenience."""
    try:
        value = json.loads(read_limited(path, _LIMIT_BYTES))
    except (StudioError, ValueError, RecursionError):
        return ()
    rows = value if type(value) is list else []
    return tuple(row for row in map(_recent, rows[:_MOST]) if row is not None)


def remember(path: Path, opened: Path, kind: OpenedKind) -> tuple[Recent, ...]:
    """Put `opened` on top; the list. Raises Refused when it can not be written."""
    newest = Recent(opened, datetime.now(UTC), kind)
    others = [row for row in read_recents(path) if row.path != opened]
    rows = (newest, *others)[:_MOST]
    value = [
        {"path": str(row.path), "at": row.at.isoformat(), "kind": row.kind.value} for row in rows
    ]
    write_whole(path, json.dumps(value, indent=1).encode())
    return rows


def _recent(value: Any) -> Recent | None:
    try:
        at = datetime.fromisoformat(value["at"])
        return Recent(Path(value["path"]), at.astimezone(UTC), OpenedKind(value["kind"]))
    except (KeyError, TypeError, ValueError):
        return None
