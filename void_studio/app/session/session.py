"""A studio without a window: everything that is open, used by one thread."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

from psygnal import Signal

from void_studio.app.session.places import Places
from void_studio.app.session.posting import Post
from void_studio.app.session.shot import OpenShot
from void_studio.app.session.tasks import Task, Tasks
from void_studio.app.session.values import Cut, Message, Recent, SaveState, ShotRow, ShotSettings
from void_studio.app.session.view import ViewState

__all__ = ["Session"]


class Session:
    """Opens one cut at a time; signals are emitted on the session's thread.

    `opened` tells that another cut is open, or none. `shot_changed` carries the open shot or None.
    `shots_changed` tells that rows changed, `versions_changed` and `queue_changed` what they say.
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
        self.tasks = Tasks(post)
        self.cut: Cut | None = None
        self.shot: OpenShot | None = None
        self.project_path: Path | None = None
        self.read_only: str | None = None
        self.save_state = SaveState()
        self.recents: tuple[Recent, ...] = ()

    @property
    def shots(self) -> tuple[ShotRow, ...]:
        """Every shot of the cut."""
        return self.cut.shots if self.cut else ()

    def open(
        self, path: Path, *, media_root: Path | None = None, rate: Fraction | None = None
    ) -> Task[object]:
        """Open a timeline of any kind, a movie, a project or a VOID folder."""
        raise NotImplementedError

    def open_demo(self) -> Task[object]:
        """Open the demo's cut; its footage is made the first time."""
        raise NotImplementedError

    def choose(self, shot_id: str) -> Task[object]:
        """Open a shot of the cut."""
        raise NotImplementedError

    def relink(self, shot_id: str, plate: Path) -> Task[object]:
        """Say where the plate of a shot is."""
        raise NotImplementedError

    def relink_folder(self, folder: Path) -> Task[object]:
        """Say in which folder media are looked for."""
        raise NotImplementedError

    def import_quadmask(self, path: Path, first_frame: int | None = None) -> Task[object]:
        """Paint the open shot's layers from a quadmask file or a VOID folder, as one undo step."""
        raise NotImplementedError

    def export_quadmask(self, path: Path) -> Task[object]:
        """Write the open shot's quadmask over its work range."""
        raise NotImplementedError

    def save(self) -> Task[object]:
        """Have everything on the disk."""
        raise NotImplementedError

    def refresh_shots(self) -> Task[object]:
        """Read versions and stale marks again."""
        raise NotImplementedError

    def tell(self, message: Message) -> None:
        """Show a message. The session's thread."""
        self.message.emit(message)

    def close(self) -> None:
        """Stop tasks, save, let go of the project. Blocks until that is done. Idempotent."""
        raise NotImplementedError
