"""Which memory plan a job follows, and what each needs."""

import pytest

from void_studio.core import Extent, Refused, UsageError
from void_studio.engine import Exactness
from void_studio.engine.void.params import PLANS, VoidParams
from void_studio.engine.void.plan import CANVAS
from void_studio.engine.void.plans import MemoryPlan, choose_plan, plan_after, plan_table

GB = 10**9
EXACT, NEAR = Exactness.EXACT, Exactness.NEAR


def needs(extent=CANVAS, **params):
    return {
        need.plan.value: need.needed_bytes / GB for need in plan_table(extent, VoidParams(**params))
    }


def chosen(free_gb, allow, **params):
    return choose_plan(int(free_gb * GB), allow, CANVAS, VoidParams(**params)).value


@pytest.mark.parametrize(
    ("plan", "most"),
    [("A", 32), ("B", 22), ("C", 14), ("D", 12), ("E", 12), ("E-tiled", 8), ("F", 8)],
)
def test_every_plan_fits_the_card_it_is_meant_for(plan, most):
    assert needs()[plan] <= most


def test_the_names_are_those_that_the_parameter_offers():
    assert ["auto", *(plan.value for plan in MemoryPlan)] == list(PLANS)


def test_needs_grow_with_the_canvas_and_with_guidance():
    larger = needs(Extent(1344, 768))
    assert all(larger[plan] > needed for plan, needed in needs().items() if plan in "ABCE")
    assert needs(guidance=3.0)["C"] > needs()["C"]


@pytest.mark.parametrize(
    ("free", "allow", "plan"),
    [(80, EXACT, "A"), (24, EXACT, "B"), (16, EXACT, "C"), (11, EXACT, "E"),
     (80, NEAR, "A"), (16, NEAR, "C"), (11, NEAR, "D"), (8, NEAR, "E-tiled")],
)  # fmt: skip
def test_the_fastest_plan_that_fits_and_is_allowed_is_chosen(free, allow, plan):
    assert chosen(free, allow) == plan


def test_exact_numbers_are_never_given_up_and_the_table_says_what_would_fit():
    with pytest.raises(Refused, match=r"no exact memory plan fits: 8\.0 GB are free") as caught:
        chosen(8, EXACT)
    assert "A 31" in caught.value.what
    assert "F 5" in caught.value.what
    assert "allow near numbers" in caught.value.hint
    with pytest.raises(Refused, match="no memory plan fits") as caught:
        chosen(2, NEAR)
    assert "allow" not in caught.value.hint


def test_a_plan_that_is_named_is_followed_whatever_is_free():
    assert chosen(1, EXACT, plan="B") == "B"
    assert chosen(1, NEAR, plan="D") == "D"
    with pytest.raises(Refused, match="plan D gives near numbers"):
        chosen(80, EXACT, plan="D")
    with pytest.raises(UsageError, match="use auto, A, B"):
        VoidParams(plan="G")


def test_a_processor_without_memory_of_its_own_gets_plan_a():
    assert choose_plan(None, EXACT, CANVAS, VoidParams()) is MemoryPlan.A


def test_falling_back_stays_within_what_is_allowed():
    assert plan_after(MemoryPlan.C, EXACT) is MemoryPlan.E
    assert plan_after(MemoryPlan.C, NEAR) is MemoryPlan.D
    assert plan_after(MemoryPlan.E, EXACT) is None
    assert plan_after(MemoryPlan.F, NEAR) is None
