"""Which project file belongs to what a person opened. Blocks; for tasks."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from void_studio.app.session.places import Places
from void_studio.core import BadInput, digest_bytes

__all__ = ["ProjectPlace", "can_write", "place_for"]

_SUFFIX = ".void"


@dataclass(frozen=True, slots=True)
class ProjectPlace:
    """Where the project is or will be; `is_aside` when that is not beside what was opened."""

    path: Path
    exists: bool
    is_aside: bool


def place_for(
    candidates: Sequence[Path], is_ours: Callable[[Path, Path], bool], places: Places
) -> ProjectPlace:
    """The first candidate that is there and ours, else the first free one.

    In the state folder where nothing can be written beside what was opened. `is_ours` is given a
    project and the timeline that it is about.
    """
    first = candidates[0]
    aside = places.projects / f"{first.stem}-{digest_bytes(str(first).encode())[:12]}{_SUFFIX}"
    for path in (*candidates, aside):
        if path.is_file() and _is_ours(path, is_ours):
            return ProjectPlace(path, exists=True, is_aside=path == aside)
    free = [path for path in candidates if not path.exists()]
    if free and can_write(first.parent):
        return ProjectPlace(free[0], exists=False, is_aside=False)
    return ProjectPlace(aside, exists=False, is_aside=True)


def can_write(folder: Path) -> bool:
    """Whether a file can be made in `folder`."""
    probe = folder / f".void_studio.{secrets.token_hex(4)}"
    try:
        probe.touch(exist_ok=False)
    except OSError:
        return False
    with suppress(OSError):
        probe.unlink()
    return True


def _is_ours(path: Path, is_ours: Callable[[Path, Path], bool]) -> bool:
    from void_studio.project import Project

    try:
        with Project.open(path) as project:
            return is_ours(path, project.timeline.path)
    except BadInput:
        return False
