"""The whole window over a small cut: names, tab order, F6, workspaces, keys in their places."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from tests.gui.viewer_parts import make_plate
from void_studio.app.session import Tool
from void_studio.gui.main import Studio
from void_studio.gui.workspaces import LAYOUTS, Workspace


@pytest.fixture
def opened(studio: Studio, tmp_path: Path, qtbot: QtBot) -> Iterator[Studio]:
    movie = make_plate(tmp_path)
    studio.session.open(movie)
    qtbot.waitUntil(lambda: studio.session.shot is not None, timeout=30_000)
    qtbot.waitUntil(lambda: not studio.window.is_at_start, timeout=5_000)
    yield studio
    qtbot.waitUntil(lambda: not studio.session.tasks.running(), timeout=30_000)


def controls(window: QWidget) -> list[QWidget]:
    return [
        widget
        for widget in window.findChildren(QWidget)
        if widget.isVisible() and widget.focusPolicy() & Qt.FocusPolicy.TabFocus
    ]


@pytest.mark.parametrize("workspace", list(Workspace))
def test_every_control_has_a_name_for_people(opened: Studio, workspace: Workspace) -> None:
    opened.window.choose_workspace(workspace)
    nameless = [
        f"{type(widget).__name__} {widget.objectName()}"
        for widget in controls(opened.window)
        if not (widget.accessibleName() or getattr(widget, "text", str)())
    ]
    assert nameless == []


def test_tab_reaches_every_control_and_comes_back(opened: Studio) -> None:
    reached = set()
    widget = opened.window.parts.viewer.canvas
    for _ in range(2000):
        widget = widget.nextInFocusChain()
        reached.add(widget)
        if widget is opened.window.parts.viewer.canvas:
            break
    assert set(controls(opened.window)) <= reached


def test_f6_goes_round_the_parts_of_the_window(opened: Studio, qtbot: QtBot) -> None:
    window = opened.window
    window.parts.viewer.canvas.setFocus()
    visited = []
    for _ in range(6):
        window.actions_of["window.focus_next"].trigger()
        focus = QApplication.focusWidget()
        visited.append(focus)
    assert len(set(visited)) >= 4
    assert any(window.docks["layers"].isAncestorOf(widget) for widget in visited)


@pytest.mark.parametrize("workspace", list(Workspace))
def test_a_workspace_shows_its_panels(opened: Studio, workspace: Workspace) -> None:
    opened.window.choose_workspace(workspace)
    layout = LAYOUTS[workspace]
    assert set(opened.window.docks.shown()) == {*layout.right, *layout.bottom}


def test_a_layout_is_kept_by_workspace_and_can_be_reset(opened: Studio) -> None:
    window = opened.window
    window.docks.toggle("history")
    window.choose_workspace(Workspace.RENDER)
    window.choose_workspace(Workspace.PAINT)
    assert not window.docks.is_shown("history")
    assert not window.docks.is_shown("queue")
    window.reset_layout()
    assert window.docks.is_shown("history")


def test_single_letters_work_in_the_viewer_and_not_in_a_text(opened: Studio, qtbot: QtBot) -> None:
    window = opened.window
    view = opened.session.view
    window.parts.viewer.canvas.setFocus()
    qtbot.keyClick(window.parts.viewer.canvas, Qt.Key.Key_E)
    assert view.tool is Tool.ERASER
    window.docks.show_panel("shot")
    prompt = window.findChild(QWidget, "shot.prompt")
    prompt.setFocus()
    qtbot.keyClicks(prompt, "bog")
    assert view.tool is Tool.ERASER


def test_what_is_open_is_in_the_title(opened: Studio) -> None:
    assert opened.window.windowTitle() == "plate.mov - VOID Studio"


def test_closing_the_cut_goes_back_to_the_start(opened: Studio, qtbot: QtBot) -> None:
    opened.window.actions_of["file.close_cut"].trigger()
    qtbot.waitUntil(lambda: opened.window.is_at_start)
    assert opened.window.windowTitle() == "VOID Studio"
