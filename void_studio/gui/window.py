"""The main window: what is where, and which workspace is on."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QCloseEvent, QGuiApplication, QResizeEvent, QShowEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QMainWindow,
    QMenu,
    QSizePolicy,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from void_studio.app.preferences import Preferences, Surround
from void_studio.app.session import Compare, OpenShot, Session
from void_studio.gui.actions import ActionSet
from void_studio.gui.commands import checks, handlers
from void_studio.gui.density import Density, density_of
from void_studio.gui.dialogs import WindowDialogs, look_at_computer
from void_studio.gui.docks import Docks
from void_studio.gui.facts import StandingFacts
from void_studio.gui.focus import FocusRing
from void_studio.gui.header import Header
from void_studio.gui.layouts import Layouts, screens_key
from void_studio.gui.menus import build_menus, fill_recents
from void_studio.gui.message_bar import MessageBar
from void_studio.gui.parts import Parts, build_parts
from void_studio.gui.start import StartPage
from void_studio.gui.theme import reduce_motion, size
from void_studio.gui.ways import ways_in
from void_studio.gui.workspaces import LAYOUTS, Workspace

__all__ = ["MainWindow"]

_LEAST = (1120, 640)
_LEAST_VIEWER = (480, 270)
_NARROW_DOCK = 348
_SETTLE_MS = 0
_FIT_MS = 30
_LOOK_AFTER_MS = 200
_SURROUNDS = {
    Surround.DARK: "viewer",
    Surround.BLACK: "surround_black",
    Surround.GREY: "surround_grey",
}
_NOT_OF_ACTIONS = frozenset({"frame", "brush_px", "opacity"})


class MainWindow(QMainWindow):
    """`closing` tells that the window goes; the session must be closed after it.

    `started` is emitted once, when the first picture of the window is on the screen.
    """

    started = Signal()
    closing = Signal()

    def __init__(
        self, session: Session, preferences: Preferences, layouts: Layouts, *, layouts_path: Path
    ) -> None:
        super().__init__()
        self.setObjectName("window")
        self.setWindowTitle("VOID Studio")
        self.setMinimumSize(*_LEAST)
        self.session = session
        self.preferences = preferences
        self.dialogs = WindowDialogs(self)
        self.focus_ring = FocusRing(self._focus_parts)
        self.actions_of = ActionSet(self, session)
        self.parts: Parts = build_parts(session, cap_bytes=preferences.cap_bytes)
        self.workspace = Workspace.PAINT
        self.density: Density | None = None
        self._layouts, self._layouts_path = layouts, layouts_path
        self._has_started = False
        self._refresh = QTimer(self)
        self._refresh.setSingleShot(True)
        self._refresh.timeout.connect(self.actions_of.refresh)
        self._fit = QTimer(self)
        self._fit.setSingleShot(True)
        self._fit.timeout.connect(self._fit_docks)
        self._look = QTimer(self)
        self._look.setSingleShot(True)
        self._look.timeout.connect(self.look_around)
        menus = build_menus(self.actions_of, self)
        self.header = Header(menus, self)
        self.start = StartPage(ways_in(self.actions_of), self)
        self.bar = MessageBar(session, self)
        self._build_frame()
        self.docks = Docks(self, self.parts.panels)
        self.docks.hide_all()
        self._facts = StandingFacts(session, self.parts, self.bar, self.header, preferences, self)
        self._connect()
        self.use_preferences(preferences)
        self.show_start()

    @property
    def is_at_start(self) -> bool:
        """Whether the start page is shown."""
        return self._stack.currentWidget() is self.start

    def show_start(self) -> None:
        """Show the start page; the cut stays open."""
        self._keep_layout()
        self._stack.setCurrentWidget(self.start)
        self.docks.hide_all()
        self.parts.options.hide()
        self.header.switch.setEnabled(False)
        cut = self.session.cut
        self.start.offer_back(cut.name if cut else "")

    def show_cut(self) -> None:
        """Show the open cut in its workspace."""
        if not self.is_at_start:
            return
        self._stack.setCurrentIndex(1)
        self.parts.options.show()
        self.header.switch.setEnabled(True)
        self.choose_workspace(self.workspace)

    def choose_workspace(self, workspace: Workspace) -> None:
        """Lay the panels out as a workspace has them; the layout of the one before is kept."""
        if self.is_at_start:
            return
        if workspace is not self.workspace:
            self._keep_layout()
            if self.workspace is Workspace.COMPARE:
                self.session.view.compare = Compare.NONE
        self.workspace = workspace
        self.header.switch.set_value(workspace)
        state = self._layouts.get(self._screens(), workspace.value)
        if state is None or not self.docks.restore(workspace, state):
            self._lay_out()
        self.actions_of.refresh()

    def reset_layout(self) -> None:
        """Put the panels of this workspace back where they were at first."""
        self._layouts.forget(self._screens(), self.workspace.value)
        if not self.is_at_start:
            self._lay_out()

    def look_around_soon(self) -> None:
        """The same, once the first pictures are on the screen."""
        self._look.start(_LOOK_AFTER_MS)

    def look_around(self) -> None:
        """What this computer can do, and which recent paths are still there; by tasks."""
        self.start.computer.show_looking()
        self.session.tasks.start(
            "look at this computer",
            look_at_computer,
            done=lambda facts: self.start.show_checks(facts["checks"]),
        )
        self._look_for_recents()

    def use_preferences(self, preferences: Preferences) -> None:
        """Take over what a person has set."""
        self.preferences = preferences
        self.actions_of.bind(preferences.keys)
        self.parts.viewer.canvas.set_surround(_SURROUNDS[preferences.surround])
        reduce_motion(wanted=preferences.reduce_motion)
        self._facts.use(preferences)

    def toggle_full_screen(self) -> None:
        """The viewer with its strip alone, or the window as it was."""
        if self.isFullScreen():
            self.showNormal()
            self.header.show()
            self.choose_workspace(self.workspace)
        else:
            self._keep_layout()
            self.docks.hide_all()
            self.showFullScreen()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """What there is no room for gives way."""
        super().resizeEvent(event)
        density = density_of(self.width(), self.height())
        if density != self.density:
            self.density = density
            self.header.show_words(density.words)
            self.parts.tools.set_compact(not density.full_strip)
            self.parts.timeline.set_compact(not density.full_timeline)
            if not self.is_at_start:
                self._fit.start(_FIT_MS)

    def showEvent(self, event: QShowEvent) -> None:
        """Tell of the first picture once the event loop has turned."""
        super().showEvent(event)
        if not self._has_started:
            self._has_started = True
            QTimer.singleShot(_SETTLE_MS, self.started.emit)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Keep the layout and go."""
        for timer in (self._look, self._refresh, self._fit):
            timer.stop()
        self._facts.stop()
        self._keep_layout()
        text = self._layouts.text()
        path = self._layouts_path
        self.parts.close_down()
        self.session.tasks.start("keep the layout", lambda _: Layouts.write(path, text))
        event.accept()
        self.closing.emit()

    def _build_frame(self) -> None:
        top = QWidget(self)
        column = QVBoxLayout(top)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.header)
        self.parts.options.setFixedHeight(size("options"))
        column.addWidget(self.parts.options)
        self.setMenuWidget(top)
        page = QWidget(self)
        row = QHBoxLayout(page)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.parts.tools)
        self.parts.viewer.setMinimumSize(*_LEAST_VIEWER)
        row.addWidget(self.parts.viewer, 1)
        self._stack = QStackedWidget(self)
        ignored = QSizePolicy.Policy.Ignored
        self.start.setSizePolicy(ignored, ignored)  # hidden, it leaves the docks their room
        self._stack.addWidget(self.start)
        self._stack.addWidget(page)
        self.setCentralWidget(self._stack)
        self.setStatusBar(self.bar)

    def _connect(self) -> None:
        self.header.workspace_chosen.connect(self.choose_workspace)
        self.bar.details_asked.connect(self.dialogs.error)
        self.start.back_asked.connect(self.show_cut)
        self.start.path_chosen.connect(self._open)
        self.start.explained.connect(self.dialogs.error)
        self.start.look_again.connect(self.look_around)
        self.start.shortcuts_asked.connect(self.dialogs.shortcuts)
        self.start.about_asked.connect(self.dialogs.about)
        self.session.recents_changed.connect(self._look_for_recents)
        self.session.opened.connect(self._opened)
        self.session.shot_changed.connect(self._shot_changed)
        self.docks.changed.connect(self.actions_of.refresh)
        self.actions_of.connect_to(handlers(self), checks(self), self._count_results)
        viewer, timeline = self.parts.viewer, self.parts.timeline
        self.actions_of.attach([viewer.canvas, viewer.strip], timeline.canvas)
        self.parts.versions.conform_wanted.connect(self.dialogs.conform)
        self.parts.options.attend(viewer)
        self.session.view.changed.connect(self._view_changed)
        self.session.versions_changed.connect(self._refresh_soon)

    def _focus_parts(self) -> list[QWidget]:
        docks = [self.docks[name] for name in self.docks.shown()]
        middle = [self.start] if self.is_at_start else [self.parts.tools, self.parts.viewer]
        return [self.header, self.parts.options, *middle, *docks, self.bar]

    def _look_for_recents(self) -> None:
        recents = self.session.recents
        menu = self.findChild(QMenu, "menu.file.recent")
        if menu is not None:
            fill_recents(menu, recents, self._open)
        self.session.tasks.start(
            "look for recent projects",
            lambda _: frozenset(r.path for r in recents if not r.path.exists()),
            done=lambda missing: self.start.show_recents(recents, missing),
        )

    def _open(self, path: Path) -> None:
        self.session.open(path)

    def _opened(self) -> None:
        self._show_names()
        if self.session.cut is not None:
            self.show_cut()
        elif not self.is_at_start:
            self.show_start()

    def _shot_changed(self, shot: OpenShot | None) -> None:
        self._show_names()
        if shot is not None:
            shot.document.history_changed.connect(self._refresh_soon)
            shot.document.layers_changed.connect(self._refresh_soon)
        self._refresh_soon()

    def _view_changed(self, field: str) -> None:
        if field not in _NOT_OF_ACTIONS:
            self._refresh_soon()

    def _count_results(self) -> int:
        shelf = self.parts.desk.shelf
        return len(shelf.takes) + len(shelf.versions) if shelf else 0

    def _refresh_soon(self) -> None:
        self._refresh.start(_SETTLE_MS)

    def _show_names(self) -> None:
        cut, shot = self.session.cut, self.session.shot
        name = cut.name.removesuffix(".void") if cut else ""
        self.header.show_opened(name, shot.row.name if shot else "")
        self.setWindowTitle(f"{name} - VOID Studio" if name else "VOID Studio")

    def _lay_out(self) -> None:
        width, height = self._dock_sizes()
        self.docks.lay_out(self.workspace, right_width=width, bottom_height=height)
        self._fit.start(_FIT_MS)

    def _fit_docks(self) -> None:
        width, height = self._dock_sizes()
        self.docks.resize(self.workspace, right_width=width, bottom_height=height)

    def _dock_sizes(self) -> tuple[int, int]:
        """Width of the right and height of the bottom dock that there is room for."""
        layout = LAYOUTS[self.workspace]
        density = self.density or density_of(self.width(), self.height())
        width = layout.right_width if density.wide_dock else _NARROW_DOCK
        height = layout.bottom_height
        if not density.full_timeline and "timeline" in layout.bottom[:1]:
            height = size("timeline_compact")
        return width, height

    def _keep_layout(self) -> None:
        if self.isVisible() and not self.is_at_start:
            self._layouts.keep(self._screens(), self.workspace.value, self.docks.saved())

    def _screens(self) -> str:
        return screens_key(QGuiApplication.screens())
