"""The window program: what is made in which order, and what is let go at the end."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtWidgets import QApplication

from void_studio.app.preferences import Preferences, preferences_path
from void_studio.app.session import Message, Places, Session
from void_studio.core import NotPresent, StudioError
from void_studio.gui.bridge import QtPost
from void_studio.gui.excepthook import install
from void_studio.gui.layouts import Layouts
from void_studio.gui.theme import apply_theme
from void_studio.gui.window import MainWindow

__all__ = ["Studio", "new_application", "run", "start_studio"]


@dataclass(slots=True)
class Studio:
    """A running window and what is behind it; of the GUI thread."""

    session: Session
    window: MainWindow
    undo_hook: Callable[[], None]

    def close(self) -> None:
        """Let go of everything; blocks until the project is saved. Idempotent."""
        self.window.hide()
        self.session.close()
        self.undo_hook()


def run(path: Path | None) -> int:
    """Open the window, and `path` in it; the exit code once it was closed."""
    if not _has_screen():
        raise NotPresent(
            "there is no screen for the window",
            where="neither DISPLAY nor WAYLAND_DISPLAY is set",
            hint="every command works without one: see void-studio --help",
        )
    application = new_application()
    preferences, told = read_preferences()
    studio = start_studio(application, preferences, told)
    studio.window.show()
    if path is not None:
        studio.session.open(path)
    code = application.exec()
    studio.close()
    return code


def new_application() -> QApplication:
    """The application, or the one that there is."""
    there = QApplication.instance()
    if isinstance(there, QApplication):
        return there
    QApplication.setApplicationName("VOID Studio")
    QApplication.setDesktopFileName("void-studio")
    return QApplication(["void-studio"])


def read_preferences() -> tuple[Preferences, list[Message]]:
    """A person's preferences; the defaults and a message where they can not be read."""
    try:
        return Preferences.read(preferences_path()), []
    except StudioError as error:
        return Preferences(), [Message.of(error)]


def start_studio(
    application: QApplication,
    preferences: Preferences,
    told: list[Message],
    *,
    places: Places | None = None,
) -> Studio:
    """Theme, session and window, not shown yet; `told` is shown as soon as it is.

    `places` are the user's own by default.
    """
    apply_theme(application, still=preferences.reduce_motion)
    places = places or Places.default()
    session = Session(places, post=QtPost(application))
    layouts_path = places.state / "layouts.json"
    try:
        layouts = Layouts.read(layouts_path)
    except StudioError as error:
        layouts = Layouts()
        told = [*told, Message.of(error)]
    window = MainWindow(session, preferences, layouts, layouts_path=layouts_path)
    window.started.connect(window.look_around_soon)
    undo_hook = install(window.bar.show_message)
    for message in told:
        session.tell(message)
    return Studio(session, window, undo_hook)


def _has_screen() -> bool:
    if sys.platform != "linux" or os.environ.get("QT_QPA_PLATFORM"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
