import numpy as np
import pytest

from void_studio.assist import Proposal, logits_of, matte_of
from void_studio.core import Extent


def disc(height: int, width: int, x: float, y: float, radius: float) -> np.ndarray:
    rows, columns = np.mgrid[:height, :width]
    return (columns - x) ** 2 + (rows - y) ** 2 < radius**2


def at_four_times(x: float) -> float:
    return (x + 0.5) * 4 - 0.5


def test_logits_cut_at_zero_are_the_matte_again():
    noisy = np.random.default_rng(1).random((60, 70)) > 0.6
    for matte in (noisy, disc(60, 70, 30, 20, 15)):
        logits = logits_of(matte)
        assert logits.dtype == np.int8
        np.testing.assert_array_equal(
            matte_of(Proposal(0, logits, 1.0, "x"), Extent(70, 60)), matte
        )


@pytest.mark.parametrize("full", [False, True])
def test_an_empty_and_a_full_matte_stay_so_when_enlarged(full):
    proposal = Proposal(0, logits_of(np.full((9, 16), full)), 1.0, "x")
    assert (matte_of(proposal, Extent(64, 36)) == full).all()


def test_an_enlarged_edge_is_smooth_and_does_not_shift():
    proposal = Proposal(0, logits_of(disc(100, 120, 61.3, 47.2, 30)), 1.0, "x")
    found = matte_of(proposal, Extent(480, 400))
    truth = disc(400, 480, at_four_times(61.3), at_four_times(47.2), 120)
    assert found.shape == (400, 480)
    wrong = np.count_nonzero(found ^ truth)
    assert wrong / (2 * np.pi * 120) < 0.7
    rows, columns = np.nonzero(found)
    assert abs(columns.mean() - at_four_times(61.3)) < 0.4
    assert abs(rows.mean() - at_four_times(47.2)) < 0.4


def test_a_shrunk_matte_keeps_its_share_of_the_frame():
    matte = disc(200, 240, 120, 100, 60)
    small = matte_of(Proposal(0, logits_of(matte), 1.0, "x"), Extent(60, 50))
    assert abs(small.mean() - matte.mean()) < 0.01
