"""The takes and versions of a shot, as they are listed, noted, compared and published."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from pathlib import Path

import numpy as np
import numpy.typing as npt
from psygnal import Signal

from void_studio.app.progress import Stages
from void_studio.app.session.marks import Mark, read_marks, write_marks
from void_studio.app.session.tasks import Task, TaskContext, Tasks
from void_studio.media import probe_plate
from void_studio.versions import ShotFacts, Version, list_versions, shot_slug

__all__ = ["ResultKind", "ResultRow", "Shelf"]

_Found = tuple[ShotFacts, tuple[tuple["ResultKind", Version], ...], Mapping[str, Mark]]


class ResultKind(Enum):
    """A finished job, or one that was published."""

    TAKE = "take"
    VERSION = "version"


@dataclass(frozen=True, slots=True)
class ResultRow:
    """A take or version. `id` is what `ViewState.compare_with` names it by.

    `seconds` is how long it took, `revision` the quadmask's that it was made of. `stale` tells
    that the quadmask was changed since. `seed` is None where the engine has none.
    """

    id: str
    kind: ResultKind
    version: Version
    engine: str
    seed: int | None
    made_at: datetime
    device: str
    seconds: float
    revision: int
    stale: bool
    active: bool
    mark: Mark

    @property
    def name(self) -> str:
        """`take 04` or `v002`."""
        number = self.version.number
        return f"take {number:02d}" if self.kind is ResultKind.TAKE else self.version.folder.name


class Shelf:
    """The results of the shot that is open; of the session's thread.

    `changed` tells that the rows changed; `published` carries the new version's folder.
    """

    changed = Signal()
    published = Signal(Path)

    def __init__(self, tasks: Tasks, *, takes: Path, versions: Path) -> None:
        self._tasks = tasks
        self._takes = takes
        self._versions = versions
        self._shot: ShotFacts | None = None
        self._revision = 0
        self._active: int | None = None
        self._found: tuple[tuple[ResultKind, Version], ...] = ()
        self._marks: dict[str, Mark] = {}
        self._pictures: dict[str, npt.NDArray[np.uint8]] = {}

    def show(self, shot: ShotFacts | None, *, revision: int, active: int | None) -> None:
        """Turn to a shot whose quadmask has `revision` and whose version `active` is in the cut."""
        is_other = shot != self._shot
        self._shot, self._revision, self._active = shot, revision, active
        if is_other:
            self._found = ()
        self.changed.emit()
        self.refresh()

    def revised(self, revision: int) -> None:
        """The shot's quadmask was changed."""
        if revision != self._revision:
            self._revision = revision
            self.changed.emit()

    def activated(self, number: int) -> None:
        """Another version of the shot is in the cut."""
        self._active = number
        self.changed.emit()

    def refresh(self) -> None:
        """Look at the folders again."""
        shot = self._shot
        if shot is not None:
            self._tasks.start("look for takes", lambda _: self._look(shot), done=self._take)

    @property
    def versions(self) -> tuple[ResultRow, ...]:
        """What was published, the newest first."""
        return self._rows(ResultKind.VERSION)

    @property
    def takes(self) -> tuple[ResultRow, ...]:
        """Finished renders, the newest first, rejected ones too."""
        return self._rows(ResultKind.TAKE)

    def row(self, row_id: str) -> ResultRow:
        """A row by its id. Raises KeyError."""
        for row in (*self.versions, *self.takes):
            if row.id == row_id:
                return row
        raise KeyError(row_id)

    def picture(self, row: ResultRow) -> npt.NDArray[np.uint8] | None:
        """A small picture of a row, uint8 (height, width, 4), B G R 255; None until it is made."""
        return self._pictures.get(row.version.recipe.master.digest)

    def mark(self, row_id: str, mark: Mark) -> None:
        """Note something of a take or version."""
        self._marks[row_id] = mark
        marks = dict(self._marks)
        self._tasks.start("keep notes", lambda _: write_marks(self._marks_path, marks))
        self.changed.emit()

    def publish(self, row_id: str) -> Task[Version]:
        """Make a take the shot's next version."""
        take = self.row(row_id)
        if take.kind is not ResultKind.TAKE:
            raise KeyError(row_id)
        return self._tasks.start(
            f"publish {take.name}",
            lambda context: self._publish(take.version, context),
            done=self._appeared,
        )

    def _publish(self, take: Version, context: TaskContext) -> Version:
        from void_studio.app.takes import publish_take

        facts = take.recipe.request.plate
        plate = probe_plate(Path(facts.path), rate=facts.rate if facts.is_sequence else None)
        return publish_take(
            take, plate, self._versions, stages=Stages(context), cancelled=context.cancelled
        )

    def _appeared(self, version: Version) -> None:
        self.refresh()
        self.published.emit(version.folder)

    @property
    def _marks_path(self) -> Path:
        return self._takes / "marks.json"

    def _look(self, shot: ShotFacts) -> _Found:
        slug = shot_slug(shot)
        roots = {ResultKind.VERSION: self._versions, ResultKind.TAKE: self._takes}
        found = tuple(
            (kind, version)
            for kind, root in roots.items()
            for version in reversed(list_versions(root, slug))
            if version.recipe.request.shot.id == shot.id
        )
        return shot, found, read_marks(self._marks_path)

    def _take(self, looked: _Found) -> None:
        shot, found, marks = looked
        if shot == self._shot:
            self._found = found
            self._marks = dict(marks)
            self.changed.emit()
            versions = [version for _, version in found]
            self._tasks.start(
                "make thumbnails", lambda context: self._picture(versions, context), done=self._hang
            )

    def _picture(
        self, versions: Sequence[Version], context: TaskContext
    ) -> dict[str, npt.NDArray[np.uint8]]:
        from void_studio.app.session.thumbnails import thumbnail

        made: dict[str, npt.NDArray[np.uint8]] = {}
        for version in versions:
            context.check()
            digest = version.recipe.master.digest
            if digest not in self._pictures:
                made[digest] = thumbnail(version, self._takes / ".thumbnails")
        return made

    def _hang(self, made: Mapping[str, npt.NDArray[np.uint8]]) -> None:
        self._pictures.update(made)
        if made:
            self.changed.emit()

    def _rows(self, kind: ResultKind) -> tuple[ResultRow, ...]:
        return tuple(
            self._row(found_kind, version)
            for found_kind, version in self._found
            if found_kind is kind
        )

    def _row(self, kind: ResultKind, version: Version) -> ResultRow:
        recipe = version.recipe
        request = recipe.request
        seed = dict(request.job.params).get("seed")
        row_id = f"{kind.value}:{version.folder.parent.name}/{version.folder.name}"
        return ResultRow(
            row_id,
            kind,
            version,
            recipe.rendered_by.engine,
            int(seed) if isinstance(seed, int) else None,
            request.requested_at,
            recipe.rendered_by.device,
            sum(seconds for _, seconds in recipe.timings_s),
            request.quadmask_revision,
            request.quadmask_revision != self._revision,
            kind is ResultKind.VERSION and version.number == self._active,
            self._marks.get(row_id, Mark()),
        )
