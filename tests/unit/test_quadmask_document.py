import numpy as np
import pytest

from void_studio.core import Extent, FrameRange, Rect, Refused
from void_studio.quadmask import (
    FrameState,
    KeyedPolygon,
    QuadmaskDocument,
    Role,
    affected_of,
    remove_of,
)

EXTENT = Extent(61, 47)
SQUARE = KeyedPolygon.of({1001: ((5, 5), (15, 5), (15, 15), (5, 15))})


def matte_of(rect):
    matte = np.zeros(EXTENT.shape, np.bool_)
    matte[rect.slices] = True
    return matte


@pytest.fixture
def document():
    return QuadmaskDocument("shot-1", FrameRange.of(1001, 1006), EXTENT)


@pytest.fixture
def layer(document):
    return document.add_layer("Glass", Role.REMOVE)


def test_one_drag_is_one_undo(document, layer):
    stroke = document.begin_stroke(layer.id, 1002)
    stroke.dab(20, 20, 4)
    stroke.line(20, 20, 40, 25, 4)
    stroke.dab(40, 25, 2, erase=True)
    stroke.end()
    painted = layer.matte(1002)
    assert painted[20, 20]
    assert not painted[25, 40]
    assert document.undo()
    assert not layer.matte(1002).any()
    assert document.redo()
    assert np.array_equal(layer.matte(1002), painted)


def test_each_dab_is_told_with_the_rectangle_it_touched(document, layer):
    told = []
    document.changed.connect(lambda *what: told.append(what))
    stroke = document.begin_stroke(layer.id, 1002)
    touched = stroke.dab(20, 20, 4)
    assert told == [(layer.id, 1002, touched)]
    assert layer.region(1002, touched).any()
    assert touched.area <= 10 * 10


def test_a_stroke_in_progress_is_seen_but_not_packed_before_it_ends(document, layer):
    stroke = document.begin_stroke(layer.id, 1002)
    stroke.dab(20, 20, 4)
    assert layer.matte(1002).any()
    assert not remove_of(document.pack().values(1002)).any()
    stroke.end()
    assert remove_of(document.pack().values(1002)).any()


def test_a_stroke_that_changes_nothing_is_no_undo_step(document, layer):
    revision = document.revision
    stroke = document.begin_stroke(layer.id, 1002)
    stroke.dab(20, 20, 4, erase=True)
    stroke.dab(-50, -50, 4)
    stroke.end()
    stroke.end()
    assert document.revision == revision


def test_undo_in_the_middle_of_a_drag_takes_back_what_was_painted_so_far(document, layer):
    stroke = document.begin_stroke(layer.id, 1002)
    stroke.dab(20, 20, 4)
    document.undo()
    assert not layer.matte(1002).any()
    stroke.dab(40, 20, 4)
    stroke.end()
    assert layer.matte(1002)[20, 40]
    assert not layer.matte(1002)[20, 20]


def test_mattes_that_arrive_during_a_drag_are_kept_and_so_is_the_drag(document, layer):
    other = document.add_layer("Shadow", Role.AFFECTED)
    stroke = document.begin_stroke(layer.id, 1002)
    stroke.dab(20, 20, 4)
    document.set_mattes(other.id, {1002: matte_of(Rect(0, 0, 5, 5))})
    stroke.dab(40, 20, 4)
    stroke.end()
    assert layer.matte(1002)[20, [20, 40]].all()
    assert other.matte(1002)[2, 2]


def test_reading_many_other_frames_does_not_lose_a_stroke_in_progress(document, layer):
    stroke = document.begin_stroke(layer.id, 1002)
    stroke.dab(20, 20, 4)
    for frame in document.range:
        layer.matte(frame)
    assert layer.matte(1002)[20, 20]
    stroke.end()
    assert layer.matte(1002)[20, 20]


def test_a_matte_that_was_read_does_not_change_with_later_strokes(document, layer):
    before = layer.matte(1002)
    document.begin_stroke(layer.id, 1002).dab(20, 20, 4)
    assert not before.any()


