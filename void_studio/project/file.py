"""The project file: one SQLite database of shots, mattes, requests, versions and a journal."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import astuple
from datetime import UTC, datetime
from enum import Enum
from pathlib import Path
from typing import Self

from void_studio.core import BadInput, NotPresent, Refused, UsageError, format_rate, parse_rate
from void_studio.project.owner import claim, release
from void_studio.project.painted import append_changes, read_document, write_snapshot
from void_studio.project.rows import ProjectShot, ProjectTake, ProjectTimeline, ProjectVersion
from void_studio.project.schema import APPLICATION_ID, is_old, upgrade
from void_studio.project.volume import is_network_volume
from void_studio.quadmask import Change, QuadmaskDocument, QuadmaskSnapshot
from void_studio.versions import RenderRequest

__all__ = ["Project"]


class _Mode(Enum):
    """How the database is opened; the values are SQLite's."""

    CREATE = "rwc"
    WRITE = "rw"
    READ = "ro"


class Project:
    """An open project file. Used by one thread; close it, or use it as a context manager.

    A kill loses at most the transaction under way: WAL where the volume allows it, a rollback
    journal where it does not (`journal_mode` tells).
    """

    def __init__(self, path: Path, connection: sqlite3.Connection, *, writable: bool) -> None:
        self.path = path
        self.writable = writable
        self._connection = connection
        self.journal_mode = str(connection.execute("PRAGMA journal_mode").fetchone()[0])

    @classmethod
    def create(cls, path: Path, timeline: ProjectTimeline, shots: list[ProjectShot]) -> Project:
        """Make a project file. Raises Refused when there is a file at `path`."""
        if path.exists():
            raise Refused("there is a file already", where=path, hint="choose another name")
        path.parent.mkdir(parents=True, exist_ok=True)
        project = cls._open(path, _Mode.CREATE)
        try:
            project.import_timeline(timeline, shots)
        except BaseException:
            project.close()
            raise
        return project

    @classmethod
    def open(cls, path: Path, *, writable: bool = False) -> Project:
        """Open an existing project; for writing only when no other studio has it.

        A project of an older studio is upgraded first. Raises NotPresent, BadInput when it is not
        a project file, Refused when it is held or of a newer studio.
        """
        if not path.is_file():
            raise NotPresent("no such project", where=path, hint="make one with `project new`")
        if writable:
            return cls._open(path, _Mode.WRITE)
        project = cls._open(path, _Mode.READ)
        if not project.is_old:
            return project
        project.close()
        cls._open(path, _Mode.WRITE).close()
        return cls._open(path, _Mode.READ)

    @classmethod
    def _open(cls, path: Path, mode: _Mode) -> Project:
        writable = mode is not _Mode.READ
        if writable:
            claim(path)
        try:
            return cls(path, _connect(path, mode), writable=writable)
        except BaseException:
            if writable:
                release(path)
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Flush and let go. Idempotent."""
        self._connection.close()
        if self.writable:
            release(self.path)

    @contextmanager
    def _transaction(self, what: str | None) -> Iterator[sqlite3.Connection]:
        """All or nothing; `what` goes to the journal."""
        if not self.writable:
            raise Refused("the project is open read-only", where=self.path)
        try:
            with self._connection:
                yield self._connection
                if what is not None:
                    self._connection.execute(
                        "INSERT INTO journal (at, what) VALUES (?, ?)",
                        (datetime.now(UTC).isoformat(), what),
                    )
        except sqlite3.Error as error:
            raise Refused(f"can not be written: {error}", where=self.path) from error

    def import_timeline(self, timeline: ProjectTimeline, shots: list[ProjectShot]) -> None:
        """Take in the timeline that the project is about; a project has one."""
        with self._transaction(f"imported {timeline.path}") as connection:
            connection.execute(
                "INSERT INTO timeline (only, path, sha256, media_root, rate)"
                " VALUES (1, ?, ?, ?, ?)",
                (
                    str(timeline.path),
                    timeline.sha256,
                    _text(timeline.media_root),
                    format_rate(timeline.rate) if timeline.rate else None,
                ),
            )
            _add_shots(connection, shots)

    def update_timeline(self, sha256: str, shots: list[ProjectShot]) -> None:
        """The timeline changed: remember which one it is, and the shots that are new in it."""
        with self._transaction("read the timeline again") as connection:
            connection.execute("UPDATE timeline SET sha256 = ?", (sha256,))
            _add_shots(connection, shots)

    @property
    def is_old(self) -> bool:
        """Whether an older studio wrote it last; opening it for writing upgrades it."""
        return is_old(self._connection)

    @property
    def timeline(self) -> ProjectTimeline:
        """The timeline that was imported."""
        row = self._connection.execute(
            "SELECT path, sha256, media_root, rate FROM timeline"
        ).fetchone()
        if row is None:
            raise BadInput("the project has no timeline", where=self.path)
        path, sha256, media_root, rate = row
        return ProjectTimeline(
            Path(path),
            sha256,
            Path(media_root) if media_root else None,
            parse_rate(rate) if rate else None,
        )

    def shots(self) -> tuple[ProjectShot, ...]:
        """Every shot, in the order of the cut."""
        rows = self._connection.execute(
            "SELECT id, name, plate, MAX(shots.revision, COALESCE((SELECT MAX(changes.revision)"
            " FROM changes WHERE shot_id = id), 0)), quadmask IS NOT NULL FROM shots ORDER BY rowid"
        )
        return tuple(
            ProjectShot(id_, name, Path(plate) if plate else None, revision, bool(has))
            for id_, name, plate, revision, has in rows
        )

    def relink(self, *, media_root: Path | None, plates: dict[str, Path]) -> None:
        """Set where media are looked for: a folder for all, a file for single shots."""
        for shot_id in plates:
            self._require(shot_id)
        with self._transaction(f"relinked {len(plates)} shots") as connection:
            if media_root is not None:
                connection.execute("UPDATE timeline SET media_root = ?", (str(media_root),))
            connection.executemany(
                "UPDATE shots SET plate = ? WHERE id = ?",
                [(str(path), shot_id) for shot_id, path in plates.items()],
            )

    def keep_quadmask(self, document: QuadmaskDocument) -> None:
        """Store a shot's painted document with its history."""
        self._require(document.shot_id)
        with self._transaction(f"painted {document.shot_id}") as connection:
            write_snapshot(connection, document.snapshot())

    def keep_snapshot(self, snapshot: QuadmaskSnapshot) -> None:
        """Store a document as it was; changes that were made since stay as they are."""
        with self._transaction(None) as connection:
            write_snapshot(connection, snapshot)

    def append_changes(
        self, shot_id: str, changes: Sequence[Change], *, base: QuadmaskSnapshot | None = None
    ) -> None:
        """Store what was done to a document, in order; `base` is what the first one was done to.

        It is needed where the project has neither that document nor the change before.
        """
        with self._transaction(None) as connection:
            if base is not None:
                write_snapshot(connection, base)
            append_changes(connection, shot_id, changes)

    def quadmask(self, shot_id: str) -> QuadmaskDocument | None:
        """A shot's painted document, None when nothing was painted."""
        self._require(shot_id)
        return read_document(self._connection, shot_id, where=self.path)

    def checkpoint(self) -> None:
        """Have everything that was stored so far on the disk; nothing to do without WAL."""
        if self.writable and self.journal_mode == "wal":
            self._connection.execute("PRAGMA wal_checkpoint(PASSIVE)")

    def keep_setting(self, shot_id: str, name: str, body: str) -> None:
        """Store a value of a shot under a name, of the whole project where `shot_id` is empty."""
        with self._transaction(None) as connection:
            connection.execute(
                "INSERT OR REPLACE INTO settings VALUES (?, ?, ?)", (shot_id, name, body)
            )

    def settings(self, name: str) -> dict[str, str]:
        """The values under a name, by shot."""
        rows = self._connection.execute(
            "SELECT shot_id, body FROM settings WHERE name = ?", (name,)
        )
        return dict(rows.fetchall())

    def keep_take(self, take: ProjectTake) -> None:
        """Store a take, or what is known of it now; its request must be there."""
        with self._transaction(None) as connection:
            connection.execute(
                "INSERT OR REPLACE INTO takes VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                astuple(take),
            )

    def takes(self) -> tuple[ProjectTake, ...]:
        """Every take, oldest first."""
        rows = self._connection.execute("SELECT * FROM takes ORDER BY at, id")
        return tuple(ProjectTake(*row) for row in rows)

    def keep_request(self, request: RenderRequest) -> None:
        """Store what is needed to finish a result that is fetched later."""
        self._require(request.shot.id)
        with self._transaction(f"requested {request.shot.id}") as connection:
            connection.execute(
                "INSERT OR REPLACE INTO requests VALUES (?, ?, ?)",
                (request.id, request.shot.id, request.encode()),
            )

    def requests(self) -> tuple[RenderRequest, ...]:
        """Every request, oldest first."""
        rows = self._connection.execute("SELECT body FROM requests ORDER BY rowid")
        return tuple(RenderRequest.decode(body) for (body,) in rows)

    def keep_version(self, version: ProjectVersion) -> None:
        """Store that a version was published."""
        with self._transaction(f"published {version.folder}") as connection:
            connection.execute(
                "INSERT OR IGNORE INTO versions VALUES (?, ?, ?, ?)",
                (version.shot_id, version.number, str(version.folder), version.request_id),
            )

    def versions(self) -> tuple[ProjectVersion, ...]:
        """Every published version, by shot and number."""
        rows = self._connection.execute(
            "SELECT shot_id, number, folder, request_id FROM versions ORDER BY shot_id, number"
        )
        return tuple(
            ProjectVersion(shot, number, Path(folder), request)
            for shot, number, folder, request in rows
        )

    def journal(self) -> tuple[tuple[str, str], ...]:
        """What was done and when (UTC, ISO), oldest first."""
        return tuple(self._connection.execute("SELECT at, what FROM journal ORDER BY seq"))

    def _require(self, shot_id: str) -> None:
        known = [row[0] for row in self._connection.execute("SELECT id FROM shots ORDER BY rowid")]
        if shot_id not in known:
            listed = ", ".join(known[:20]) or "none"
            raise UsageError(f"no shot {shot_id!r}", where=self.path, hint=f"it has: {listed}")


