"""A reasoner's answer: the grid, its mattes, and its file."""

import json

import numpy as np
import pytest

from tests.reasoned import EXTENT, FRAMES, GRID
from void_studio.assist import (
    AffectedObject,
    Answer,
    Belonging,
    Category,
    Cell,
    FrameCells,
    Grid,
    GridBox,
    PathPoint,
    ReasonedProposals,
    affected_matte,
    belonging_prompt,
    decode_reasoned,
    encode_reasoned,
)
from void_studio.core import BadInput, Extent, Rect

SHADOW = AffectedObject(
    "shadow",
    Category.VISUAL_ARTIFACT,
    moves=False,
    first_frame=1002,
    rows=1,
    columns=1,
    path=(),
    cells=(FrameCells(1003, (Cell(7, 0),)), FrameCells(1006, (Cell(7, 13),))),
)
GUITAR = AffectedObject(
    "guitar",
    Category.PHYSICAL,
    moves=True,
    first_frame=1001,
    rows=2,
    columns=2,
    path=(PathPoint(1001, Cell(1, 3)), PathPoint(1005, Cell(5, 3))),
    cells=(),
)


def proposals() -> ReasonedProposals:
    belongings = (Belonging("leash", 1003, GridBox(2, 4, 2, 1)),)
    answer = Answer(belongings, (SHADOW, GUITAR), "a yard", 3, "m")
    return ReasonedProposals("shot", FRAMES, EXTENT, GRID, answer)


@pytest.mark.parametrize(
    ("extent", "rows", "columns"),
    [
        (Extent(1920, 1080), 8, 14),
        (Extent(1080, 1920), 14, 8),
        (Extent(2048, 858), 8, 19),
        (Extent(500, 500), 8, 8),
    ],
)
def test_the_grid_has_eight_cells_along_the_shorter_side(extent, rows, columns):
    assert Grid.of(extent) == Grid(rows, columns)


def test_cells_cover_every_sample_once():
    extent = Extent(173, 97)
    grid = Grid.of(extent)
    count = np.zeros(extent.shape, int)
    for row in range(grid.rows):
        for column in range(grid.columns):
            count[grid.cell_rect(Cell(row, column), extent).slices] += 1
    assert (count == 1).all()


def test_cells_are_held_until_the_next_frame_that_has_some():
    at = {frame: affected_matte(SHADOW, GRID, EXTENT, frame) for frame in FRAMES}
    assert not at[1001].any()
    assert at[1002][80, 3]
    assert at[1005][80, 3]
    assert not at[1006][80, 3]
    assert at[1009][80, 155]


def test_a_moving_object_goes_straight_along_its_path():
    tops = [
        int(np.flatnonzero(affected_matte(GUITAR, GRID, EXTENT, frame).any(axis=1))[0])
        for frame in FRAMES
    ]
    assert tops == [6, 17, 28, 39, 51, 51, 51, 51, 51]
    matte = affected_matte(GUITAR, GRID, EXTENT, 1003)
    assert abs(np.count_nonzero(matte) - (2 * 90 / 8) * (2 * 160 / 14)) < 60


def test_a_belonging_becomes_a_box_for_the_segmenter():
    box = belonging_prompt(proposals().answer.belongings[0], GRID, EXTENT)
    assert (box.frame, box.rect) == (1003, Rect.of(45, 22, 57, 45))


def test_the_file_gives_back_what_went_in():
    assert decode_reasoned(encode_reasoned(proposals())) == proposals()


@pytest.mark.parametrize(
    "change",
    [
        lambda v: v.update(schema=2),
        lambda v: v.pop("scene"),
        lambda v: v.update(grid=[0, 8]),
        lambda v: v.update(range=[1001, 10**9]),
        lambda v: v.update(extent=[10**9, 4]),
        lambda v: v["affected"][0].update(first_frame=5),
        lambda v: v["affected"][0].update(first_frame=True),
        lambda v: v["affected"][0]["cells"][0].__setitem__(1, [[8, 0]]),
        lambda v: v["affected"][0]["cells"].reverse(),
        lambda v: v["affected"][1]["path"].append([1005, 1, 1]),
        lambda v: v["affected"][1].update(id="a9"),
        lambda v: v["belongings"][0].update(box=[0, 0, 99, 1]),
        lambda v: v.update(affected=v["affected"] * 100),
        lambda v: v.update(scene="x" * 10_000),
        lambda v: v.update(affected={}),
    ],
)
def test_a_file_that_could_not_have_been_written_is_refused(change):
    value = json.loads(encode_reasoned(proposals()))
    change(value)
    with pytest.raises(BadInput):
        decode_reasoned(json.dumps(value).encode())


@pytest.mark.parametrize("data", [b"", b"[]", b"nul", b"\xff", b"[" * 10_000, b'{"schema": NaN}'])
def test_bytes_that_are_no_proposals_are_refused(data):
    with pytest.raises(BadInput):
        decode_reasoned(data)
