"""What a project holds, row by row."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

__all__ = ["ProjectShot", "ProjectTake", "ProjectTimeline", "ProjectVersion"]


@dataclass(frozen=True, slots=True)
class ProjectTimeline:
    """The timeline of a project, and the sha256 that it had when it was imported.

    `rate` is what a person gave for an EDL, which does not say its own.
    """

    path: Path
    sha256: str
    media_root: Path | None
    rate: Fraction | None = None


@dataclass(frozen=True, slots=True)
class ProjectShot:
    """A shot as the project keeps it; `plate` is where a person relinked it to, if they did."""

    id: str
    name: str
    plate: Path | None
    revision: int
    has_quadmask: bool


@dataclass(frozen=True, slots=True)
class ProjectVersion:
    """A published version of a shot."""

    shot_id: str
    number: int
    folder: Path
    request_id: str


@dataclass(frozen=True, slots=True)
class ProjectTake:
    """A take of a shot, finished or not.

    `job` is the worker's id of it, empty before it was submitted; `worker` its address, empty for
    the local one. `state` is the owner's word for where it stands, `result` the digest of the
    manifest when there is one. `stars` are 0-3; `at` is when it was asked for, UTC in ISO form.
    """

    id: str
    shot_id: str
    request_id: str
    at: str
    worker: str = ""
    job: str = ""
    state: str = ""
    result: str = ""
    note: str = ""
    stars: int = 0
