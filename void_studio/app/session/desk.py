"""What is rendered, kept, published and put into the cut, for the project that is open."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from psygnal import Signal

from void_studio.app.session.framing_sight import FramingSight
from void_studio.app.session.orders import RenderOrder
from void_studio.app.session.queue import RenderQueue
from void_studio.app.session.takes import Shelf
from void_studio.app.session.values import Level, Message, ShotSettings
from void_studio.app.session.workers import LOCAL, WorkerDesk
from void_studio.core import FrameRange, UsageError
from void_studio.engine import EngineInfo, complete_params
from void_studio.quadmask import FrameState
from void_studio.versions import ShotFacts, TimelineFacts

if TYPE_CHECKING:
    from void_studio.app.session.cutting import Cutting
    from void_studio.app.session.session import Session
    from void_studio.app.session.shot import OpenShot
    from void_studio.app.settings import RenderSettings
    from void_studio.project import Project, ProjectTimeline

__all__ = ["RenderDesk"]

_DRAFT = "draft"


@dataclass(frozen=True, slots=True)
class _Opened:
    """What belongs to the project that is open."""

    timeline: ProjectTimeline
    queue: RenderQueue
    shelf: Shelf
    cutting: Cutting


class RenderDesk:
    """Queue, shelf and cutting of the open project; of the session's thread.

    `changed` tells that another project is open, or none. All three are None until its file has
    been read.
    """

    changed = Signal()

    def __init__(self, session: Session) -> None:
        self._session = session
        self._opened: _Opened | None = None
        self.workers = WorkerDesk(session.tasks)
        self.framing = FramingSight(session.tasks)
        self.framing.changed.connect(self._show_canvas)
        session.opened.connect(self._open)
        session.shot_changed.connect(self._turn)

    @property
    def queue(self) -> RenderQueue | None:
        """Orders of this project."""
        return self._opened.queue if self._opened else None

    @property
    def shelf(self) -> Shelf | None:
        """Takes and versions of the open shot."""
        return self._opened.shelf if self._opened else None

    @property
    def cutting(self) -> Cutting | None:
        """Versions into the cut."""
        return self._opened.cutting if self._opened else None

    def why_not(self, *, draft: bool = False) -> str:
        """Why the open shot can not be rendered now; empty when it can."""
        shot = self._session.shot
        if shot is None or self._opened is None:
            return "No shot is open."
        if self._session.read_only:
            return f"The project is open read only: {self._session.read_only}."
        if not any(shot.document.frame_state(frame) is not FrameState.EMPTY for frame in shot.work):
            return f"Nothing to remove yet: no matte between {self._named(shot, shot.work)}."
        return "" if draft else self._unready(shot)

    def estimate(self) -> str:
        """What the open shot's render takes, in one line; empty while the worker is unknown.

        Of engines that work at the plate's size the whole plate is counted. Parameters that can
        not be worked with are said instead.
        """
        from void_studio.app.estimate import estimate_of

        shot = self._session.shot
        worker = self.workers.row(shot.settings.worker) if shot is not None else None
        if shot is None or worker is None or worker.offered is None:
            return ""
        engine = worker.engine(shot.settings.engine)
        if engine is None:
            return ""
        masked = [
            shot.document.frame_state(frame) is not FrameState.EMPTY
            for frame in shot.work
            if frame in shot.document.range
        ]
        try:
            params = complete_params(engine.params, shot.settings.params)
            canvas = engine.canvas or shot.plate.extent
            return estimate_of(engine.id, masked, canvas, params, worker.offered.rates).line()
        except UsageError as error:
            return error.line()

    def look_at_framing(self) -> None:
        """Work out anew where the canvas of the open shot's engine lies."""
        shot = self._session.shot
        engine = self._engine(shot) if shot is not None else None
        self.framing.look(shot, engine.canvas if engine is not None else None)

    def render(self, *, draft: bool = False, frames: FrameRange | None = None) -> str | None:
        """Order a take of the open shot; the id of its row, None when it can not be (and said).

        `draft` renders with the draft engine whatever the settings say. `frames`, in the plate's
        numbering, renders a part of the work range: a take to look at, not to publish.
        """
        shot, opened = self._session.shot, self._opened
        refusal = self.why_not(draft=draft)
        if refusal or shot is None or opened is None:
            self._session.tell(Message(Level.WARN, refusal.rstrip(".")))
            return None
        work = shot.work if frames is None else frames.intersect(shot.work)
        _remember_prompt(shot)
        document = shot.document.snapshot()
        return opened.queue.render(
            RenderOrder(
                TimelineFacts(str(opened.timeline.path), opened.timeline.sha256),
                ShotFacts(shot.row.id, shot.row.name, shot.row.sequence),
                shot.plate,
                shot.source.intersect(work),
                work,
                render_settings(shot.settings, self._engine(shot), draft=draft),
                shot.settings.worker or LOCAL,
                lambda: document.pack(work),
                (f"painted in VOID Studio, revision {shot.document.revision}",),
            )
        )

    def _engine(self, shot: OpenShot) -> EngineInfo | None:
        return self.workers.row(shot.settings.worker).engine(shot.settings.engine)

    def _show_canvas(self) -> None:
        framing = self.framing.framing
        self._session.view.canvas_rect = framing.crop if framing is not None else None

    def _unready(self, shot: OpenShot) -> str:
        settings = shot.settings
        worker = self.workers.row(settings.worker)
        if worker.offered is None:
            return f"{worker.title} does not answer: {worker.problem}" if worker.problem else ""
        engine = worker.engine(settings.engine)
        if engine is None:
            reason = worker.offered.switched_off.get(settings.engine, "it does not have it")
            return f"{settings.engine} can not run on {worker.title}: {reason}."
        if engine.needs_prompt and not settings.prompt.strip():
            return "Say what remains when it is gone: this engine needs a prompt."
        return ""

    def _named(self, shot: OpenShot, frames: FrameRange) -> str:
        shown = frames.shifted(shot.numbering_offset)
        return f"{shown.start} and {shown.last}"

    def _open(self) -> None:
        self._opened = None
        self.changed.emit()
        writer = self._session.writer
        if writer is not None:
            reading = writer.call(_timeline_of)
            self._session.tasks.start(
                "read the project", lambda _: reading.result(), done=self._take_timeline
            )

    def _take_timeline(self, timeline: ProjectTimeline) -> None:
        from void_studio.app.rendering import default_versions
        from void_studio.app.session.cutting import Cutting

        session = self._session
        if session.project_path is None:
            return
        takes = session.project_path.with_suffix(".takes")
        queue = RenderQueue(session.tasks, session.post, takes)
        shelf = Shelf(session.tasks, takes=takes, versions=default_versions(timeline.path))
        cutting = Cutting(
            session.tasks, timeline.path, media_root=timeline.media_root, rate=timeline.rate
        )
        self._opened = _Opened(timeline, queue, shelf, cutting)
        session.own(queue)
        queue.changed.connect(lambda _: session.queue_changed.emit())
        queue.finished.connect(lambda _: shelf.refresh())
        shelf.changed.connect(session.versions_changed.emit)
        shelf.published.connect(self._published)
        self.changed.emit()
        if not session.read_only:
            queue.resume()
        self._turn(session.shot)

    def _turn(self, shot: OpenShot | None) -> None:
        opened = self._opened
        if opened is None:
            return
        if shot is None:
            opened.shelf.show(None, revision=0, active=None)
            return
        facts = ShotFacts(shot.row.id, shot.row.name, shot.row.sequence)
        opened.shelf.show(facts, revision=shot.document.revision, active=shot.row.active)
        document = shot.document
        document.history_changed.connect(lambda: self._revised(shot))

    def _revised(self, shot: OpenShot) -> None:
        if self._opened is not None and shot is self._session.shot:
            self._opened.shelf.revised(shot.document.revision)

    def _published(self, folder: Path) -> None:
        from void_studio.app.project_links import keep_in

        session = self._session
        if session.writer is not None:
            session.writer.call(lambda project: keep_in(project, folder))
        session.tell(Message(Level.INFO, f"{folder.name} published", where=str(folder)))
        session.refresh_shots()


