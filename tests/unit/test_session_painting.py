"""What the tools do: one undo step each, refusals told, other frames followed."""

import numpy as np
import pytest

from void_studio.app.session import (
    LayerProposal,
    Message,
    Painting,
    Posted,
    StrokeLives,
    Tasks,
    Tool,
    ViewState,
)
from void_studio.core import Extent, FrameRange, Rect
from void_studio.quadmask import FrameState, QuadmaskDocument, Role

EXTENT = Extent(64, 40)
FRAMES = FrameRange(100, 6)


class Easel:
    """A painting with all around it."""

    def __init__(self, read_only=None):
        self.posted = Posted()
        self.tasks = Tasks(self.posted)
        self.view = ViewState(frame=102, brush_px=8)
        self.document = QuadmaskDocument("shot-1", FRAMES, EXTENT)
        self.said: list[Message] = []
        self.painting = Painting(
            self.document, self.view, self.tasks, tell=self.said.append, read_only=read_only
        )

    def settle(self):
        self.posted.drain(lambda: not self.tasks.running())

    def matte(self, frame=102):
        return self.painting.layer().matte(frame)

    def stroke(self, *points, **options):
        assert self.painting.begin(*points[0], **options)
        for point in points[1:]:
            self.painting.move(*point)
        self.painting.end()


@pytest.fixture
def easel():
    easel = Easel()
    yield easel
    easel.tasks.close()


def test_a_stroke_makes_a_layer_of_the_role_in_hand(easel):
    easel.view.role = Role.AFFECTED
    easel.stroke((10, 10), (20, 10))
    (layer,) = easel.document.layers
    assert (layer.name, layer.role) == ("Affected", Role.AFFECTED)
    assert easel.view.layer_id == layer.id
    assert easel.matte()[10, 15]
    easel.view.layer_id = None
    easel.view.role = Role.REMOVE
    easel.stroke((10, 10), (20, 10))
    assert [layer.role for layer in easel.document.layers] == [Role.REMOVE, Role.AFFECTED]


def test_a_stroke_shows_before_the_pen_lifts(easel):
    easel.painting.begin(10, 10)
    assert easel.painting.is_stroking
    touched = easel.painting.move(20, 10)
    assert touched.area
    assert easel.document.values(102)[10, 15] == 0
    easel.painting.end()
    assert easel.document.frame_state(103) is FrameState.EMPTY


def test_pressure_drives_the_size_unless_it_is_switched_off(easel):
    easel.stroke((20, 20), pressure=0.5)
    light = easel.matte().sum()
    easel.view.frame = 103
    easel.view.pressure = False
    easel.stroke((20, 20), pressure=0.5)
    assert 2 * light < easel.matte(103).sum() < 8 * light


def test_the_eraser_erases(easel):
    easel.painting.rectangle((5, 5), (25, 25))
    easel.view.tool = Tool.ERASER
    easel.stroke((15, 15))
    assert not easel.matte()[15, 15]
    assert easel.matte()[6, 6]
    easel.painting.undo()
    assert easel.matte()[15, 15]


def test_a_locked_frame_is_told_and_left_alone(easel):
    easel.stroke((10, 10))
    layer = easel.painting.layer()
    easel.document.lock(layer.id, [102])
    before = easel.document.revision
    assert not easel.painting.begin(20, 20)
    assert easel.said[-1].what == "Remove is locked on 102"
    assert not easel.painting.toggle_cell(20, 20)
    easel.painting.grow(2)
    easel.painting.clear()
    easel.settle()
    assert easel.document.revision == before


def test_a_frame_that_is_locked_under_the_pen_ends_the_stroke(easel):
    easel.painting.begin(10, 10)
    easel.document.lock(easel.painting.layer().id, [102])
    assert not easel.painting.move(30, 30).area
    assert "locked" in easel.said[-1].what
    assert not easel.painting.is_stroking


def test_nothing_is_painted_read_only():
    easel = Easel(read_only="kim has it")
    assert not easel.painting.begin(10, 10)
    assert not easel.painting.undo()
    assert easel.painting.clear() is None
    assert easel.said[0].hint == "kim has it"
    assert not easel.document.layers


def test_a_stroke_that_lives_on_is_one_step_on_all_its_frames(easel):
    easel.view.stroke_lives = StrokeLives.TO_END
    easel.stroke((10, 10), (30, 20))
    easel.settle()
    painted = [frame for frame in FRAMES if easel.document.frame_state(frame) is FrameState.PAINTED]
    assert painted == [102, 103, 104, 105]
    assert all(np.array_equal(easel.matte(frame), easel.matte()) for frame in painted)
    easel.painting.undo()
    assert all(easel.document.frame_state(frame) is FrameState.EMPTY for frame in FRAMES)
    easel.painting.redo()
    assert np.array_equal(easel.matte(105), easel.matte())


def test_a_stroke_that_lives_on_paints_over_what_is_there(easel):
    easel.view.frame = 104
    easel.stroke((50, 30))
    easel.view.frame = 102
    easel.view.in_frame, easel.view.out_frame = 101, 104
    easel.view.stroke_lives = StrokeLives.IN_OUT
    easel.stroke((10, 10))
    easel.settle()
    assert easel.matte(104)[30, 50]
    assert easel.matte(104)[10, 10]
    assert easel.document.frame_state(105) is FrameState.EMPTY


