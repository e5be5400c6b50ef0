"""A studio without a window: everything that is open, used by one thread."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import TypeVar

from psygnal import Signal

from void_studio.app.session.choosing import Chosen, choose_shot
from void_studio.app.session.exchange import Imported
from void_studio.app.session.libraries import load_libraries
from void_studio.app.session.opening import Opened, Wanted, open_wanted, read_cut
from void_studio.app.session.parts import Closing
from void_studio.app.session.places import Places
from void_studio.app.session.posting import Post
from void_studio.app.session.recents import read_recents, remember
from void_studio.app.session.rows import ACTIVE, NOTE, ProjectFacts, cut_of
from void_studio.app.session.saving import Saving
from void_studio.app.session.shot import OpenShot, ShotTools
from void_studio.app.session.tasks import Task, TaskContext, Tasks
from void_studio.app.session.values import (
    Cut,
    Level,
    Message,
    OpenedKind,
    Recent,
    SaveState,
    ShotRow,
    ShotSettings,
)
from void_studio.app.session.view import ViewState
from void_studio.app.session.writer import ProjectWriter
from void_studio.core import Refused, StudioError
from void_studio.quadmask import History
from void_studio.timeline import Timeline

__all__ = ["Session"]

T = TypeVar("T")
Reread = tuple[Timeline, ProjectFacts]


class Session:
    """Opens one cut at a time; signals are emitted on the session's thread.

    `opened` tells that another cut is open, or none. `shot_changed` carries the open shot or None.
    `shots_changed` tells that rows changed, `versions_changed` and `queue_changed` what they say.
    `timeline` and `writer` are those of the cut that is open.
    """

    opened = Signal()
    shot_changed = Signal(object)
    shots_changed = Signal()
    settings_changed = Signal(ShotSettings)
    saved = Signal(SaveState)
    message = Signal(Message)
    queue_changed = Signal()
    versions_changed = Signal()
    recents_changed = Signal()

    def __init__(self, places: Places, *, post: Post) -> None:
        self.places = places
        self.post = post
        self.view = ViewState()
        self.tasks = Tasks(post, failed=self._tell_error, crashed=self._tell_crash)
        self.tasks.noted.connect(self._tell_note)
        self.cut: Cut | None = None
        self.shot: OpenShot | None = None
        self.timeline: Timeline | None = None
        self.writer: ProjectWriter | None = None
        self.project_path: Path | None = None
        self.read_only: str | None = None
        self._saving = Saving(self.saved.emit)
        self.recents: tuple[Recent, ...] = ()
        self._facts: ProjectFacts | None = None
        self._owned: list[Closing] = []
        self._arriving: list[ProjectWriter] = []
        self.tasks.start("recents", lambda _: read_recents(places.recents), done=self._take_recents)

    @property
    def shots(self) -> tuple[ShotRow, ...]:
        """Every shot of the cut."""
        return self.cut.shots if self.cut else ()

    @property
    def save_state(self) -> SaveState:
        """How far saving is."""
        return self._saving.state

    def own(self, part: Closing) -> None:
        """Close `part` when the cut is closed."""
        self._owned.append(part)

    def open(
        self, path: Path, *, media_root: Path | None = None, rate: Fraction | None = None
    ) -> Task[Opened]:
        """Open a timeline of any kind, a movie, a project or a VOID folder.

        A cut of one shot is opened with that shot chosen. What was open stays until it succeeds.
        """
        wanted = Wanted(path, media_root, rate)
        return self._start(f"open {path.name}", self._opening(lambda _: wanted), self._take_opened)

    def open_demo(self) -> Task[Opened]:
        """Open the demo's cut; its footage is made the first time."""

        def make(context: TaskContext) -> Wanted:
            from void_studio.app.demo.run import shoot_demo

            folder = self.places.demo
            return Wanted(shoot_demo(folder, reporter=context, cancelled=context.cancelled))

        return self._start("open the demo", self._opening(make), self._take_opened)

    def choose(self, shot_id: str) -> Task[Chosen]:
        """Open a shot of the cut; the one that is open stays as it is, unless it was relinked.

        Raises Refused when no cut is open.
        """
        timeline, writer = self._open_cut()
        before = self.shot
        if before is not None and before.shot in timeline.shots and before.row.id == shot_id:
            return self._start(f"choose {shot_id}", lambda _: before.chosen)
        if before is not None and before.row.id == shot_id:
            self._close_shot()
        waiting = before.painting.under_way if before is not None else ()

        def work(context: TaskContext) -> Chosen:
            context.wait_for(waiting)
            return choose_shot(timeline, shot_id, writer, context)

        def done(chosen: Chosen) -> None:
            if self.writer is writer:
                self._take_shot(chosen, writer)

        return self._start(f"choose {shot_id}", work, done)

    def relink(self, shot_id: str, plate: Path) -> Task[Reread]:
        """Say where the plate of a shot is."""

        def work(writer: ProjectWriter) -> None:
            from void_studio.core import NotPresent

            if not plate.exists():
                raise NotPresent("no such file", where=plate, hint="check the path")
            links = {shot_id: plate.absolute()}
            writer.call(lambda project: project.relink(media_root=None, plates=links)).result()

        return self._change_project(f"relink {shot_id}", work)

    def relink_folder(self, folder: Path) -> Task[Reread]:
        """Say in which folder media are looked for."""

        def work(writer: ProjectWriter) -> None:
            root = folder.absolute()
            writer.call(lambda project: project.relink(media_root=root, plates={})).result()

        return self._change_project(f"look for media in {folder.name}", work)

    def set_active(self, shot_id: str, number: int) -> Task[Reread]:
        """Say which version of a shot is in the cut."""
        return self._keep(shot_id, ACTIVE, str(number))

    def set_note(self, shot_id: str, note: str) -> Task[Reread]:
        """Keep a note on a shot."""
        return self._keep(shot_id, NOTE, note)

    def refresh_shots(self) -> Task[Reread]:
        """Read the timeline, the versions and the stale marks again."""
        return self._change_project("read the cut again", lambda _: None)

    def import_quadmask(self, path: Path, *, first_frame: int | None = None) -> Task[Imported]:
        """Put the layers of a quadmask file or VOID folder on top of the open shot's; one step."""
        return self._open_shot().import_quadmask(path, first_frame=first_frame)

    def export_quadmask(self, path: Path) -> Task[None]:
        """Write the open shot's quadmask over its work range, as .mkv."""
        return self._open_shot().export_quadmask(path)

    def save(self) -> Task[None]:
        """Have everything on the disk. It is in the project file already."""
        _, writer = self._open_cut()
        if self.shot is not None:
            self.shot.keep_whole()
        stored = writer.checkpoint()
        return self._start("save", lambda _: stored.result(), lambda _: self._count_arrived(0))

    def tell(self, message: Message) -> None:
        """Show a message. The session's thread."""
        self.message.emit(message)

    def close_cut(self) -> None:
        """Close what is open; what is not in the file yet gets there on a task. Idempotent."""
        writer = self._let_go()
        if writer is not None:
            self.tasks.start("close the project", lambda _: writer.close())
            self.opened.emit()

    def close(self) -> None:
        """Stop tasks, save, let go of the project. Blocks until that is done. Idempotent."""
        for part in self._owned:
            part.close()
        self.tasks.close()
        writer = self._let_go()
        for one in (*self._arriving, *([writer] if writer is not None else [])):
            one.close()
        self._arriving.clear()

    def _let_go(self) -> ProjectWriter | None:
        """Close all but the project's thread, which is returned."""
        self._close_shot()
        owned, self._owned = self._owned, []
        for part in owned:
            part.close()
        writer, self.writer = self.writer, None
        self.cut = self.timeline = self.project_path = self.read_only = None
        return writer

    def _opening(self, wanted: Callable[[TaskContext], Wanted]) -> Callable[[TaskContext], Opened]:
        held = None
        if self.writer is not None and self.project_path is not None:
            held = (self.project_path, self.writer)
        waiting = self.shot.painting.under_way if self.shot is not None else ()

        def work(context: TaskContext) -> Opened:
            load_libraries()
            context.wait_for(waiting)
            opened = open_wanted(
                wanted(context), self.places, post=self.post, context=context, held=held
            )
            self._arriving.append(opened.writer)
            return opened

        return work

    def _start(
        self,
        name: str,
        work: Callable[[TaskContext], T],
        done: Callable[[T], None] | None = None,
    ) -> Task[T]:
        return self.tasks.start(name, work, done=done)

    def _open_cut(self) -> tuple[Timeline, ProjectWriter]:
        if self.timeline is None or self.writer is None:
            raise Refused("nothing is open", hint="open a timeline, a movie or a project")
        return self.timeline, self.writer

    def _open_shot(self) -> OpenShot:
        if self.shot is None:
            raise Refused("no shot is chosen", hint="choose one in the timeline")
        return self.shot

    def _keep(self, shot_id: str, name: str, body: str) -> Task[Reread]:
        def work(writer: ProjectWriter) -> None:
            writer.call(lambda project: project.keep_setting(shot_id, name, body)).result()

        return self._change_project(f"keep {name}", work)

    def _change_project(self, name: str, change: Callable[[ProjectWriter], None]) -> Task[Reread]:
        _, writer = self._open_cut()
        notes: list[Message] = []

        def work(_: TaskContext) -> Reread:
            change(writer)
            return read_cut(writer, notes.append)

        def done(found: Reread) -> None:
            if self.writer is writer:
                self._take_cut(*found)
                self.versions_changed.emit()

        return self._start(name, work, done)

    def _take_opened(self, opened: Opened) -> None:
        before = self._let_go()
        if before is not None and before is not opened.writer:
            self.tasks.start("close the project", lambda _: before.close())
        self._arriving.remove(opened.writer)
        self.writer = opened.writer
        self.project_path = opened.project
        self.read_only = opened.read_only
        if before is not opened.writer:
            opened.writer.arrived.connect(self._count_arrived)
            opened.writer.failed.connect(self._tell_error)
            opened.writer.snapshot_wanted.connect(self._give_snapshot)
        self._take_cut(opened.timeline, opened.facts)
        self.opened.emit()
        for note in opened.notes:
            self.tell(note)
        self._remember(opened.path, opened.kind)
        if len(self.shots) == 1 and not self.shots[0].refused and not self.shots[0].offline:
            self.choose(self.shots[0].id)

    def _take_cut(self, timeline: Timeline, facts: ProjectFacts) -> None:
        self.timeline, self._facts, self.cut = timeline, facts, cut_of(timeline, facts)
        if self.shot is not None:
            rows = {row.id: row for row in self.shots}
            self.shot.row = rows.get(self.shot.row.id, self.shot.row)
        self.shots_changed.emit()

    def _take_shot(self, chosen: Chosen, writer: ProjectWriter) -> None:
        self._close_shot()
        row = next(row for row in self.shots if row.id == chosen.shot.id)
        tools = ShotTools(self.view, self.tasks, self.tell, writer, self.read_only)
        shot = OpenShot(chosen, row, tools)
        shot.settings_changed.connect(self.settings_changed.emit)
        shot.document.edited.connect(self._count_edit)
        self.shot = shot
        self.view.layer_id = shot.document.layers[0].id if shot.document.layers else None
        self.view.in_frame = self.view.out_frame = None
        if self.view.frame not in shot.work:
            self.view.frame = shot.source.start
        if chosen.unread:
            listed = ", ".join(chosen.unread)
            self.tell(Message(Level.WARN, f"settings that could not be read: {listed}", row.id))
        self._saving.start(self._history)
        self.shot_changed.emit(shot)

    @property
    def _history(self) -> History | None:
        return self.shot.document.history if self.shot is not None else None

    def _close_shot(self) -> None:
        shot, self.shot = self.shot, None
        if shot is not None:
            shot.close()
            shot.document.edited.disconnect(self._count_edit, missing_ok=True)
            self.shot_changed.emit(None)

    def _count_edit(self) -> None:
        shot = self.shot
        if shot is None or self.read_only is not None:
            return
        self._saving.edited(shot.document.history)
        if not shot.row.has_quadmask or (shot.row.versions and not shot.row.stale):
            self._mark_painted(shot)

    def _mark_painted(self, shot: OpenShot) -> None:
        """Show at once that a shot has a quadmask now, or one newer than its version."""
        if self.timeline is not None and self._facts is not None:
            revision = shot.document.revision
            self._take_cut(self.timeline, self._facts.painted(shot.row.id, revision))

    def _count_arrived(self, count: int) -> None:
        self._saving.arrived(count, self._history)

    def _give_snapshot(self, shot_id: str) -> None:
        shot = self.shot
        if shot is not None and shot.row.id == shot_id and not shot.painting.is_stroking:
            shot.keep_whole()

    def _remember(self, path: Path, kind: OpenedKind) -> None:
        recents = self.places.recents
        self.tasks.start(
            "recents", lambda _: remember(recents, path, kind), done=self._take_recents
        )

    def _take_recents(self, recents: tuple[Recent, ...]) -> None:
        self.recents = recents
        self.recents_changed.emit()

    def _tell_error(self, error: StudioError) -> None:
        self.tell(Message.of(error))

    def _tell_note(self, line: str) -> None:
        self.tell(Message(Level.INFO, line))

    def _tell_crash(self, details: str) -> None:
        first, _, trace = details.partition("\n")
        self.tell(Message(Level.ERROR, "an internal error", first, "copy the details", trace))
