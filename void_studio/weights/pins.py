"""What this machine has learnt of weights: digests, commits, licences that were accepted."""

from __future__ import annotations

import json
import re
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from void_studio.core import BadInput, canonical_json, read_limited, write_whole

__all__ = ["Pin", "Pins"]

_SCHEMA = "void_studio.weights.1"
_LIMIT_BYTES = 1 << 22
_SHA256 = re.compile(r"[0-9a-f]{64}")
_COMMIT = re.compile(r"[0-9a-f]{40}")


@dataclass(frozen=True, slots=True)
class Pin:
    """The content that a file must have from now on; `learnt` is "published" or "first seen"."""

    size_bytes: int
    sha256: str
    learnt: str


class Pins:
    """The file `weights.json` of the worker's state folder, written whole at every change."""

    def __init__(self, path: Path) -> None:
        """Read it, if it is there. Raises BadInput when it is malformed."""
        self.path = path
        self._files: dict[str, Pin] = {}
        self._commits: dict[str, str] = {}
        self._accepted: dict[str, str] = {}
        if path.exists():
            self._read()

    def file(self, repo: str, name: str) -> Pin | None:
        """The pin of a file, None before its content was learnt."""
        return self._files.get(f"{repo}/{name}")

    def commit(self, repo: str) -> str:
        """The commit that was fetched first; empty before that."""
        return self._commits.get(repo, "")

    def accepted(self, repo: str, licence: str) -> bool:
        """Whether a person accepted this licence for this repository."""
        return self._accepted.get(repo) == licence

    def keep_file(self, repo: str, name: str, pin: Pin) -> None:
        """From now on the file has this content."""
        self._files[f"{repo}/{name}"] = pin
        self._write()

    def keep_commit(self, repo: str, commit: str) -> None:
        """From now on files come from this commit."""
        if _COMMIT.fullmatch(commit):
            self._commits[repo] = commit
            self._write()

    def accept(self, repo: str, licence: str) -> None:
        """A person accepted this licence."""
        self._accepted[repo] = licence
        self._write()

    def _write(self) -> None:
        value = {
            "schema": _SCHEMA,
            "files": {name: asdict(pin) for name, pin in self._files.items()},
            "commits": self._commits,
            "accepted": self._accepted,
        }
        write_whole(self.path, canonical_json(value))

    def _read(self) -> None:
        try:
            value = json.loads(read_limited(self.path, _LIMIT_BYTES))
            if value["schema"] != _SCHEMA:
                raise ValueError(f"schema {value['schema']!r}")
            self._files = {str(name): _pin_of(item) for name, item in value["files"].items()}
            self._commits = {str(repo): str(text) for repo, text in value["commits"].items()}
            self._accepted = {str(repo): str(text) for repo, text in value["accepted"].items()}
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            raise BadInput(
                f"what was learnt of weights is malformed ({error})",
                where=self.path,
                hint="remove this file; digests are then learnt again",
            ) from error


def _pin_of(item: dict[str, Any]) -> Pin:
    pin = Pin(int(item["size_bytes"]), str(item["sha256"]), str(item["learnt"]))
    if not _SHA256.fullmatch(pin.sha256):
        raise ValueError("a digest is malformed")
    return pin