def render_settings(
    settings: ShotSettings, engine: EngineInfo | None, *, draft: bool
) -> RenderSettings:
    """A shot's settings as `render` takes them; `draft` keeps only what the draft engine knows.

    What is set beside the parameters goes to those of the same name that `engine` has.
    """
    from void_studio.app.settings import RenderSettings
    from void_studio.finish import FramingMode

    known = {spec.name for spec in engine.params} if engine is not None else set()
    params = {} if draft else dict(settings.params)
    if settings.negative and "negative_prompt" in known and not draft:
        params["negative_prompt"] = settings.negative
    if not settings.frame0_rule and "frame0_rule" in known and not draft:
        params["frame0_rule"] = False
    return RenderSettings(
        engine=_DRAFT if draft else settings.engine,
        params=tuple(f"{name}={value}" for name, value in sorted(params.items())),
        prompt=settings.prompt,
        handles=settings.handles,
        framing=FramingMode(settings.framing.value),
        feather=settings.feather,
        allow=settings.allow,
        grain=settings.grain,
    )


def _remember_prompt(shot: OpenShot) -> None:
    """Put the prompt first among the shot's earlier ones."""
    from void_studio.app.session.kept_settings import MOST_PROMPTS

    settings = shot.settings
    if settings.prompt:
        others = (text for text in settings.earlier_prompts if text != settings.prompt)
        earlier = (settings.prompt, *others)[:MOST_PROMPTS]
        shot.set_settings(replace(settings, earlier_prompts=earlier))


def _timeline_of(project: Project) -> ProjectTimeline:
    return project.timeline
