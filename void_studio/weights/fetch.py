"""Fetching weights: only when asked, to the end or resumable, checked before they are in place."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, BinaryIO, cast

from void_studio.core import BadInput, Refused, sync_folder
from void_studio.weights.catalogue import WeightFile, Weights
from void_studio.weights.one_at_a_time import alone_in
from void_studio.weights.pins import Pin, Pins
from void_studio.weights.places import free_bytes
from void_studio.weights.removing import part_of
from void_studio.weights.safetensors_file import check_safetensors
from void_studio.weights.source import Remote, Source
from void_studio.weights.verify import sha256_of

__all__ = ["Fetch", "FetchPlan", "plan_fetch", "run_fetch"]

_SPARE_BYTES = 1 << 30
_MOVING = "main"
OnBytes = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Fetch:
    """A file to be fetched to `target`; `expected` is its sha256, "" where none is known."""

    weights: Weights
    file: WeightFile
    remote: Remote
    target: Path
    expected: str

    @property
    def there_bytes(self) -> int:
        """How much of it an earlier fetch left."""
        part = part_of(self.target)
        return part.stat().st_size if part.is_file() else 0


@dataclass(frozen=True, slots=True)
class FetchPlan:
    """What is to be done before weights are whole in the weights folder."""

    fetches: tuple[Fetch, ...]

    @property
    def total_bytes(self) -> int:
        """Size of all files that are fetched."""
        return sum(fetch.remote.size_bytes for fetch in self.fetches)

    @property
    def left_bytes(self) -> int:
        """How much of them is not there yet."""
        return self.total_bytes - sum(fetch.there_bytes for fetch in self.fetches)

    def pending(self) -> FetchPlan:
        """The same without what has come into place since."""
        return FetchPlan(tuple(fetch for fetch in self.fetches if not fetch.target.exists()))

    def of(self, weights: Weights) -> FetchPlan:
        """The part of the plan for these weights."""
        return FetchPlan(tuple(fetch for fetch in self.fetches if fetch.weights == weights))

    def only(self, path: str) -> FetchPlan:
        """The part of the plan that fetches the file `path` of a repository."""
        return FetchPlan(tuple(fetch for fetch in self.fetches if fetch.file.path == path))


def plan_fetch(chosen: Sequence[Weights], root: Path, source: Source, pins: Pins) -> FetchPlan:
    """Ask `source` about the files that are not in `root`. Raises Refused for a full disk.

    The commit of a repository's first answer holds for all its files.
    """
    fetches = []
    commits: dict[str, str] = {}
    for weights in chosen:
        for file in weights.files:
            target = root / weights.folder / file.path
            if target.is_file():
                continue
            commit = commits.get(weights.repo) or _commit_of(weights, pins)
            remote = source.look(weights, file, commit)
            if commit != _MOVING and remote.commit and remote.commit != commit:
                raise BadInput(
                    f"commit {remote.commit[:12]} was answered, {commit[:12]} was asked for",
                    where=f"{weights.repo}/{file.path}",
                )
            commits.setdefault(weights.repo, remote.commit)
            fetches.append(
                Fetch(weights, file, remote, target, _expected(weights, file, remote, pins))
            )
    plan = FetchPlan(tuple(fetches))
    _check_room(plan, root)
    return plan


def run_fetch(
    plan: FetchPlan, root: Path, source: Source, pins: Pins, *, on_progress: OnBytes
) -> None:
    """Fetch what is planned into `root`, one file after the other.

    `on_progress` is told bytes done and to do.
    A file appears when it is whole and its digest is right; what a broken link leaves is gone on
    with the next time. Raises BadInput for a wrong digest, after which that file starts over, and
    Refused while another fetch is going on there.
    """
    if not plan.fetches:
        return
    with alone_in(root):
        _run(plan, source, pins, on_progress)


def _run(plan: FetchPlan, source: Source, pins: Pins, on_progress: OnBytes) -> None:
    before = 0
    for fetch in plan.fetches:
        done = before

        def tell(at: int, done: int = done) -> None:
            on_progress(done + at, plan.total_bytes)

        sha256 = _fetched(fetch, source, tell)
        pins.keep_file(
            fetch.weights.repo,
            fetch.file.path,
            Pin(fetch.remote.size_bytes, sha256, "published" if fetch.expected else "first seen"),
        )
        if fetch.remote.commit and not pins.commit(fetch.weights.repo):
            pins.keep_commit(fetch.weights.repo, fetch.remote.commit)
        before += fetch.remote.size_bytes


def _fetched(fetch: Fetch, source: Source, tell: Callable[[int], None]) -> str:
    """Bring one file into place; returns its sha256."""
    part = part_of(fetch.target)
    size = fetch.remote.size_bytes
    try:
        part.parent.mkdir(parents=True, exist_ok=True)
        if fetch.there_bytes > size:
            part.unlink()
        with part.open("ab") as file:
            offset = file.tell()
            tell(offset)
            if offset < size:
                source.copy(fetch.remote, cast("BinaryIO", _Told(file, tell)), offset)
            file.flush()
            os.fsync(file.fileno())
        sha256 = _judged(fetch, part)
        part.replace(fetch.target)
        sync_folder(fetch.target.parent)
    except OSError as error:
        raise _unwritable(part, error) from error
    return sha256


def _unwritable(where: object, error: OSError) -> Refused:
    return Refused(
        f"can not write here: {error.strerror or error}",
        where=where,
        hint="make room, or name another folder in VOID_STUDIO_WEIGHTS",
    )


def _judged(fetch: Fetch, part: Path) -> str:
    """The sha256 of what arrived. A bad file is removed: going on with it would never help."""
    found, size = sha256_of(part), part.stat().st_size
    wrong = ""
    if size != fetch.remote.size_bytes:
        wrong = f"{size} bytes arrived of {fetch.remote.size_bytes}"
    elif fetch.expected and found != fetch.expected:
        wrong = f"its sha256 is {found[:12]}..., expected {fetch.expected[:12]}..."
    if wrong:
        part.unlink()
        raise BadInput(wrong, where=fetch.target, hint="it was thrown away; fetch it again")
    if fetch.target.suffix == ".safetensors":
        try:
            check_safetensors(part)
        except BadInput as error:
            part.unlink()
            raise BadInput(error.what, where=fetch.target, hint="it was thrown away") from error
    return found


class _Told:
    """The part file for a source, which may also start over; tells how far it has got."""

    def __init__(self, file: IO[bytes], tell: Callable[[int], None]) -> None:
        self._file = file
        self._tell = tell

    def write(self, data: bytes) -> int:
        """Append. Raises Refused where there is no room: a source knows nothing of our disk."""
        try:
            count = self._file.write(data)
        except OSError as error:
            raise _unwritable(self._file.name, error) from error
        self._tell(self._file.tell())
        return count

    def seek(self, offset: int) -> int:
        """Go to a place."""
        return self._file.seek(offset)

    def tell(self) -> int:
        """Where it is."""
        return self._file.tell()

    def truncate(self) -> int:
        """Cut what follows."""
        return self._file.truncate()


def _commit_of(weights: Weights, pins: Pins) -> str:
    pinned = pins.commit(weights.repo) if weights.revision == _MOVING else ""
    return pinned or weights.revision


def _expected(weights: Weights, file: WeightFile, remote: Remote, pins: Pins) -> str:
    pin = pins.file(weights.repo, file.path)
    return file.sha256 or (pin.sha256 if pin else "") or remote.sha256


def _check_room(plan: FetchPlan, root: Path) -> None:
    free = free_bytes(root)
    needed = plan.left_bytes + _SPARE_BYTES
    if plan.fetches and needed > free:
        raise Refused(
            f"{plan.left_bytes / 1e9:.1f} GB are to be fetched and {free / 1e9:.1f} GB are free",
            where=root,
            hint="make room, or name another folder in VOID_STUDIO_WEIGHTS",
        )
