"""Guards over whole quadmasks: warnings, and drift of a quadmask and of a document alike."""

import numpy as np

from void_studio.app.guards import Guard, drift, suspects, warnings_of
from void_studio.core import Extent
from void_studio.quadmask import Quadmask, QuadmaskDocument, Role, pack

EXTENT = Extent(1344, 768)
NOTHING = np.zeros(EXTENT.shape, np.bool_)


def box(top: int, left: int, height: int, width: int) -> np.ndarray:
    matte = NOTHING.copy()
    matte[top : top + height, left : left + width] = True
    return matte


def quadmask(*frames, start=1001) -> Quadmask:
    return Quadmask.of(start, EXTENT, [pack(*frame) for frame in frames])


def struck(given, **more):
    return {item.guard: item.frames for item in warnings_of(given, **more)}


def test_an_ordinary_quadmask_has_no_warnings():
    ball, shadow = box(300, 300, 100, 100), box(400, 300, 30, 200)
    assert struck(quadmask((ball, NOTHING), (ball, shadow))) == {}


def test_affected_in_the_first_frame_is_told():
    ball, shadow = box(300, 300, 100, 100), box(400, 300, 30, 200)
    assert struck(quadmask((ball, shadow), (ball, shadow))) == {Guard.FRAME_0: (1001,)}


def test_what_the_model_can_not_see_is_told():
    found = struck(quadmask((box(9, 9, 1, 1), NOTHING), (box(9, 9, 8, 8), NOTHING)))
    assert found == {Guard.OFF_CANVAS: (1001,), Guard.TINY: (1002,)}


def test_a_matte_over_most_of_the_frame_is_told():
    assert struck(quadmask((box(0, 0, 768, 700), NOTHING))) == {Guard.LARGE: (1001,)}


def test_a_change_that_is_not_painted_is_told_only_where_there_is_one():
    ball, shadow = box(300, 300, 100, 100), box(400, 300, 30, 200)
    painted = quadmask((ball, NOTHING), (ball, shadow), (ball, NOTHING))
    suggestion = quadmask((NOTHING, NOTHING), (NOTHING, shadow), (NOTHING, shadow))
    found = struck(painted, suggestion=suggestion)
    assert found == {Guard.OUTSIDE_AFFECTED: (1003,)}
    assert struck(painted, suggestion=suggestion.renumbered(5000)) == {}


def test_a_document_drifts_as_its_quadmask_does():
    document = QuadmaskDocument("shot", quadmask(*[(NOTHING, NOTHING)] * 4).range, EXTENT)
    layer = document.add_layer("ball", Role.REMOVE)
    sizes = {1001: 100, 1002: 100, 1003: 220, 1004: 100}
    document.set_mattes(layer.id, {f: box(200, 200, s, s) for f, s in sizes.items()})
    found = drift(document, scores={1001: 0.2})
    assert found == drift(document.pack(), scores={1001: 0.2})
    assert [item.area for item in found] == [s * s for s in sizes.values()]
    assert [suspect.frame for suspect in suspects(found)] == [1001, 1003, 1004]
