"""The tables of the job store, and the step from the version before."""

from __future__ import annotations

__all__ = ["FROM_1", "SCHEMA", "VERSION"]

VERSION = 2
SCHEMA = """
CREATE TABLE jobs (
    number INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, request_id TEXT NOT NULL,
    spec TEXT NOT NULL, digest TEXT NOT NULL, state TEXT NOT NULL, attempt INTEGER NOT NULL,
    build TEXT NOT NULL, cancels INTEGER NOT NULL DEFAULT 0, starts INTEGER NOT NULL DEFAULT 0,
    submitted_at TEXT NOT NULL, checkpoint TEXT, checkpoint_patches INTEGER NOT NULL DEFAULT 0,
    fetched_at TEXT);
CREATE INDEX jobs_by_digest ON jobs (digest);
CREATE INDEX jobs_by_state ON jobs (state);
CREATE TABLE events (
    job_id TEXT NOT NULL REFERENCES jobs (id) ON DELETE CASCADE, seq INTEGER NOT NULL,
    at TEXT NOT NULL, kind TEXT NOT NULL, payload TEXT NOT NULL, image BLOB,
    PRIMARY KEY (job_id, seq)) WITHOUT ROWID;
CREATE TABLE patches (
    job_id TEXT NOT NULL REFERENCES jobs (id) ON DELETE CASCADE, position INTEGER NOT NULL,
    frame INTEGER NOT NULL, x INTEGER NOT NULL, y INTEGER NOT NULL, width INTEGER NOT NULL,
    height INTEGER NOT NULL, pixels TEXT NOT NULL, confidence TEXT,
    PRIMARY KEY (job_id, position)) WITHOUT ROWID;
"""
FROM_1 = "ALTER TABLE jobs ADD COLUMN fetched_at TEXT;"
