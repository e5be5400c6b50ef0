import math
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.gui.viewer_parts import EXTENT, Watched, make_plate, viewer_on
from void_studio.app.session import Shown, Tool
from void_studio.quadmask import PointPrompt, Role

SHIFT = Qt.KeyboardModifier.ShiftModifier
CTRL = Qt.KeyboardModifier.ControlModifier
ALT = Qt.KeyboardModifier.AltModifier


@pytest.fixture
def watched(qtbot: QtBot, tmp_path: Path) -> Iterator[Watched]:
    with viewer_on(qtbot, tmp_path, make_plate(tmp_path)) as made:
        made.session.view.brush_px = 1.0
        yield made


@pytest.mark.parametrize("zoom", [0.37, 1.0, 1.5, 4.0, 11.0])
@pytest.mark.parametrize("ratio", [1.0, 1.5, 2.0])
def test_a_dab_paints_the_pixel_under_the_pen(
    watched: Watched, zoom: float, ratio: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    canvas = watched.pane.canvas
    monkeypatch.setattr(canvas, "devicePixelRatioF", lambda: ratio)
    canvas._resize()
    canvas.zoom_to(zoom)
    middle = canvas.to_plate(QPointF(canvas.width() / 2, canvas.height() / 2))
    x, y = (math.floor(value) for value in middle)
    watched.stroke((x + 0.5, y + 0.5))
    rows, columns = np.nonzero(watched.painted(watched.session.view.frame))
    assert list(zip(columns.tolist(), rows.tolist(), strict=True)) == [(x, y)]


def test_a_stroke_never_touches_another_frame(watched: Watched) -> None:
    view = watched.session.view
    here = view.frame
    watched.stroke((20, 20), (60, 40))
    watched.pane.step(1)
    watched.settle()
    watched.stroke((200, 100), (220, 120))
    assert not watched.painted(here)[90:, 190:].any()
    assert not watched.painted(here + 1)[:60, :80].any()
    assert not watched.painted(here + 2).any()


def test_nothing_is_painted_while_another_frame_is_still_shown(watched: Watched) -> None:
    canvas, view = watched.pane.canvas, watched.session.view
    canvas.viewing.frames._cache.clear()
    view.frame += 5
    assert canvas.shown_frame != view.frame
    watched.stroke((50, 50))
    watched.settle()
    assert not watched.painted(view.frame).any()
    watched.stroke((50.5, 50.5))
    assert watched.painted(view.frame).any()


def test_the_pens_pressure_drives_the_size(watched: Watched) -> None:
    watched.session.view.brush_px = 40
    widths = []
    for x, pressure in ((60.0, 0.25), (160.0, 0.5), (260.0, 1.0)):
        watched.pen(QEvent.Type.TabletPress, watched.at(x, 90), pressure)
        watched.pen(QEvent.Type.TabletMove, watched.at(x, 90), pressure)
        watched.pen(QEvent.Type.TabletRelease, watched.at(x, 90), 0)
        columns = np.nonzero(watched.painted(watched.session.view.frame)[90])[0]
        widths.append(np.count_nonzero(np.abs(columns - x) < 45))
    assert widths[0] < widths[1] < widths[2]
    assert abs(widths[2] - 40) <= 1


def test_a_fast_drag_leaves_no_gaps(watched: Watched) -> None:
    watched.session.view.brush_px = 6
    watched.stroke((20, 30), (150, 60), (300, 150))
    columns = watched.painted(watched.session.view.frame).any(axis=0)
    assert columns[20:300].all()


def test_a_stroke_is_hard_to_the_pixel_and_one_step_of_undo(watched: Watched) -> None:
    watched.session.view.brush_px = 20
    frame = watched.session.view.frame
    watched.stroke((100, 90), (200, 90))
    painted = watched.painted(frame)
    assert painted[81:99, 100:200].all()
    watched.pane.undo()
    assert not watched.painted(frame).any()
    watched.pane.redo()
    assert np.array_equal(watched.painted(frame), painted)


def test_shift_click_draws_a_line_from_the_last_dab(watched: Watched) -> None:
    watched.session.view.brush_px = 4
    watched.stroke((20.5, 20.5))
    watched.stroke((220.5, 20.5), keys=SHIFT)
    assert watched.painted(watched.session.view.frame)[20, 20:220].all()


def test_ctrl_shift_drag_changes_the_size_and_paints_nothing(watched: Watched) -> None:
    watched.session.view.brush_px = 10
    watched.stroke((100, 90), (180, 90), keys=SHIFT | CTRL)
    assert watched.session.view.brush_px > 10
    assert not watched.painted(watched.session.view.frame).any()


def test_alt_erases_with_the_brush_and_the_eraser_erases(watched: Watched) -> None:
    view = watched.session.view
    view.brush_px = 30
    watched.stroke((50, 90), (250, 90))
    watched.stroke((100, 90), keys=ALT)
    view.tool = Tool.ERASER
    watched.stroke((200, 90))
    row = watched.painted(view.frame)[90]
    assert not row[100]
    assert not row[200]
    assert row[150]


def test_swapping_the_role_paints_another_layer(watched: Watched) -> None:
    view = watched.session.view
    view.brush_px = 10
    watched.stroke((50, 50))
    watched.pane.swap_role()
    watched.stroke((150, 50))
    assert {layer.role for layer in watched.shot.document.layers} == {Role.REMOVE, Role.AFFECTED}
    assert watched.painted(view.frame)[50, 50]
    assert watched.painted(view.frame, Role.AFFECTED)[50, 150]


def test_rectangle_ellipse_lasso_and_polygon_fill_what_they_span(watched: Watched) -> None:
    view = watched.session.view
    view.tool = Tool.RECTANGLE
    watched.stroke((10, 10), (30, 30), (60, 40))
    view.tool = Tool.ELLIPSE
    watched.stroke((100, 10), (140, 50))
    view.tool = Tool.LASSO
    watched.stroke((10, 100), (60, 100), (60, 150), (10, 150))
    view.tool = Tool.POLYGON
    for corner in ((100, 100), (180, 100), (140, 160), (100, 100)):
        watched.stroke(corner)
    painted = watched.painted(view.frame)
    assert painted[12:38, 12:58].all()
    assert painted[30, 120]
    assert not painted[11, 101]
    assert painted[125, 35]
    assert painted[120, 140]
    assert not painted[155, 105]


def test_enter_closes_a_polygon_and_escape_forgets_it(watched: Watched) -> None:
    view = watched.session.view
    view.tool = Tool.POLYGON
    for keep in (False, True):
        for corner in ((100, 100), (180, 100), (140, 160)):
            watched.stroke(corner)
        key = Qt.Key.Key_Return if keep else Qt.Key.Key_Escape
        watched.bot.keyClick(watched.pane.canvas, key)
        assert watched.painted(view.frame).any() == keep


def test_the_grid_toggles_square_cells_of_an_eighth_of_the_height(watched: Watched) -> None:
    view = watched.session.view
    view.tool = Tool.GRID
    watched.stroke((70, 70))
    painted = watched.painted(view.frame)
    rows, columns = np.nonzero(painted)
    assert abs(np.ptp(rows) + 1 - EXTENT.height / 8) <= 1
    assert abs(np.ptp(columns) + 1 - EXTENT.height / 8) <= 1
    assert painted[70, 70]
    watched.stroke((70, 70))
    assert not watched.painted(view.frame).any()


def test_point_prompts_are_set_and_taken_away_again(watched: Watched) -> None:
    watched.session.view.tool = Tool.POINT
    watched.stroke((100.5, 60.5))
    watched.stroke((200.5, 60.5), keys=ALT)
    (layer,) = watched.shot.document.layers
    found = [
        (prompt.positive, round(prompt.x))
        for prompt in layer.prompts
        if isinstance(prompt, PointPrompt)
    ]
    assert [positive for positive, _ in found] == [True, False]
    watched.stroke((100.5, 60.5))
    assert len(watched.shot.document.layers[0].prompts) == 1


def test_the_select_tool_chooses_the_layer_under_the_pointer(watched: Watched) -> None:
    view = watched.session.view
    view.brush_px = 30
    watched.stroke((50, 90))
    first = view.layer_id or watched.shot.document.layers[0].id
    watched.pane.swap_role()
    watched.stroke((250, 90))
    view.tool = Tool.SELECT
    watched.stroke((50, 90))
    assert view.layer_id == first
    assert view.role is Role.REMOVE


def test_the_model_view_is_read_only(watched: Watched) -> None:
    watched.session.view.shown = Shown.MODEL
    watched.stroke((50, 50), (80, 80))
    assert not watched.shot.document.layers


def test_the_wheel_zooms_about_the_pointer(watched: Watched) -> None:
    canvas = watched.pane.canvas
    at = QPointF(200, 150)
    before = canvas.to_plate(at)
    zoom = canvas.placement.zoom
    for _ in range(3):
        event = QWheelEvent(
            at,
            canvas.mapToGlobal(at),
            QPoint(),
            QPoint(0, 120),
            Qt.MouseButton.NoButton,
            Qt.KeyboardModifier.NoModifier,
            Qt.ScrollPhase.NoScrollPhase,
            False,
        )
        QApplication.sendEvent(canvas, event)
    after = canvas.to_plate(at)
    assert canvas.placement.zoom > 1.5 * zoom
    assert math.dist(before, after) <= 2 / canvas.placement.zoom


def test_space_held_pans_and_tapped_plays(watched: Watched) -> None:
    canvas, view = watched.pane.canvas, watched.session.view
    canvas.zoom_to(3.0)
    left = canvas.placement.left
    watched.bot.keyPress(canvas, Qt.Key.Key_Space)
    watched.mouse(QEvent.Type.MouseButtonPress, QPointF(300, 200))
    watched.mouse(QEvent.Type.MouseMove, QPointF(340, 200))
    watched.mouse(QEvent.Type.MouseButtonRelease, QPointF(340, 200))
    watched.bot.keyRelease(canvas, Qt.Key.Key_Space)
    assert canvas.placement.left == left + 40
    assert not view.playing
    assert not watched.painted(view.frame).any()
    watched.bot.keyClick(canvas, Qt.Key.Key_Space)
    assert view.playing
    watched.pane.play(0)


def test_the_middle_button_pans(watched: Watched) -> None:
    canvas = watched.pane.canvas
    canvas.zoom_to(3.0)
    top = canvas.placement.top
    middle = Qt.MouseButton.MiddleButton
    watched.mouse(QEvent.Type.MouseButtonPress, QPointF(300, 200), buttons=middle)
    watched.mouse(QEvent.Type.MouseMove, QPointF(300, 170), buttons=middle)
    watched.mouse(QEvent.Type.MouseButtonRelease, QPointF(300, 170), buttons=middle)
    assert canvas.placement.top == top - 30