def test_several_mattes_are_one_step_and_locked_frames_are_left_alone(document, layer):
    document.set_matte(layer.id, 1003, matte_of(Rect(1, 2, 3, 4)))
    document.lock(layer.id, [1003, 1005])
    kept = layer.matte(1003)
    full = np.ones(EXTENT.shape, np.bool_)
    assert document.set_mattes(layer.id, dict.fromkeys(document.range, full)) == (1003, 1005)
    assert np.array_equal(layer.matte(1003), kept)
    assert layer.painted_frames() == (1001, 1002, 1003, 1004, 1006)
    document.undo()
    assert layer.painted_frames() == (1003,)


def test_painting_on_a_locked_frame_is_refused(document, layer):
    document.lock(layer.id, [1002])
    with pytest.raises(Refused, match="frame 1002 is locked"):
        document.begin_stroke(layer.id, 1002)
    with pytest.raises(Refused, match="frame 1002 is locked"):
        document.set_matte(layer.id, 1002, matte_of(Rect(0, 0, 2, 2)))
    document.unlock(layer.id, [1002])
    document.begin_stroke(layer.id, 1002).dab(3, 3, 2)


def test_a_shape_that_would_change_a_locked_frame_is_refused(document, layer):
    document.lock(layer.id, [1004])
    with pytest.raises(Refused, match="frame 1004 is locked"):
        document.set_shapes(layer.id, [SQUARE])
    document.unlock(layer.id, [1004])
    document.set_shapes(layer.id, [SQUARE])
    document.lock(layer.id, [1004])
    later = KeyedPolygon.of(
        {1004: SQUARE.keys[0][1], 1006: [(40, 40), (50, 40), (50, 46), (40, 46)]}
    )
    document.set_shapes(layer.id, [later])
    assert layer.matte(1006)[43, 45]


def test_a_part_of_a_frame_can_be_replaced(document, layer):
    document.set_matte(layer.id, 1001, np.ones(EXTENT.shape, np.bool_))
    document.set_matte(layer.id, 1001, np.zeros((4, 6), np.bool_), Rect(10, 20, 6, 4))
    expected = np.ones(EXTENT.shape, np.bool_)
    expected[20:24, 10:16] = False
    assert np.array_equal(layer.matte(1001), expected)


def test_painted_and_inside_a_shape_both_count(document, layer):
    document.set_shapes(layer.id, [SQUARE])
    document.set_matte(layer.id, 1002, matte_of(Rect(40, 30, 5, 5)))
    matte = layer.matte(1002)
    assert matte[10, 10]
    assert matte[32, 42]
    rect = Rect(8, 8, 40, 30)
    seen = np.zeros(rect.extent.shape, np.bool_)
    layer.add_to(seen, 1002, rect)
    assert np.array_equal(seen, matte[rect.slices])
    assert document.frame_state(1006) is FrameState.PROPAGATED
    assert document.frame_state(1001) is FrameState.KEYED
    assert np.array_equal(layer.region(1002, Rect(8, 8, 40, 30)), matte[8:38, 8:48])


def test_clearing_takes_the_paint_of_the_frames_that_are_not_locked(document, layer):
    document.set_mattes(layer.id, dict.fromkeys(document.range, matte_of(Rect(1, 1, 9, 9))))
    document.lock(layer.id, [1004])
    assert document.clear(layer.id, [1001, 1004]) == (1004,)
    assert layer.painted_frames() == (1002, 1003, 1004, 1005, 1006)
    assert document.clear(layer.id) == (1004,)
    assert layer.painted_frames() == (1004,)


def test_a_removed_layer_comes_back_with_its_paint(document, layer):
    document.set_matte(layer.id, 1003, matte_of(Rect(1, 2, 30, 4)))
    document.add_layer("Shadow", Role.AFFECTED)
    document.move_layer(layer.id, 0)
    document.remove_layer(layer.id)
    assert [left.name for left in document.layers] == ["Shadow"]
    document.undo()
    assert [left.name for left in document.layers] == ["Glass", "Shadow"]
    assert np.array_equal(document.layer(layer.id).matte(1003), matte_of(Rect(1, 2, 30, 4)))
    document.redo()
    assert [left.name for left in document.layers] == ["Shadow"]


