"""The panels in docks, laid out by workspace."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QByteArray, QObject, Qt, Signal
from PySide6.QtWidgets import QDockWidget, QMainWindow, QScrollArea, QTabBar, QTabWidget, QWidget

from void_studio.gui.workspaces import LAYOUTS, PANEL_TITLES, Layout, Workspace

__all__ = ["Docks"]

_RIGHT = Qt.DockWidgetArea.RightDockWidgetArea
_BOTTOM = Qt.DockWidgetArea.BottomDockWidgetArea
_LEAST_WIDTH = 256
_LEAST_HEIGHT = 76
_VERSION = 1
_AT_BOTTOM = ("timeline", "queue", "log")


class Docks(QObject):
    """One dock for every panel. `changed` tells that a panel came or went."""

    changed = Signal()

    def __init__(self, window: QMainWindow, panels: Mapping[str, QWidget]) -> None:
        super().__init__(window)
        self._window = window
        self._docks = {name: self._made(name, panel) for name, panel in panels.items()}
        window.setDockOptions(
            QMainWindow.DockOption.AllowTabbedDocks
            | QMainWindow.DockOption.GroupedDragging
            | QMainWindow.DockOption.AllowNestedDocks
        )
        for area in (_RIGHT, _BOTTOM):
            window.setTabPosition(area, QTabWidget.TabPosition.North)
        window.setCorner(Qt.Corner.BottomLeftCorner, _BOTTOM)

    def __getitem__(self, name: str) -> QDockWidget:
        return self._docks[name]

    def is_shown(self, name: str) -> bool:
        """Whether a panel is open, in front or behind a tab."""
        return not self._docks[name].isHidden()

    def shown(self) -> tuple[str, ...]:
        """The panels that are open."""
        return tuple(name for name in self._docks if self.is_shown(name))

    def show_panel(self, name: str) -> None:
        """Open a panel and bring it to the front."""
        dock = self._docks[name]
        if self._window.dockWidgetArea(dock) is Qt.DockWidgetArea.NoDockWidgetArea:
            self._place(name)
        dock.show()
        dock.raise_()
        self.changed.emit()

    def toggle(self, name: str) -> None:
        """Close a panel that is open; open one that is not."""
        if self.is_shown(name):
            self._docks[name].hide()
            self.changed.emit()
        else:
            self.show_panel(name)

    def hide_all(self) -> None:
        """Close every panel."""
        for dock in self._docks.values():
            dock.hide()
        self.changed.emit()

    def lay_out(self, workspace: Workspace, *, right_width: int, bottom_height: int) -> None:
        """Put the panels where the workspace has them."""
        layout = LAYOUTS[workspace]
        self._set_corner(layout)
        self._take_out()
        self._stack(_RIGHT, layout.right)
        self._stack(_BOTTOM, layout.bottom)
        self.resize(workspace, right_width=right_width, bottom_height=bottom_height)
        self.changed.emit()

    def resize(self, workspace: Workspace, *, right_width: int, bottom_height: int) -> None:
        """Make the docks as wide and high as this."""
        layout = LAYOUTS[workspace]
        horizontal, vertical = Qt.Orientation.Horizontal, Qt.Orientation.Vertical
        self._window.resizeDocks([self._docks[layout.right[0]]], [right_width], horizontal)
        self._window.resizeDocks([self._docks[layout.bottom[0]]], [bottom_height], vertical)

    def saved(self) -> bytes:
        """The layout as it is now, for `restore`."""
        return bytes(self._window.saveState(_VERSION).data())

    def restore(self, workspace: Workspace, state: bytes) -> bool:
        """Put the panels where `saved` found them; False when it is none of ours."""
        self._set_corner(LAYOUTS[workspace])
        self._take_out()
        done = self._window.restoreState(QByteArray(state), _VERSION)
        self.changed.emit()
        return done

    def name_tab_bars(self) -> None:
        """Give Qt's tab bars over the docks names for people and scripts."""
        bars = [bar for bar in self._window.findChildren(QTabBar) if bar.parent() is self._window]
        for index, bar in enumerate(bars):
            bar.setObjectName(f"dock_tabs{index}")
            bar.setAccessibleName("Panels")
            bar.setDrawBase(False)
            bar.setElideMode(Qt.TextElideMode.ElideNone)

    def _take_out(self) -> None:
        for dock in self._docks.values():
            dock.setFloating(False)
            self._window.removeDockWidget(dock)

    def _set_corner(self, layout: Layout) -> None:
        corner = Qt.Corner.BottomRightCorner
        self._window.setCorner(corner, _BOTTOM if layout.bottom_is_wide else _RIGHT)

    def _stack(self, area: Qt.DockWidgetArea, names: tuple[str, ...]) -> None:
        first = self._docks[names[0]]
        for name in names:
            dock = self._docks[name]
            self._window.addDockWidget(area, dock)
            if dock is not first:
                self._window.tabifyDockWidget(self._docks[names[0]], dock)
            dock.show()
        first.raise_()
        self.name_tab_bars()

    def _place(self, name: str) -> None:
        """Put a panel that the workspace does not have beside those that are shown there."""
        area = _BOTTOM if name in _AT_BOTTOM else _RIGHT
        for other in self._docks.values():
            if not other.isHidden() and self._window.dockWidgetArea(other) is area:
                self._window.tabifyDockWidget(other, self._docks[name])
                break
        else:
            self._window.addDockWidget(area, self._docks[name])
        self.name_tab_bars()

    def _made(self, name: str, panel: QWidget) -> QDockWidget:
        dock = QDockWidget(PANEL_TITLES[name], self._window)
        dock.setObjectName(f"dock.{name}")
        dock.setAccessibleName(PANEL_TITLES[name])
        dock.setAllowedAreas(_RIGHT | _BOTTOM)
        dock.setWidget(panel)
        dock.setTitleBarWidget(QWidget(dock))
        panel.setMinimumSize(_LEAST_WIDTH, _LEAST_HEIGHT)
        panel.setProperty("plane", "panel")
        panel.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        for area in panel.findChildren(QScrollArea):
            area.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # what lies in it takes the focus
        dock.topLevelChanged.connect(lambda floats: self._floated(dock, floats))
        return dock

    def _floated(self, dock: QDockWidget, floats: bool) -> None:
        """A panel of its own needs a bar to move it by; one in a stack has its tab."""
        dock.setTitleBarWidget(None if floats else QWidget(dock))  # type: ignore[arg-type]
        self.name_tab_bars()