def _add_shots(connection: sqlite3.Connection, shots: Iterable[ProjectShot]) -> None:
    connection.executemany(
        "INSERT OR IGNORE INTO shots (id, name, plate) VALUES (?, ?, ?)",
        [(shot.id, shot.name, _text(shot.plate)) for shot in shots],
    )


def _text(path: Path | None) -> str | None:
    return str(path) if path is not None else None


def _connect(path: Path, mode: _Mode) -> sqlite3.Connection:
    uri = f"{path.resolve().as_uri()}?mode={mode.value}"
    try:
        connection = sqlite3.connect(uri, uri=True, timeout=5)
    except sqlite3.Error as error:
        raise BadInput(f"can not be opened: {error}", where=path) from error
    try:
        _prepare(connection, path, mode)
    except sqlite3.DatabaseError as error:
        connection.close()
        raise BadInput(f"not a VOID Studio project ({error})", where=path) from error
    except BaseException:
        connection.close()
        raise
    return connection


def _prepare(connection: sqlite3.Connection, path: Path, mode: _Mode) -> None:
    application = int(connection.execute("PRAGMA application_id").fetchone()[0])
    if application != APPLICATION_ID and mode is not _Mode.CREATE:
        raise BadInput("not a VOID Studio project", where=path)
    connection.execute("PRAGMA trusted_schema = OFF")
    connection.execute("PRAGMA foreign_keys = ON")
    if mode is not _Mode.READ:
        is_remote = is_network_volume(path)
        connection.execute(f"PRAGMA journal_mode = {'DELETE' if is_remote else 'WAL'}")
        connection.execute(f"PRAGMA synchronous = {'FULL' if is_remote else 'NORMAL'}")
        upgrade(connection, where=path)
