"""What stands on the screen, against numbers that are worked out here another way."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from PySide6.QtCore import QEvent, QPointF
from pytestqt.qtbot import QtBot

from tests.guard import guarded
from tests.gui.viewer_parts import Watched, make_plate, viewer_on
from tests.pictures import number_in
from void_studio.app.session import Compare, LayerProposal, OtherSide, Shown
from void_studio.gui.theme import colour
from void_studio.media import open_plate, probe_plate, screen_picture
from void_studio.quadmask import Role

INSET = 6


@pytest.fixture
def watched(qtbot: QtBot, tmp_path: Path) -> Iterator[Watched]:
    with viewer_on(qtbot, tmp_path, make_plate(tmp_path)) as made:
        made.pane.canvas.marks.set_hud(False)
        made.pane.canvas.marks.move_pointer(None)
        yield made


def plate_picture(watched: Watched, frame: int) -> npt.NDArray[np.uint8]:
    with open_plate(watched.shot.plate.location) as reader:
        return screen_picture(reader.read(frame))


def shown_plate(watched: Watched) -> npt.NDArray[np.uint8]:
    """The part of the screen that shows the plate, at a zoom of whole numbers."""
    canvas = watched.pane.canvas
    left, top = int(canvas.placement.left), int(canvas.placement.top)
    zoom = int(canvas.placement.zoom)
    height, width = canvas.placement.extent.shape
    return watched.grabbed()[top : top + zoom * height, left : left + zoom * width]


def close_share(one: npt.NDArray[np.uint8], other: npt.NDArray[np.uint8]) -> float:
    """How many pixels are within one level."""
    apart = np.abs(one[..., :3].astype(int) - other[..., :3].astype(int)).max(axis=-1)
    return float(np.mean(apart <= 1))


def mixed(token: str, strength: float, picture: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    hue = colour(token)
    towards = np.array([hue.blue(), hue.green(), hue.red()])
    levels = picture[..., :3].astype(float)
    return np.rint(levels + strength * (towards - levels)).astype(np.uint8)


def paint(watched: Watched, role: Role, rows: slice, columns: slice) -> None:
    document = watched.shot.document
    layer = document.add_layer(role.value, role)
    matte = np.zeros(document.extent.shape, np.bool_)
    matte[rows, columns] = True
    document.set_matte(layer.id, watched.session.view.frame, matte)


@pytest.mark.parametrize("zoom", [1.0, 2.0])
def test_the_plate_stands_on_the_screen_pixel_by_pixel(watched: Watched, zoom: float) -> None:
    watched.pane.canvas.zoom_to(zoom)
    watched.pane.canvas._place(watched.pane.canvas.placement.centred())
    wanted = plate_picture(watched, watched.session.view.frame)
    wanted = wanted.repeat(int(zoom), 0).repeat(int(zoom), 1)
    assert close_share(shown_plate(watched), wanted) >= 0.995


def test_every_step_shows_the_frame_that_it_says(watched: Watched) -> None:
    start = watched.shot.plate.available_range.start
    for by in (1, 1, 3, -2, 4, -6):
        watched.pane.step(by)
        watched.settle()
        shown = watched.pane.canvas.composition.picture
        assert shown is not None
        frame = watched.session.view.frame
        assert number_in(shown.rgb) == frame - start
        watched.pane.canvas.fit()
        rect = watched.pane.canvas.picture_rect()
        grabbed = watched.grabbed()[rect.top() : rect.bottom(), rect.left() : rect.right()]
        assert number_in(grabbed) == frame - start


def test_fills_are_mixed_as_the_tokens_say(watched: Watched) -> None:
    view = watched.session.view
    paint(watched, Role.REMOVE, slice(20, 100), slice(20, 150))
    paint(watched, Role.AFFECTED, slice(60, 160), slice(100, 300))
    watched.pane.canvas.zoom_to(1.0)
    shown, plate = shown_plate(watched), plate_picture(watched, view.frame)
    for token, strength, rows, columns in (
        ("remove", view.opacity, slice(20, 60), slice(20, 150)),
        ("affected", 0.72 * view.opacity, slice(100, 160), slice(150, 300)),
    ):
        inner = (
            slice(rows.start + INSET, rows.stop - INSET),
            slice(columns.start + INSET, columns.stop - INSET),
        )
        assert close_share(shown[inner], mixed(token, strength, plate[inner])) >= 0.995
    outside = (slice(0, 12), slice(0, 320))
    assert close_share(shown[outside], plate[outside]) >= 0.995


def test_overlap_is_striped_in_both_colours(watched: Watched) -> None:
    view = watched.session.view
    paint(watched, Role.REMOVE, slice(20, 120), slice(20, 200))
    paint(watched, Role.AFFECTED, slice(20, 120), slice(20, 200))
    watched.pane.canvas.zoom_to(1.0)
    part = (slice(40, 100), slice(40, 180))
    shown = shown_plate(watched)[part]
    plate = plate_picture(watched, view.frame)[part]
    shares = []
    for token in ("remove", "affected"):
        wanted = mixed(token, 1.2 * view.opacity, plate)
        apart = np.abs(shown[..., :3].astype(int) - wanted.astype(int)).max(axis=-1)
        shares.append(float(np.mean(apart <= 1)))
    assert abs(shares[0] - 0.5) < 0.02
    assert abs(shares[1] - 0.5) < 0.02


def test_the_matte_view_is_white_and_grey_on_black(watched: Watched) -> None:
    paint(watched, Role.REMOVE, slice(20, 60), slice(20, 100))
    paint(watched, Role.AFFECTED, slice(100, 160), slice(150, 300))
    watched.session.view.shown = Shown.MATTE
    watched.pane.canvas.zoom_to(1.0)
    shown = shown_plate(watched)[..., :3]
    assert (shown[20:60, 20:100] == 255).all()
    assert (shown[100:160, 150:300] == 150).all()
    assert (shown[0:20] == 0).all()


def test_the_model_view_counts_overlap_as_remove(watched: Watched) -> None:
    watched.pane.step(1)
    watched.settle()
    paint(watched, Role.REMOVE, slice(20, 60), slice(20, 100))
    paint(watched, Role.AFFECTED, slice(40, 90), slice(50, 200))
    watched.session.view.shown = Shown.MODEL
    watched.pane.canvas.zoom_to(1.0)
    shown = shown_plate(watched)[..., :3]
    assert (shown[20:60, 20:100] == 0).all()
    assert (shown[70:90, 50:200] == 127).all()
    assert (shown[100:] == 255).all()


def test_the_model_view_has_no_affected_area_on_the_first_frame(watched: Watched) -> None:
    assert watched.session.view.frame == watched.shot.work.start
    paint(watched, Role.REMOVE, slice(20, 60), slice(20, 100))
    paint(watched, Role.AFFECTED, slice(40, 90), slice(50, 200))
    watched.session.view.shown = Shown.MODEL
    watched.pane.canvas.zoom_to(1.0)
    shown = shown_plate(watched)[..., :3]
    assert (shown[20:60, 20:100] == 0).all()
    assert (shown[70:] == 255).all()


def test_the_boundary_view_leaves_the_inside_alone(watched: Watched) -> None:
    paint(watched, Role.REMOVE, slice(20, 100), slice(20, 150))
    watched.session.view.shown = Shown.BOUNDARY
    watched.pane.canvas.zoom_to(1.0)
    shown, plate = shown_plate(watched), plate_picture(watched, watched.session.view.frame)
    assert close_share(shown[30:90, 30:140], plate[30:90, 30:140]) == 1
    hue = colour("remove")
    edge = shown[20, 60:100, :3].astype(int)
    wanted = np.array([hue.blue(), hue.green(), hue.red()])
    assert np.abs(edge - wanted).max(axis=-1).max() < 40


def test_a_hidden_overlay_leaves_the_plate(watched: Watched) -> None:
    paint(watched, Role.REMOVE, slice(20, 100), slice(20, 150))
    watched.pane.canvas.zoom_to(1.0)
    plate = plate_picture(watched, watched.session.view.frame)
    watched.pane.toggle_overlay()
    assert close_share(shown_plate(watched), plate) >= 0.995
    watched.pane.toggle_overlay()
    watched.pane.hold_overlay_off(True)
    assert close_share(shown_plate(watched), plate) >= 0.995
    watched.pane.hold_overlay_off(False)
    assert close_share(shown_plate(watched), plate) < 0.9


@pytest.mark.parametrize("zoom", [0.6, 1.0, 3.0])
def test_painting_redraws_exactly_what_drawing_anew_would(watched: Watched, zoom: float) -> None:
    watched.session.view.brush_px = 14
    watched.pane.canvas.zoom_to(zoom)
    watched.stroke((120, 60), (150, 100), (180, 80))
    watched.pane.swap_role()
    watched.stroke((140, 60), (160, 120))
    piece_by_piece = watched.pane.canvas.composition.view.copy()
    watched.pane.canvas.redraw()
    assert np.array_equal(piece_by_piece, watched.pane.canvas.composition.view)


def test_onion_skin_outlines_the_neighbours(watched: Watched) -> None:
    view = watched.session.view
    paint(watched, Role.REMOVE, slice(40, 100), slice(40, 150))
    watched.pane.step(1)
    watched.settle()
    watched.pane.canvas.zoom_to(1.0)
    plain = shown_plate(watched).copy()
    watched.pane.toggle_onion()
    shown = shown_plate(watched)
    assert view.onion
    changed = np.abs(shown.astype(int) - plain.astype(int)).max(axis=-1) > 8
    assert changed[40, 60:140].all()
    assert not changed[60:80, 60:140].any()


def other_side(watched: Watched, tmp_path: Path) -> OtherSide:
    folder = tmp_path / "other"
    folder.mkdir()
    plate = probe_plate(make_plate(folder, frames=12))
    return OtherSide("v001", plate, plate.available_range, 3, "fill at 2.0x up")


def test_wipe_flicker_and_difference_compare_with_the_same_frame(
    watched: Watched, tmp_path: Path
) -> None:
    canvas, view, viewing = watched.pane.canvas, watched.session.view, watched.pane.viewing
    start = watched.shot.plate.available_range.start
    canvas.zoom_to(1.0)
    viewing.show_other(other_side(watched, tmp_path))
    view.compare = Compare.WIPE
    watched.wait(lambda: canvas.composition.other is not None)
    a = plate_picture(watched, view.frame)
    b = plate_picture(watched, view.frame + 3)
    shown = shown_plate(watched)
    assert number_in(a) == view.frame - start
    assert close_share(shown[:, :140], a[:, :140]) >= 0.995
    right = shown[:, 180:]
    assert close_share(right, b[:, 180:]) >= 0.98
    view.compare = Compare.FLICKER
    assert close_share(shown_plate(watched), a) >= 0.995
    watched.wait(lambda: canvas.show_b)
    assert close_share(shown_plate(watched), b) >= 0.995
    view.compare = Compare.DIFFERENCE
    canvas.set_gain(1.0)
    apart = np.abs(a.astype(int) - b.astype(int)).astype(np.uint8)
    assert close_share(shown_plate(watched), apart) >= 0.995
    view.compare = Compare.NONE


def test_the_wipe_is_dragged_and_turned(watched: Watched, tmp_path: Path) -> None:
    canvas, view = watched.pane.canvas, watched.session.view
    watched.pane.viewing.show_other(other_side(watched, tmp_path))
    view.compare = Compare.WIPE
    watched.wait(lambda: canvas.composition.other is not None)
    middle, _, turn = canvas.marks.wipe_places()
    watched.mouse(QEvent.Type.MouseButtonPress, middle)
    watched.mouse(QEvent.Type.MouseMove, middle + QPointF(80, 0))
    watched.mouse(QEvent.Type.MouseButtonRelease, middle + QPointF(80, 0))
    assert canvas.wipe.x == pytest.approx(160 + 80 / canvas.placement.zoom, abs=0.5)
    middle, _, turn = canvas.marks.wipe_places()
    watched.mouse(QEvent.Type.MouseButtonPress, turn)
    watched.mouse(QEvent.Type.MouseMove, middle + QPointF(-60, 60))
    watched.mouse(QEvent.Type.MouseButtonRelease, middle + QPointF(-60, 60))
    assert canvas.wipe.angle == pytest.approx(45, abs=1)
    assert not watched.painted(view.frame).any()
    view.compare = Compare.NONE


def test_a_frame_that_can_not_be_read_stays_on_its_number(watched: Watched) -> None:
    canvas, view = watched.pane.canvas, watched.session.view
    watched.pane.viewing.frames.failed.emit(view.frame, "packet is damaged")
    canvas.composition.picture = None
    canvas._fail(view.frame, "packet is damaged")
    assert canvas.shown_frame == view.frame
    assert view.frame == watched.shot.work.start


def test_a_matte_that_reaches_out_of_view_has_no_edge_at_the_viewers_border(
    watched: Watched,
) -> None:
    paint(watched, Role.REMOVE, slice(0, 180), slice(0, 320))
    watched.pane.canvas.zoom_to(8.0)
    with_fill = watched.grabbed()
    watched.session.view.shown = Shown.BOUNDARY
    plain = watched.grabbed()
    watched.pane.toggle_overlay()
    assert np.array_equal(plain, watched.grabbed())
    assert not np.array_equal(plain, with_fill)


def test_a_proposal_is_a_dashed_outline_that_changes_no_matte(watched: Watched) -> None:
    frame = watched.session.view.frame
    watched.pane.canvas.zoom_to(1.0)
    plain = shown_plate(watched).copy()
    matte = np.zeros(watched.shot.document.extent.shape, np.bool_)
    matte[40:120, 60:200] = True
    watched.shot.propose(LayerProposal("glass", Role.REMOVE, {frame: matte}, "flow"))
    watched.wait(lambda: bool(watched.pane.canvas.composition.outlines))
    changed = np.abs(shown_plate(watched).astype(int) - plain.astype(int)).max(axis=-1) > 8
    along = changed[40, 70:190]
    assert 0.4 < along.mean() < 0.9
    assert not changed[60:100, 80:180].any()
    assert not watched.painted(frame).any()


def test_stepping_and_painting_touch_no_file_and_no_codec(watched: Watched) -> None:
    watched.session.view.brush_px = 12
    watched.stroke((60, 60), (90, 80))
    with guarded():
        watched.stroke((100, 60), (190, 80))
        watched.pane.undo()
        watched.pane.step(1)
        watched.settle()
        watched.session.view.shown = Shown.BOUNDARY
        watched.grabbed()
