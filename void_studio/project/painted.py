"""The painted documents in a project: a snapshot each, and the changes made since."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

from void_studio.core import BadInput
from void_studio.quadmask import (
    Change,
    QuadmaskDocument,
    QuadmaskSnapshot,
    decode_change,
    decode_document,
    encode_change,
    encode_snapshot,
)

__all__ = ["append_changes", "read_document", "write_snapshot"]


def write_snapshot(connection: sqlite3.Connection, snapshot: QuadmaskSnapshot) -> None:
    """Store a whole document; the changes that are in it are dropped."""
    connection.execute(
        "UPDATE shots SET quadmask = ?, revision = ? WHERE id = ?",
        (encode_snapshot(snapshot), snapshot.revision, snapshot.shot_id),
    )
    connection.execute(
        "DELETE FROM changes WHERE shot_id = ? AND revision <= ?",
        (snapshot.shot_id, snapshot.revision),
    )


def append_changes(connection: sqlite3.Connection, shot_id: str, changes: Sequence[Change]) -> None:
    """Store what was done to a document whose snapshot, or earlier change, is there already."""
    connection.executemany(
        "INSERT INTO changes (shot_id, revision, body) VALUES (?, ?, ?)",
        [(shot_id, change.revision, encode_change(change)) for change in changes],
    )


def read_document(
    connection: sqlite3.Connection, shot_id: str, *, where: object
) -> QuadmaskDocument | None:
    """A shot's document with every change done again, None when nothing was painted.

    Raises BadInput when a change does not fit what was before it.
    """
    row = connection.execute("SELECT quadmask FROM shots WHERE id = ?", (shot_id,)).fetchone()
    if row is None or row[0] is None:
        return None
    document = decode_document(row[0])
    changes = connection.execute(
        "SELECT body FROM changes WHERE shot_id = ? AND revision > ? ORDER BY revision",
        (shot_id, document.revision),
    )
    try:
        for (body,) in changes:
            document.replay(decode_change(body, document.range, document.extent))
    except (ValueError, KeyError) as error:
        raise BadInput(f"what was painted on {shot_id} is damaged: {error}", where=where) from error
    return document
