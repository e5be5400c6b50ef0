"""Who has a project open for writing: one studio at a time, told by a file beside it."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from void_studio.core import Owner, Refused

__all__ = ["claim", "holder", "release"]

_LIMIT_BYTES = 4096


def claim(project: Path) -> None:
    """Become the project's writer.

    Raises Refused, naming who has it, unless that was a process of this machine that is gone; and
    where nothing can be written.
    """
    path = _owner_file(project)
    for _ in range(2):
        try:
            with path.open("xb") as file:
                file.write(Owner.me().encode())
        except FileExistsError:
            _clear_if_gone(project, path)
        except OSError as error:
            raise Refused(
                f"can not write here: {error.strerror or error}",
                where=project,
                hint="choose a folder that can be written",
            ) from error
        else:
            return
    raise Refused("the project is being opened by another studio", where=project, hint="try again")


def holder(project: Path) -> Owner | None:
    """Who has the project open for writing; None when nobody has, or nobody is left who had."""
    found = _owner(_owner_file(project))
    return None if found is None or found.is_gone else found


def release(project: Path) -> None:
    """Let another studio write. Idempotent."""
    _owner_file(project).unlink(missing_ok=True)


def _owner_file(project: Path) -> Path:
    return project.with_name(project.name + ".owner")


def _owner(path: Path) -> Owner | None:
    with suppress(FileNotFoundError), path.open("rb") as file:
        return Owner.decode(file.read(_LIMIT_BYTES))
    return None


def _clear_if_gone(project: Path, path: Path) -> None:
    found = _owner(path)
    if found is not None and not found.is_gone:
        raise Refused(
            f"the project is open for writing by {found}",
            where=project,
            hint=f"close it there, or remove {path.name} if that studio is gone",
        )
    path.unlink(missing_ok=True)
