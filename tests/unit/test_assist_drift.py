"""Drift of a matte: what counts as a jump, and what does not."""

import cv2
import numpy as np

from void_studio.assist import (
    DriftLimits,
    DriftReason,
    DriftStep,
    drift_of,
    suspects,
)
from void_studio.core import Extent

SIZE = Extent(160, 90)


def disc(x: float, y: float, radius: float) -> np.ndarray:
    rows, columns = np.mgrid[: SIZE.height, : SIZE.width]
    return (columns - x) ** 2 + (rows - y) ** 2 < radius**2


def steps(mattes, *, greys=None, scores=None):
    return [
        DriftStep(
            1001 + index,
            matte,
            int(matte.sum()),
            greys[index] if greys is not None else None,
            scores[index] if scores is not None else None,
        )
        for index, matte in enumerate(mattes)
    ]


def found(*given, **more):
    return {s.frame: set(s.reasons) for s in suspects(drift_of(steps(*given, **more)))}


def test_a_fast_object_of_one_shape_is_no_suspect():
    assert found([disc(30 + 20 * i, 45, 12) for i in range(5)]) == {}


def test_a_matte_that_swells_is_a_suspect_on_both_sides():
    mattes = [disc(60, 45, 20 if i == 3 else 12) for i in range(6)]
    assert set(found(mattes)) == {1004, 1005}
    assert DriftReason.AREA in found(mattes)[1004]


def test_a_matte_of_another_shape_and_equal_area_is_a_suspect():
    bar = np.zeros(SIZE.shape, np.bool_)
    bar[42:48, 20:95] = True
    assert found([disc(60, 45, 12), bar]) == {1002: {DriftReason.SHAPE}}


def test_a_matte_that_leaves_at_the_edge_of_the_frame_is_no_suspect():
    assert found([disc(140 + 6 * i, 45, 12) for i in range(5)]) == {}


def test_empty_frames_have_nothing_to_compare():
    nothing = np.zeros(SIZE.shape, np.bool_)
    drift = drift_of(steps([nothing, disc(60, 45, 12), nothing]))
    assert [item.iou for item in drift] == [None, None, None]
    assert drift_of([]) == ()
    assert suspects([]) == ()


def test_a_matte_that_stays_while_the_object_moves_on_is_a_suspect():
    noise = np.random.default_rng(3).normal(size=SIZE.shape)
    wall = (110 + 20 * cv2.GaussianBlur(noise, (0, 0), 3) * 6).clip(0, 255)
    ball = (180 + 60 * cv2.GaussianBlur(noise[::-1], (0, 0), 2) * 4).clip(0, 255)
    greys = []
    for index in range(3):
        grey = wall.copy()
        place = disc(40 + 10 * index, 45, 14)
        grey[place] = np.roll(ball, 10 * index, axis=1)[place]
        greys.append(grey.astype(np.uint8))
    follows = [disc(40 + 10 * i, 45, 14) for i in range(3)]
    stays = [follows[0]] * 3
    good = drift_of(steps(follows, greys=greys))
    bad = drift_of(steps(stays, greys=greys))
    assert all(item.flow_residual < 0.35 for item in good[1:])
    assert all(
        b.flow_residual > g.flow_residual + 0.1 for g, b in zip(good[1:], bad[1:], strict=True)
    )


def test_a_low_score_is_a_suspect():
    mattes = [disc(60, 45, 12)] * 3
    assert found(mattes, scores=[0.9, 0.3, 0.9]) == {1002: {DriftReason.SCORE}}


def test_limits_can_be_set():
    drift = drift_of(steps([disc(60, 45, 12), disc(60, 45, 14)]))
    assert suspects(drift) == ()
    assert len(suspects(drift, DriftLimits(area_change=0.1))) == 1
