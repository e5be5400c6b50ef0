"""The dialogs that the window opens by itself."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtGui import QGuiApplication

from void_studio.app.preferences import Preferences, preferences_path
from void_studio.app.session import Level, Message, TaskContext
from void_studio.app.session.cutting import Cutting
from void_studio.app.session.libraries import load_libraries
from void_studio.app.session.published import published_folders
from void_studio.gui.about import AboutBox
from void_studio.gui.controls import lie_over
from void_studio.gui.error_dialog import ErrorDialog
from void_studio.gui.panels import ConformDialog
from void_studio.gui.preferences import PreferencesDialog
from void_studio.gui.shortcut_sheet import ShortcutSheet

if TYPE_CHECKING:
    from void_studio.gui.window import MainWindow

__all__ = ["WindowDialogs", "look_at_computer"]


class WindowDialogs:
    """Opens them over `window`; what they read is read by tasks."""

    def __init__(self, window: MainWindow) -> None:
        self._window = window

    def error(self, message: Message) -> None:
        """All that is known of a message."""
        dialog = ErrorDialog(message, self._window)
        lie_over(dialog, self._window)
        dialog.open()

    def shortcuts(self) -> None:
        """Every key."""
        sheet = ShortcutSheet(self._window.actions_of.keys, self._window)
        sheet.change_asked.connect(lambda: self._change_keys(sheet))
        sheet.open()

    def preferences(self, page: str = "general") -> None:
        """What a person may set."""
        dialog = PreferencesDialog(self._window.preferences, self._window, page=page)
        dialog.accepted.connect(lambda: self._take(dialog.preferences()))
        dialog.open()
        self._window.session.tasks.start(
            "look for workers", lambda _: _worker_names(), done=dialog.show_workers
        )

    def about(self) -> None:
        """What this is, and what it does not do."""
        box = AboutBox(self._window)
        box.open()
        self._window.session.tasks.start(
            "look for licences", lambda _: _licences(), done=box.show_licences
        )

    def conform(self) -> None:
        """Versions into a copy of the cut."""
        cutting = self._window.parts.desk.cutting
        if cutting is None:
            return
        rows, timeline = self._window.session.shots, cutting.timeline
        self._window.session.tasks.start(
            "look for versions",
            lambda _: published_folders(timeline, rows),
            done=lambda folders: self._open_conform(cutting, folders),
        )

    def copy_report(self) -> None:
        """Version, system and what `doctor` found, to the clipboard."""
        self._window.session.tasks.start("look at this computer", look_at_computer, done=self._copy)

    def _open_conform(self, cutting: Cutting, folders: Mapping[str, Mapping[int, Path]]) -> None:
        dialog = ConformDialog(self._window.session, cutting, folders, self._window)
        lie_over(dialog, self._window)
        dialog.open()

    def _change_keys(self, sheet: ShortcutSheet) -> None:
        sheet.accept()
        self.preferences("keys")

    def _take(self, preferences: Preferences) -> None:
        self._window.use_preferences(preferences)
        self._window.session.tasks.start(
            "keep the preferences", lambda _: preferences.write(preferences_path())
        )

    def _copy(self, facts: Mapping[str, Any]) -> None:
        heads = ("version", "python", "platform", "processors")
        lines = [f"{name}: {facts[name]}" for name in heads]
        lines += [f"{check['name']}: {check['found']}" for check in facts["checks"]]
        QGuiApplication.clipboard().setText("\n".join(lines))
        self._window.session.tell(Message(Level.INFO, "The report is on the clipboard"))


def look_at_computer(_: TaskContext) -> Mapping[str, Any]:
    """What `doctor` finds. For a task: it imports libraries and asks the worker."""
    load_libraries()
    from void_studio.app.doctor import examine

    return examine(licences=False).facts


def _worker_names() -> tuple[str, ...]:
    from void_studio.app.workers import Workers

    return tuple(worker.name for worker in Workers().all())


def _licences() -> list[Mapping[str, Any]]:
    from void_studio.app.doctor import examine

    found: list[Mapping[str, Any]] = examine(licences=True).facts["licences"]
    return found
