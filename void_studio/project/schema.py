"""The project file's tables, upgraded one step at a time."""

from __future__ import annotations

import sqlite3

from void_studio.core import Refused

__all__ = ["APPLICATION_ID", "is_old", "upgrade"]

APPLICATION_ID = 0x564F4944  # "VOID"

_STEPS = (
    """
    CREATE TABLE timeline (
        only INTEGER PRIMARY KEY CHECK (only = 1),
        path TEXT NOT NULL, sha256 TEXT NOT NULL, media_root TEXT
    ) STRICT;
    CREATE TABLE shots (
        id TEXT PRIMARY KEY, name TEXT NOT NULL, plate TEXT, quadmask BLOB,
        revision INTEGER NOT NULL DEFAULT 0
    ) STRICT;
    CREATE TABLE requests (
        id TEXT PRIMARY KEY, shot_id TEXT NOT NULL REFERENCES shots (id), body BLOB NOT NULL
    ) STRICT;
    CREATE TABLE versions (
        shot_id TEXT NOT NULL REFERENCES shots (id), number INTEGER NOT NULL, folder TEXT NOT NULL,
        request_id TEXT NOT NULL REFERENCES requests (id), PRIMARY KEY (shot_id, number, folder)
    ) STRICT;
    CREATE TABLE journal (
        seq INTEGER PRIMARY KEY AUTOINCREMENT, at TEXT NOT NULL, what TEXT NOT NULL
    ) STRICT;
    """,
    "ALTER TABLE timeline ADD COLUMN rate TEXT;",
    """
    CREATE TABLE changes (
        shot_id TEXT NOT NULL REFERENCES shots (id), revision INTEGER NOT NULL, body BLOB NOT NULL,
        PRIMARY KEY (shot_id, revision)
    ) STRICT;
    CREATE TABLE settings (
        shot_id TEXT NOT NULL, name TEXT NOT NULL, body TEXT NOT NULL, PRIMARY KEY (shot_id, name)
    ) STRICT;
    CREATE TABLE takes (
        id TEXT PRIMARY KEY, shot_id TEXT NOT NULL REFERENCES shots (id),
        request_id TEXT NOT NULL REFERENCES requests (id), at TEXT NOT NULL, worker TEXT NOT NULL,
        job TEXT NOT NULL, state TEXT NOT NULL, result TEXT NOT NULL, note TEXT NOT NULL,
        stars INTEGER NOT NULL
    ) STRICT;
    """,
)


def is_old(connection: sqlite3.Connection) -> bool:
    """Whether there is a step that the file has not seen."""
    return _version(connection) < len(_STEPS)


def upgrade(connection: sqlite3.Connection, *, where: object) -> None:
    """Bring a project file to the newest schema, each step in a transaction of its own.

    Raises Refused for a file that a newer studio has written.
    """
    version = _version(connection)
    if version > len(_STEPS):
        raise Refused(
            f"written by a newer VOID Studio (schema {version}, this one knows {len(_STEPS)})",
            where=where,
            hint="update the studio",
        )
    for number, step in enumerate(_STEPS[version:], version + 1):
        connection.executescript(
            f"BEGIN IMMEDIATE; {step} PRAGMA application_id = {APPLICATION_ID};"
            f" PRAGMA user_version = {number}; COMMIT;"
        )


def _version(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])