def test_a_frame_painted_meanwhile_loses_nothing(easel):
    easel.view.stroke_lives = StrokeLives.ALL
    easel.stroke((10, 10))
    easel.view.stroke_lives = StrokeLives.THIS_FRAME
    easel.view.frame = 105
    easel.stroke((50, 30))
    easel.settle()
    assert easel.matte(105)[30, 50]
    assert easel.matte(105)[10, 10]


def test_a_stroke_undone_before_it_went_further_does_not_come_back(easel):
    easel.view.stroke_lives = StrokeLives.ALL
    easel.stroke((10, 10))
    easel.painting.undo()
    easel.settle()
    assert all(easel.document.frame_state(frame) is FrameState.EMPTY for frame in FRAMES)
    assert "undone" in easel.said[-1].what


def test_locked_frames_are_left_out_of_many_and_counted(easel):
    easel.stroke((10, 10))
    easel.document.lock(easel.painting.layer().id, [104])
    easel.view.stroke_lives = StrokeLives.ALL
    easel.stroke((20, 20))
    easel.settle()
    assert easel.said[-1].what == "1 locked frames were left as they are"
    assert not easel.matte(104).any()
    assert easel.matte(105)[20, 20]


def test_a_region_is_filled_only_where_it_was_open_or_hit(easel):
    assert not easel.painting.fill_region(20, 20)
    assert easel.said[-1].hint == "outline it first"
    easel.painting.rectangle((10, 10), (30, 30))
    easel.painting.rectangle((14, 14), (26, 26), erase=True)
    assert easel.painting.fill_region(20, 20)
    assert easel.matte()[10:30, 10:30].all()
    assert not easel.matte()[5, 5]
    revision = easel.document.revision
    easel.painting.fill_region(20, 20)
    assert easel.document.revision == revision
    easel.painting.fill_region(20, 20, erase=True)
    assert not easel.matte().any()


def test_a_cell_of_the_grid_is_toggled(easel):
    cell = easel.painting.grid_cell(12, 12)
    assert cell == Rect(10, 10, 5, 5)
    easel.painting.toggle_cell(12, 12)
    assert easel.matte().sum() == 25
    easel.painting.toggle_cell(12, 12)
    assert not easel.matte().any()
    assert not easel.painting.grid_cell(-1, 5).area


def test_operations_go_over_the_painted_frames_as_one_step(easel):
    easel.view.stroke_lives = StrokeLives.ALL
    easel.painting.rectangle((10, 10), (20, 20))
    easel.settle()
    easel.painting.grow(2, StrokeLives.ALL)
    easel.settle()
    assert all(easel.matte(frame)[15, 21] for frame in FRAMES)
    easel.painting.grow(-4, StrokeLives.ALL)
    easel.settle()
    assert all(not easel.matte(frame)[15, 19] for frame in FRAMES)
    easel.painting.undo()
    easel.painting.undo()
    assert all(easel.matte(frame).sum() == 100 for frame in FRAMES)
    easel.painting.clear(StrokeLives.TO_END)
    assert easel.painting.layer().painted_frames() == (100, 101)


def test_holes_are_filled_and_specks_removed(easel):
    easel.painting.rectangle((10, 10), (20, 20))
    easel.painting.rectangle((14, 14), (16, 16), erase=True)
    easel.painting.rectangle((40, 30), (42, 32))
    easel.painting.fill_holes()
    easel.settle()
    easel.painting.remove_specks(5)
    easel.settle()
    assert easel.matte().sum() == 100


def test_a_matte_is_copied_from_another_frame(easel):
    easel.stroke((10, 10))
    easel.view.frame = 103
    assert easel.painting.copy_from(102)
    assert np.array_equal(easel.matte(103), easel.matte(102))
    assert not easel.painting.copy_from(99)


def test_a_proposal_is_accepted_into_a_new_or_a_given_layer_as_one_step(easel):
    mattes = {frame: np.ones(EXTENT.shape, np.bool_) for frame in (101, 102, 999)}
    easel.painting.accept(LayerProposal("Ball", Role.REMOVE, mattes, "flow"))
    easel.settle()
    (layer,) = easel.document.layers
    assert (layer.name, layer.painted_frames()) == ("Ball", (101, 102))
    assert easel.document.revision == 1
    nothing = {101: np.zeros(EXTENT.shape, np.bool_)}
    easel.painting.accept(LayerProposal("", Role.REMOVE, nothing, "flow", layer_id=layer.id))
    easel.settle()
    assert layer.painted_frames() == (102,)
    easel.painting.undo()
    easel.painting.undo()
    assert not easel.document.layers


def test_points_that_make_no_polygon_change_nothing(easel):
    assert not easel.painting.polygon([(1, 1), (5, 5)])
    assert not easel.document.layers


def test_undo_takes_back_the_stroke_under_the_pen(easel):
    easel.stroke((10, 10))
    easel.painting.begin(30, 30)
    easel.painting.undo()
    assert easel.matte()[10, 10]
    assert not easel.matte()[30, 30]
    assert not easel.painting.is_stroking
