"""What the VOID model makes of a quadmask."""

import numpy as np
import pytest

from void_studio.core import Extent
from void_studio.engine.void.plan import CANVAS, model_view

REMOVE, OVERLAP, AFFECTED, KEEP = 0, 63, 127, 255
SMALL = Extent(4, 2)


def view(values: list[list[int]], **options: object) -> list[list[int]]:
    seen = model_view(np.array(values, np.uint8), canvas=SMALL, **options)  # type: ignore[arg-type]
    return seen.values.tolist()


ROWS = [[REMOVE, OVERLAP, AFFECTED, KEEP]] * 2


def test_pass_one_sees_three_classes_because_overlap_counts_as_remove() -> None:
    assert view(ROWS, frame=1) == [[0, 0, 128, 255]] * 2


def test_pass_two_takes_affected_for_remove() -> None:
    assert view(ROWS, frame=1, model_pass=2) == [[0, 0, 0, 255]] * 2


def test_frame_zero_loses_its_affected_region_unless_the_rule_is_off() -> None:
    assert view(ROWS, frame=0) == [[0, 0, 255, 255]] * 2
    assert view(ROWS, frame=0, frame0_rule=False) == [[0, 0, 128, 255]] * 2


def test_what_happened_is_counted() -> None:
    values = np.array(ROWS, np.uint8)
    first = model_view(values, frame=0, canvas=SMALL)
    assert (first.collapsed, first.cleared, first.binarised) == (2, 2, 0)
    assert model_view(values, frame=3, model_pass=2, canvas=SMALL).binarised == 2


@pytest.mark.parametrize(("affected", "seen"), [(1, 255), (2, 128), (3, 128)])
def test_the_mean_of_a_block_is_cut_after_shrinking(affected: int, seen: int) -> None:
    block = np.full((2, 2), KEEP, np.uint8)
    block.flat[:affected] = AFFECTED
    shown = model_view(np.tile(block, (1, 4))[:2, :8], frame=1, canvas=Extent(4, 1))
    assert (shown.values == seen).all()


def test_the_canvas_is_the_models_own() -> None:
    values = np.full((72, 128), KEEP, np.uint8)
    assert model_view(values, frame=0).values.shape == CANVAS.shape == (384, 672)