def test_properties_of_a_layer_are_told_and_can_be_undone(document, layer):
    told = []
    layer.changed.connect(lambda: told.append(layer.head))
    document.rename(layer.id, "Cup")
    document.set_role(layer.id, Role.AFFECTED)
    document.set_colour(layer.id, (1, 2, 3))
    document.set_feather(layer.id, 2.5)
    document.set_visible(layer.id, visible=False)
    assert len(told) == 5
    assert (layer.name, layer.role, layer.colour) == ("Cup", Role.AFFECTED, (1, 2, 3))
    assert (layer.feather, layer.visible) == (2.5, False)
    for _ in range(5):
        document.undo()
    assert (layer.name, layer.role, layer.visible) == ("Glass", Role.REMOVE, True)


def test_setting_what_is_already_so_is_no_undo_step(document, layer):
    revision = document.revision
    document.rename(layer.id, "Glass")
    document.clear(layer.id)
    document.set_mattes(layer.id, {})
    document.move_layer(layer.id, 0)
    assert document.revision == revision


def test_the_quadmask_holds_the_visible_layers_over_the_frames_asked_for(document, layer):
    shadow = document.add_layer("Shadow", Role.AFFECTED)
    hidden = document.add_layer("Hidden", Role.REMOVE)
    document.set_matte(layer.id, 1002, matte_of(Rect(5, 5, 10, 10)))
    document.set_matte(shadow.id, 1002, matte_of(Rect(10, 10, 10, 10)))
    document.set_matte(hidden.id, 1002, matte_of(Rect(40, 30, 5, 5)))
    document.set_visible(hidden.id, visible=False)
    quadmask = document.pack(FrameRange.of(1002, 1003))
    assert quadmask.range == FrameRange.of(1002, 1003)
    assert quadmask.revision == document.revision
    values = quadmask.values(1002)
    assert np.array_equal(remove_of(values), layer.matte(1002))
    assert np.array_equal(affected_of(values), shadow.matte(1002))
    assert [values[7, 7], values[12, 12], values[17, 17], values[32, 42]] == [0, 63, 127, 255]
    assert (quadmask.values(1003) == 255).all()


def test_frames_are_painted_only_by_visible_layers(document, layer):
    document.set_matte(layer.id, 1002, matte_of(Rect(5, 5, 10, 10)))
    assert document.frame_state(1002) is FrameState.PAINTED
    assert document.frame_state(1001) is FrameState.EMPTY
    document.set_visible(layer.id, visible=False)
    assert document.frame_state(1002) is FrameState.EMPTY


def test_history_drops_the_oldest_steps_beyond_its_bytes_but_never_the_newest():
    document = QuadmaskDocument("shot-1", FrameRange(0, 4), EXTENT, 1200)
    layer = document.add_layer("Glass", Role.REMOVE)
    for x in range(5, 50):
        document.begin_stroke(layer.id, 0).dab(x, 20, 3)
    assert document.can_undo
    assert 1200 < document.history.size_bytes <= 4 * 1200
    steps = 0
    while document.undo():
        steps += 1
    assert 1 <= steps < 45
    assert layer.matte(0).any()
    noise = np.random.default_rng(1).random(EXTENT.shape) < 0.5
    document.set_mattes(layer.id, dict.fromkeys(document.range, noise))
    assert len(document.history.done) == 1


def test_a_new_edit_ends_what_could_be_redone(document, layer):
    document.begin_stroke(layer.id, 1001).dab(9, 9, 3)
    document.undo()
    assert document.can_redo
    document.rename(layer.id, "Cup")
    assert not document.can_redo
    assert not document.redo()


def test_frames_outside_the_range_and_arrays_of_another_size_are_errors(document, layer):
    with pytest.raises(IndexError, match="1000 is not in"):
        document.begin_stroke(layer.id, 1000)
    with pytest.raises(IndexError, match="1007 is not in"):
        document.set_mattes(layer.id, {1007: matte_of(Rect(0, 0, 1, 1))})
    with pytest.raises(IndexError, match="not inside"):
        document.pack(FrameRange.of(1000, 1003))
    with pytest.raises(IndexError, match="not inside"):
        document.set_matte(layer.id, 1001, np.ones((9, 9), np.bool_), Rect(60, 0, 9, 9))
    with pytest.raises(ValueError, match="not boolean"):
        document.set_matte(layer.id, 1001, np.ones((9, 9), np.bool_))
    with pytest.raises(KeyError):
        document.layer("layer-none")
