"""What a render costs, counted before it begins."""

import pytest

from void_studio.engine.void.cost import cost_of, step_flop
from void_studio.engine.void.params import Tier, VoidParams
from void_studio.engine.void.plan import CANVAS


@pytest.mark.parametrize(("frames", "tera"), [(1, 173.7), (85, 173.7), (197, 444.1)])
def test_a_step_costs_what_its_windows_do(frames, tera):
    assert step_flop(frames, CANVAS, VoidParams()) / 1e12 == pytest.approx(tera, rel=2e-3)


def test_a_draft_costs_its_few_steps():
    whole, draft = (
        cost_of(85, CANVAS, VoidParams(tier=tier)).flop for tier in (Tier.EXACT, Tier.DRAFT)
    )
    step = step_flop(85, CANVAS, VoidParams())
    assert whole - draft == pytest.approx(18 * step)


def test_guidance_doubles_the_denoising():
    plain, guided = (cost_of(85, CANVAS, VoidParams(guidance=scale)).flop for scale in (1, 3))
    assert guided - plain == pytest.approx(30 * step_flop(85, CANVAS, VoidParams()))
