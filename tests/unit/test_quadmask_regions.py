"""Regions that a tool fills at once."""

import numpy as np
import pytest

from void_studio.core import Extent, FrameRange, Rect, UsageError
from void_studio.quadmask import (
    FrameState,
    Origin,
    QuadmaskDocument,
    Role,
    Segment,
    ellipse_region,
    flood_region,
    grid_cell,
    painted_frame,
    polygon_region,
    rect_region,
    rework,
    segments_region,
)

EXTENT = Extent(64, 40)


def whole(region):
    matte = np.zeros(EXTENT.shape, np.bool_)
    matte[region.rect.slices] = region.matte
    return matte


def test_a_polygon_that_crosses_itself_is_filled_even_odd():
    star = [(20 + 18 * np.sin(turn), 20 - 18 * np.cos(turn)) for turn in np.arange(5) * 0.8 * np.pi]
    matte = whole(polygon_region(star, EXTENT))
    assert matte[8, 20]
    assert not matte[20, 20]


def test_what_lies_outside_of_the_frame_is_left_away():
    assert whole(polygon_region([(-20, -20), (10, -20), (10, 9), (-20, 9)], EXTENT))[:9, :10].all()
    assert not polygon_region([(100, 100), (120, 100), (120, 120)], EXTENT).matte.any()
    assert rect_region((50, 30), (900, 900), EXTENT).rect == Rect(50, 30, 14, 10)
    assert not segments_region([Segment((-50, -50), (-40, -40), 4)], EXTENT).matte.any()


@pytest.mark.parametrize("points", [[(0, 0), (1, 1)], [(0, 0), (1, 1), (float("nan"), 2)]])
def test_corners_that_make_no_region_are_refused(points):
    with pytest.raises(UsageError):
        polygon_region(points, EXTENT)


def test_an_ellipse_fills_its_share_of_the_rectangle():
    region = ellipse_region((50, 35), (10, 5), EXTENT)
    assert region.rect == Rect(10, 5, 40, 30)
    assert region.matte.mean() == pytest.approx(np.pi / 4, abs=0.01)


def test_a_flood_stops_at_what_is_painted():
    matte = whole(ellipse_region((10, 5), (50, 35), EXTENT))
    matte &= ~whole(ellipse_region((14, 9), (46, 31), EXTENT))
    inside = flood_region(matte, 30.5, 20.5)
    assert not whole(inside)[5, 5]
    assert np.array_equal(matte | whole(inside), whole(ellipse_region((10, 5), (50, 35), EXTENT)))
    ring = flood_region(matte, 12.0, 20.5)
    assert np.array_equal(whole(ring), matte)
    assert flood_region(matte, 64, 3) is None


def test_the_grid_has_eight_rows_of_square_cells():
    cells = {grid_cell(x + 0.5, y + 0.5, EXTENT) for x in range(64) for y in range(40)}
    assert len(cells) == 8 * 13
    assert {(cell.width, cell.height) for cell in cells} == {(5, 5), (4, 5)}
    assert sum(cell.area for cell in cells) == EXTENT.rect.area
    assert not grid_cell(64, 3, EXTENT).area


def test_cells_of_a_height_that_is_not_a_multiple_of_eight_meet_without_gaps():
    extent = Extent(1920, 1081)
    rows = [grid_cell(0, y, extent) for y in range(0, 1081, 130)]
    assert rows[0].y == 0
    assert all(cell.height in (135, 136) for cell in rows)
    assert grid_cell(0, 1080.9, extent).bottom == 1081


def test_a_region_is_set_and_cleared_on_a_copy():
    region = rect_region((1, 1), (4, 4), EXTENT)
    matte = np.zeros(EXTENT.shape, np.bool_)
    painted = region.painted_on(matte, erase=False)
    assert painted.sum() == 9
    assert not matte.any()
    assert not region.painted_on(painted, erase=True).any()


def test_frames_worked_out_elsewhere_become_one_step():
    document = QuadmaskDocument("shot-1", FrameRange(0, 4), EXTENT)
    mattes = {
        frame: painted_frame(np.eye(40, 64, frame) > 0, Origin.PROPAGATED) for frame in (0, 2)
    }
    (layer,) = document.add_painted([("Glass", Role.REMOVE, mattes)])
    assert document.revision == 1
    assert document.state_of(layer.id, 2) is FrameState.PROPAGATED
    snapshot = document.snapshot().layer(layer.id)
    document.put_atoms([rework(snapshot, frame, np.logical_not) for frame in (0, 2)])
    assert not layer.matte(0)[0, 0]
    assert document.state_of(layer.id, 2) is FrameState.PROPAGATED
    document.lock(layer.id, [2])
    assert document.clear(layer.id) == (2,)
    assert layer.painted_frames() == (2,)
    while document.undo():
        pass
    assert not document.layers


def test_a_document_can_be_widened_and_keeps_what_is_painted():
    document = QuadmaskDocument("shot-1", FrameRange(10, 4), EXTENT)
    layer = document.add_layer("Glass", Role.REMOVE)
    document.set_matte(layer.id, 10, np.ones(EXTENT.shape, np.bool_))
    document.widen(FrameRange(2, 9))
    assert document.range == FrameRange(2, 12)
    document.set_matte(layer.id, 2, np.ones(EXTENT.shape, np.bool_))
    assert layer.painted_frames() == (2, 10)
