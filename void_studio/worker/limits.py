"""How large things on the wire may be, how many and how long, for both ends."""

from __future__ import annotations

__all__ = [
    "ASSIST_SESSIONS",
    "BLOB_BYTES",
    "CALL_S",
    "CHUNK_BYTES",
    "FRAME_BLOB_BYTES",
    "LONG_CALL_S",
    "MESSAGE_BYTES",
    "NAME_CHARS",
    "NOTE_CHARS",
    "PARAMS",
    "PEER_CALLS",
    "PEER_JOBS",
    "PEER_OPEN",
    "PROMPT_CHARS",
    "QUEUED_JOBS",
    "SESSION_FRAMES",
    "SESSION_PROMPTS",
    "THREADS",
    "WATCHERS",
    "DIGESTS_PER_QUESTION",
]

CHUNK_BYTES = 1 << 20
MESSAGE_BYTES = 2 * CHUNK_BYTES
BLOB_BYTES = 1 << 28
FRAME_BLOB_BYTES = 1 << 26
DIGESTS_PER_QUESTION = 8192
NAME_CHARS = 200
NOTE_CHARS = 1000
PROMPT_CHARS = 8192
PARAMS = 256
QUEUED_JOBS = 1000
SESSION_FRAMES = 100_000
SESSION_PROMPTS = 1024

THREADS = 96
WATCHERS = 64
ASSIST_SESSIONS = 4

PEER_OPEN = 64
PEER_CALLS = {
    "Put": 32,
    "Get blob": 32,
    "PutMany": 16,
    "GetMany": 16,
    "Watch": 32,
    "Session": 4,
}
PEER_JOBS = 500

CALL_S = 120.0
LONG_CALL_S = {
    "Put": 900.0,
    "Get blob": 900.0,
    "PutMany": 900.0,
    "GetMany": 900.0,
    "Watch": 4 * 3600.0,
}
