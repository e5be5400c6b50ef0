from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtWidgets import QAbstractButton, QApplication, QWidget
from pytestqt.qtbot import QtBot

from tests.gui.viewer_parts import Watched, make_plate, viewer_on
from void_studio.app.session import Compare, Places, Session, Shown, StrokeLives, Tool
from void_studio.core import FrameRange
from void_studio.gui.bridge import QtPost
from void_studio.gui.viewer import OptionsBar, ToolColumn, ViewerPane
from void_studio.gui.viewer.player import Player
from void_studio.gui.viewer.strip_facts import Drift
from void_studio.quadmask import FrameState, Role

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def watched(qtbot: QtBot, tmp_path: Path) -> Iterator[Watched]:
    with viewer_on(qtbot, tmp_path, make_plate(tmp_path)) as made:
        yield made


class Clock:
    """Seconds that pass when told."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_playing_shows_frames_by_the_clock_and_loops(watched: Watched) -> None:
    clock, view = Clock(), watched.session.view
    player = Player(watched.pane.viewing, clock=clock)
    watched.pane.player.release()
    span = watched.shot.work
    watched.pane.viewing.frames.prefetch(span)
    watched.wait(lambda: watched.pane.viewing.frames.cached.issuperset(span))
    view.in_frame, view.out_frame = span.start, span.start + 3
    player.play(1.0)
    seen = []
    for _ in range(6):
        clock.now += 1 / float(watched.shot.plate.rate)
        player.tick()
        seen.append(view.frame - span.start)
    assert seen == [1, 2, 3, 0, 1, 2]
    assert player.dropped == 0
    clock.now += 3 / float(watched.shot.plate.rate)
    player.tick()
    assert player.dropped == 2
    player.release()


def test_without_a_loop_playing_stops_at_out(watched: Watched) -> None:
    clock, view = Clock(), watched.session.view
    player = Player(watched.pane.viewing, clock=clock)
    player.loops = False
    player.play(1.0)
    clock.now += 100
    player.tick()
    assert not view.playing
    assert view.frame == watched.pane.viewing.in_out().last
    player.release()


def test_shuttling_again_is_faster_and_the_other_way_turns(watched: Watched) -> None:
    player, view = watched.pane.player, watched.session.view
    player.shuttle(1)
    player.shuttle(1)
    assert view.speed == 2
    player.shuttle(-1)
    assert view.speed == -1
    player.stop()
    assert not view.playing


def test_stepping_stays_in_the_work_range(watched: Watched) -> None:
    view, span = watched.session.view, watched.shot.work
    watched.pane.first()
    watched.pane.step(-1)
    assert view.frame == span.start
    watched.pane.last()
    watched.pane.step(10)
    assert view.frame == span.last


def test_painted_frames_are_found_both_ways(watched: Watched) -> None:
    view, start = watched.session.view, watched.shot.work.start
    watched.stroke((50, 50))
    watched.pane.step(4)
    watched.settle()
    watched.stroke((50, 50))
    watched.pane.previous_painted()
    assert view.frame == start
    watched.pane.next_painted()
    assert view.frame == start + 4


def test_a_click_in_the_strip_goes_to_its_frame_and_a_drag_selects(watched: Watched) -> None:
    strip, view = watched.pane.strip, watched.session.view
    plan = strip.plan()
    assert plan is not None
    y = plan.row(0).center().y()
    third = QPoint(round(plan.x(plan.frames.start + 3) + plan.cell / 2), y)
    sixth = QPoint(round(plan.x(plan.frames.start + 6) + plan.cell / 2), y)
    watched.bot.mouseClick(strip, LEFT, pos=third)
    assert view.frame == plan.frames.start + 3
    watched.bot.mousePress(strip, LEFT, pos=third)
    watched.bot.mouseMove(strip, sixth)
    watched.bot.mouseRelease(strip, LEFT, pos=sixth)
    assert strip.selected == FrameRange(plan.frames.start + 3, 4)


def test_dragging_in_the_ruler_scrubs(watched: Watched) -> None:
    strip, view = watched.pane.strip, watched.session.view
    plan = strip.plan()
    assert plan is not None
    watched.bot.mousePress(strip, LEFT, pos=QPoint(plan.area.x() + 2, 8))
    for number in (2, 7):
        watched.bot.mouseMove(strip, QPoint(round(plan.x(plan.frames.start + number) + 3), 8))
        assert view.frame == plan.frames.start + number
    watched.bot.mouseRelease(strip, LEFT, pos=QPoint(plan.area.x() + 2, 8))
    assert strip.selected is None


def test_the_strip_knows_painted_locked_and_empty(watched: Watched) -> None:
    facts, frame = watched.pane.strip.facts, watched.session.view.frame
    assert facts is not None
    assert facts.state(Role.REMOVE, frame) is FrameState.EMPTY
    watched.stroke((50, 50))
    assert facts.state(Role.REMOVE, frame) is FrameState.PAINTED
    watched.shot.document.lock(watched.shot.document.layers[0].id, [frame])
    assert facts.state(Role.REMOVE, frame) is FrameState.LOCKED
    assert facts.state(Role.AFFECTED, frame) is FrameState.EMPTY


def test_frames_merge_in_a_narrow_strip_and_none_is_lost(watched: Watched) -> None:
    plan = watched.pane.strip.plan()
    assert plan is not None
    narrow = replace(plan, frames=FrameRange(1001, 500), area=QRect(0, 0, 200, 100))
    assert narrow.merged > 1
    assert [frame for cell in narrow.cells() for frame in cell] == list(range(1001, 1501))
    assert min(narrow.cell_rect(cell, 0).width() for cell in narrow.cells()[:-1]) >= 3


def test_suspects_are_counted_and_opened_by_a_double_click(watched: Watched) -> None:
    strip, start = watched.pane.strip, watched.shot.work.start
    strip.set_drift(Drift({start + 2: 0.9, start + 3: 0.1}, threshold=0.5))
    assert strip.drift.suspects == (start + 2,)
    opened: list[int] = []
    strip.suspect_opened.connect(opened.append)
    plan = strip.plan()
    assert plan is not None
    assert plan.rows == 3
    at = QPoint(round(plan.x(start + 2) + plan.cell / 2), plan.row(2).center().y())
    watched.bot.mouseDClick(strip, LEFT, pos=at)
    assert opened == [start + 2]


def test_in_and_out_never_cross(watched: Watched) -> None:
    pane, view = watched.pane, watched.session.view
    pane.go_to(watched.shot.work.start + 5)
    pane.set_out()
    pane.step(2)
    pane.set_in()
    assert view.out_frame is None
    assert view.in_frame == watched.shot.work.start + 7


def test_the_header_and_the_view_follow_each_other(watched: Watched) -> None:
    header, view = watched.pane.header, watched.session.view
    header.shown.button(Shown.MATTE).click()
    assert view.shown is Shown.MATTE
    view.shown = Shown.OVERLAY
    assert header.shown.value() is Shown.OVERLAY
    header.opacity.slider.setValue(80)
    assert view.opacity == pytest.approx(0.8)
    header.fit.click()
    assert watched.pane.canvas.fits
    watched.pane.actual_size()
    assert header.zoom.currentText() == "100 %"


def test_the_options_follow_the_tool(watched: Watched) -> None:
    bar = OptionsBar(watched.session)
    watched.bot.addWidget(bar)
    bar.resize(1500, 36)
    bar.show()
    view = watched.session.view
    assert bar.brush_size.isVisible()
    view.tool = Tool.LASSO
    assert not bar.brush_size.isVisible()
    assert bar.role.isVisible()
    view.compare = Compare.WIPE
    assert bar.compare.isVisible()
    assert not bar.role.isVisible()
    view.compare = Compare.NONE
    bar.lives.button(StrokeLives.ALL).click()
    assert view.stroke_lives is StrokeLives.ALL
    assert not bar.undo.isEnabled()
    view.tool = Tool.BRUSH
    watched.stroke((20, 20))
    assert bar.undo.isEnabled()
    bar.undo.click()
    assert not np.any(watched.painted(view.frame))
    bar.release()


def test_changing_what_the_bar_offers_never_widens_the_window(watched: Watched) -> None:
    bar, view = OptionsBar(watched.session), watched.session.view
    watched.bot.addWidget(bar)
    bar.resize(1280, 36)
    bar.show()
    for compare in (Compare.WIPE, Compare.NONE, Compare.FLICKER, Compare.NONE):
        view.compare = compare
        QApplication.processEvents()
        assert bar.width() == 1280
    bar.release()


def test_painting_tools_are_off_in_the_model_view_and_say_why(watched: Watched) -> None:
    column = ToolColumn(watched.session)
    watched.bot.addWidget(column)
    view = watched.session.view
    view.shown = Shown.MODEL
    assert not column.buttons[Tool.BRUSH].isEnabled()
    assert "Read only here" in column.buttons[Tool.BRUSH].toolTip()
    assert column.buttons[Tool.PAN].isEnabled()
    view.shown = Shown.OVERLAY
    column.buttons[Tool.GRID].click()
    assert view.tool is Tool.GRID
    view.tool = Tool.ERASER
    assert column.buttons[Tool.ERASER].isChecked()
    column.release()


def test_every_control_has_a_name_for_scripts_and_one_for_people(watched: Watched) -> None:
    bar, column = OptionsBar(watched.session), ToolColumn(watched.session)
    for part in (bar, column):
        watched.bot.addWidget(part)
    for root in (watched.pane, bar, column):
        for child in root.findChildren(QWidget):
            is_popup = child.window() is not root.window()
            is_inner = child.objectName().startswith("qt_")
            if is_popup or is_inner or child.focusPolicy() is Qt.FocusPolicy.NoFocus:
                continue
            assert child.objectName(), child
            assert child.accessibleName(), child.objectName()
            assert child.toolTip() or not isinstance(child, QAbstractButton), child.objectName()
    bar.release()
    column.release()


def test_without_a_shot_the_viewer_says_what_to_do(qtbot: QtBot, tmp_path: Path) -> None:
    session = Session(Places(tmp_path), post=QtPost())
    pane = ViewerPane(session)
    qtbot.addWidget(pane)
    pane.resize(700, 500)
    pane.show()
    pane.step(1)
    pane.toggle_play()
    pane.undo()
    grabbed = pane.canvas.grab().toImage()
    middle = grabbed.height() // 2
    spots = [(x, y) for x in range(200, 500) for y in range(middle - 30, middle + 30)]
    shades = {grabbed.pixelColor(x, y).lightness() for x, y in spots}
    assert len(shades) > 2
    assert not session.view.playing
    pane.close_down()
    session.close()
