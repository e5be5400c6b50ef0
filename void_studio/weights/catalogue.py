"""What weights there are to fetch: `resources/weights.json`."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from void_studio.core import BadInput, UsageError, read_limited, resource

__all__ = ["Catalogue", "Licence", "WeightFile", "Weights", "read_catalogue"]

_SCHEMA = 1
_LIMIT_BYTES = 1 << 20
_REPO = re.compile(r"[\w.-]+/[\w.-]+")
_REVISION = re.compile(r"main|[0-9a-f]{40}")
_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Licence:
    """Under which terms weights are given; `file` of the repository has the text, "" if none."""

    name: str
    url: str
    file: str


@dataclass(frozen=True, slots=True)
class WeightFile:
    """A file of a repository. `about_bytes` is rounded; `sha256` is "" where none is published."""

    path: str
    about_bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Weights:
    """Files of one Hugging Face repository that belong together.

    `revision` is a commit, or "main": then the commit of the first fetch is kept. `parts` are the
    files and folders without which a model can not be loaded.
    """

    name: str
    title: str
    repo: str
    revision: str
    licence: Licence
    parts: tuple[str, ...]
    files: tuple[WeightFile, ...]

    @property
    def folder(self) -> str:
        """The folder of the repository: its name without the owner."""
        return self.repo.rpartition("/")[2]

    @property
    def about_bytes(self) -> int:
        """Size of all files, rounded."""
        return sum(file.about_bytes for file in self.files)


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All weights, and what each engine or segmenter needs of them."""

    weights: tuple[Weights, ...]
    sets: Mapping[str, tuple[str, ...]]

    def get(self, name: str) -> Weights:
        """Weights by name. Raises UsageError, listing the names, for an unknown one."""
        for weights in self.weights:
            if weights.name == name:
                return weights
        known = ", ".join(weights.name for weights in self.weights)
        sets = ", ".join(self.sets)
        raise UsageError(
            f"no weights are called {name[:80]!r}",
            hint=f"there are: {known}; or all that an engine needs: {sets}",
        )

    def chosen(self, name: str) -> tuple[Weights, ...]:
        """The weights called `name`, or all that the engine or segmenter `name` needs."""
        return tuple(self.get(one) for one in self.sets.get(name, (name,)))


def read_catalogue(path: Path | None = None) -> Catalogue:
    """The catalogue in `path`, else the one that is shipped. Raises BadInput when malformed."""
    path = path or resource("weights.json")
    try:
        value = json.loads(read_limited(path, _LIMIT_BYTES))
        if value["schema"] != _SCHEMA:
            raise ValueError(f"schema {value['schema']!r}")
        weights = tuple(_weights_of(item) for item in value["weights"])
        sets = {str(name): tuple(map(str, names)) for name, names in value["sets"].items()}
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise BadInput(f"the catalogue of weights is malformed ({error})", where=path) from error
    return Catalogue(weights, sets)


def _weights_of(item: dict[str, Any]) -> Weights:
    licence = item["licence"]
    return Weights(
        str(item["name"]),
        str(item["title"]),
        _matching(_REPO, item["repo"]),
        _matching(_REVISION, item["revision"]),
        Licence(str(licence["name"]), str(licence["url"]), licence["file"] or ""),
        tuple(_relative(part) for part in item["parts"]),
        tuple(_file_of(file) for file in item["files"]),
    )


def _file_of(item: dict[str, Any]) -> WeightFile:
    sha256 = item.get("sha256")
    return WeightFile(
        _relative(item["path"]),
        int(item["about_bytes"]),
        _matching(_SHA256, sha256) if sha256 else "",
    )


def _matching(pattern: re.Pattern[str], text: str) -> str:
    if not pattern.fullmatch(text):
        raise ValueError(f"{text!r} is not well formed")
    return text


def _relative(text: str) -> str:
    path = PurePosixPath(text)
    if path.is_absolute() or ".." in path.parts or "\\" in text or not path.parts:
        raise ValueError(f"{text!r} leaves its folder")
    return text
