import math

import numpy as np
import pytest

from void_studio.core import BadInput, Extent
from void_studio.quadmask import KeyedPolygon

SQUARE = ((10.0, 10.0), (20.0, 10.0), (20.0, 20.0), (10.0, 20.0))


def drawn(polygon, frame):
    target = np.zeros((60, 80), np.bool_)
    polygon.draw(target, frame)
    return target


def test_points_move_in_straight_lines_between_keys_and_are_held_outside():
    moved = tuple((x + 8, y + 4) for x, y in SQUARE)
    polygon = KeyedPolygon.of({4: moved, 0: SQUARE})
    assert polygon.points(1).tolist() == [[x + 2, y + 1] for x, y in SQUARE]
    assert polygon.points(-5).tolist() == [list(point) for point in SQUARE]
    assert polygon.points(99).tolist() == [list(point) for point in moved]


def test_keys_with_other_numbers_of_points_take_over_at_their_frame():
    triangle = ((0.0, 0.0), (5.0, 0.0), (0.0, 5.0))
    polygon = KeyedPolygon.of({0: SQUARE, 4: triangle})
    assert len(polygon.points(3)) == 4
    assert len(polygon.points(4)) == 3


def test_a_drawn_polygon_covers_its_samples_and_at_most_its_outline_more():
    matte = drawn(KeyedPolygon.of({0: SQUARE}), 0)
    assert matte[10:20, 10:20].all()
    matte[9:21, 9:21] = False
    assert not matte.any()


def test_a_polygon_partly_off_the_frame_is_drawn_where_it_is_on():
    polygon = KeyedPolygon.of({0: ((-50.0, -50.0), (30.0, -50.0), (30.0, 200.0), (-50.0, 200.0))})
    matte = drawn(polygon, 0)
    assert matte[:, :30].all()
    assert not matte[:, 31:].any()


@pytest.mark.parametrize(
    "keys",
    [
        {},
        {0: SQUARE[:2]},
        {0: (*SQUARE, (math.nan, 0.0))},
        {0: (*SQUARE, (1e9, 0.0))},
    ],
)
def test_keys_that_are_no_polygon_are_refused(keys):
    with pytest.raises(ValueError, match=r"polygon|reach"):
        KeyedPolygon.of(keys)


def test_a_polygon_is_read_from_json_and_rasterised():
    data = b'{"keys": {"4": [[8, 0], [12, 0], [12, 4]], "0": [[0, 0], [4, 0], [4, 4]]}}'
    polygon = KeyedPolygon.from_json(data)
    assert polygon.points(2).tolist() == [[4, 0], [8, 0], [8, 4]]
    matte = polygon.rasterise(4, Extent(20, 10))
    assert matte.shape == (10, 20)
    assert matte[1, 10]
    assert not matte[:, :7].any()


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"[]",
        b"{}",
        b'{"keys": []}',
        b'{"keys": {}}',
        b'{"keys": {"a": [[0, 0], [4, 0], [4, 4]]}}',
        b'{"keys": {"0": [[0, 0], [4, 0]]}}',
        b'{"keys": {"0": [[0, 0], [4, 0], [4]]}}',
        b'{"keys": {"0": [[0, 0], [4, 0], [NaN, 4]]}}',
        b'{"keys": {"0": [[0, 0], [4, 0], [1' + b"0" * 400 + b", 4]]}}",
        b"[" * 100_000,
    ],
)
def test_json_that_is_no_polygon_is_refused(data):
    with pytest.raises(BadInput, match="not a keyed polygon"):
        KeyedPolygon.from_json(data)
