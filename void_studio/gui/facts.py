"""What the status line and the header say all the time: memory, what is kept, the worker."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QWidget

from void_studio.app.preferences import Preferences
from void_studio.app.session import Level, Message, OpenShot, SaveState, Session
from void_studio.gui.header import Header
from void_studio.gui.message_bar import MessageBar
from void_studio.gui.parts import Parts

__all__ = ["StandingFacts"]

_EVERY_MS = 500
_LOCAL = "local"
_MIB, _GIB = 1 << 20, 1 << 30


class StandingFacts(QObject):
    """Keeps them up to date, twice a second at most."""

    def __init__(
        self,
        session: Session,
        parts: Parts,
        bar: MessageBar,
        header: Header,
        preferences: Preferences,
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self._session, self._parts, self._bar, self._header = session, parts, bar, header
        self._preferences = preferences
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._show)
        self._timer.start(_EVERY_MS)
        session.saved.connect(self._saved)
        session.shot_changed.connect(self._give_worker)
        session.opened.connect(parts.desk.workers.look)
        parts.desk.workers.changed.connect(self._show)
        self._show()

    def use(self, preferences: Preferences) -> None:
        """Take over what a person has set."""
        self._preferences = preferences
        self._show()

    def stop(self) -> None:
        """Say nothing any more."""
        self._timer.stop()

    def _show(self) -> None:
        self._show_memory()
        shot = self._session.shot
        name = (shot.settings.worker if shot else "") or self._preferences.worker
        row = self._parts.desk.workers.row(name)
        title = "this computer" if name == _LOCAL else row.title
        self._header.show_worker(title, row.devices or ("offline" if row.problem else ""))

    def _give_worker(self, shot: OpenShot | None) -> None:
        """A shot that nobody chose a worker for renders on the preferred one."""
        wanted = self._preferences.worker
        if shot is not None and not shot.settings.worker and wanted != _LOCAL:
            shot.set_settings(replace(shot.settings, worker=wanted))

    def _show_memory(self) -> None:
        frames, shot = self._parts.viewer.viewing.frames, self._session.shot
        if frames is None or shot is None:
            self._bar.set_fact("memory", "")
            return
        there = sum(frame in frames.cached for frame in shot.work)
        self._bar.set_fact(
            "memory",
            f"Frames in memory {there} of {len(shot.work)} \N{MIDDLE DOT} "
            f"{_size(frames.size_bytes)} of {_size(frames.cap_bytes)}",
            "Decoded frames of the work range; the limit is in the preferences",
        )

    def _saved(self, state: SaveState) -> None:
        if state.pending or state.saved_at is None or self._session.shot is None:
            return
        if self._bar.message.level is not Level.INFO:
            return
        at = state.saved_at.astimezone()
        self._bar.show_message(
            Message(
                Level.INFO,
                "Saved",
                f"{at:%H:%M:%S} \N{MIDDLE DOT} {state.history_steps} undo steps "
                f"\N{MIDDLE DOT} {_size(state.history_bytes)} of history",
            )
        )


def _size(count: int) -> str:
    return f"{count / _GIB:.1f} GB" if count >= _GIB else f"{count / _MIB:.0f} MB"
