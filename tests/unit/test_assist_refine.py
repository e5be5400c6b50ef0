"""Edges on plate pixels: a matte from a small model, refined where the picture is."""

import cv2
import numpy as np
import pytest

from void_studio.assist import Edge, Proposal, logits_of, matte_of, refine_edge
from void_studio.assist.refine import guided_filter
from void_studio.core import Extent

SIZE = 960


def overlap(first, second):
    return np.count_nonzero(first & second) / np.count_nonzero(first | second)


def star():
    """A star-shaped object, its truth and its picture; equal lightness on both sides."""
    angles = np.linspace(0, 2 * np.pi, 60, endpoint=False)
    radii = 300 + 70 * np.cos(7 * angles)
    points = np.stack([480 + radii * np.cos(angles), 480 + radii * np.sin(angles)], axis=1)
    truth = np.zeros((SIZE, SIZE), np.uint8)
    cv2.fillPoly(truth, [points.round().astype(np.int32)], 1)
    noise = np.random.default_rng(3).normal(0, 6, (SIZE, SIZE, 3))
    colours = np.where(truth[..., None] > 0, (170, 90, 100), (70, 138, 110))
    picture = cv2.GaussianBlur((colours + noise).clip(0, 255).astype(np.float32), (0, 0), 0.8)
    return truth > 0, picture.astype(np.uint8)


def rough(truth, side):
    small = cv2.resize(truth.astype(np.uint8) * 255, (side, side), interpolation=cv2.INTER_AREA)
    proposal = Proposal(0, logits_of(small > 127), 1.0, "model")
    return matte_of(proposal, Extent(SIZE, SIZE))


@pytest.mark.parametrize("edge", [Edge.GUIDED, Edge.CUT])
@pytest.mark.parametrize("side", [64, 128])
def test_the_edge_moves_to_that_of_the_picture(edge, side):
    truth, picture = star()
    before = rough(truth, side)
    after = refine_edge(picture, before, uncertain_px=1.5 * SIZE / side, edge=edge)
    assert overlap(after, truth) > overlap(before, truth)
    assert overlap(after, truth) > 0.985


@pytest.mark.parametrize("edge", [Edge.GUIDED, Edge.CUT])
def test_nothing_changes_outside_the_band(edge):
    truth, picture = star()
    before = rough(truth, 64)
    picture[10:60, 10:60] = (170, 90, 100)
    after = refine_edge(picture, before, uncertain_px=12, edge=edge)
    near = cv2.dilate(before.astype(np.uint8), np.ones((29, 29), np.uint8)) > 0
    deep = cv2.erode(before.astype(np.uint8), np.ones((29, 29), np.uint8)) > 0
    assert not (after & ~near).any()
    assert (after | ~deep).all()


def test_what_has_no_edge_stays_as_it_is():
    picture = np.zeros((40, 60, 3), np.uint8)
    for matte in (np.zeros((40, 60), np.bool_), np.ones((40, 60), np.bool_)):
        for edge in Edge:
            assert np.array_equal(refine_edge(picture, matte, uncertain_px=4, edge=edge), matte)


def test_a_matte_in_a_picture_without_an_edge_keeps_its_shape():
    truth, _ = star()
    flat = np.full((SIZE, SIZE, 3), 128, np.uint8)
    before = rough(truth, 128)
    after = refine_edge(flat, before, uncertain_px=11, edge=Edge.GUIDED)
    assert overlap(after, before) > 0.97


def test_the_guided_filter_is_the_identity_where_guide_and_values_are_one():
    rng = np.random.default_rng(1)
    plane = cv2.GaussianBlur(rng.normal(size=(50, 70)), (0, 0), 3).astype(np.float32)
    plane /= plane.std()
    np.testing.assert_allclose(guided_filter(plane, plane, 4, 1e-6), plane, atol=2e-3)
