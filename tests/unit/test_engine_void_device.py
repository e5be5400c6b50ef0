"""Nothing on a device ever meets something that was left on the CPU.

The device is torch's "meta" under fake tensors, which refuse to compute across devices as a GPU
does, and have no numbers.
"""

import pytest

for _needed in ("torch", "diffusers", "transformers", "sentencepiece"):
    pytest.importorskip(_needed, reason=f"the VOID engine needs {_needed}")

from contextlib import nullcontext

import torch
from torch._subclasses.fake_tensor import FakeTensorMode

from tests.tiny_void import make_tiny_void
from tests.void_runs import clip_of, load, one_thread
from void_studio.engine import Exactness
from void_studio.engine.void import denoise as denoise_file
from void_studio.engine.void.keep import Kept, free_weights
from void_studio.engine.void.params import VoidParams
from void_studio.engine.void.plans import MemoryPlan
from void_studio.engine.void.run import Run

THERE = torch.device("meta")
CPU = torch.device("cpu")


class Times(list):
    """Time steps as the loop asks for them, without a tensor."""

    def __getitem__(self, part):
        return Times(list.__getitem__(self, part))

    def tolist(self):
        return list(self)


@pytest.fixture(scope="module")
def tiny(tmp_path_factory):
    with one_thread():
        yield make_tiny_void(tmp_path_factory.mktemp("tiny"))


@pytest.fixture
def models(tiny, monkeypatch):
    monkeypatch.setattr(denoise_file, "_check_finite", lambda *given: None)
    monkeypatch.setattr(denoise_file, "_level_after", lambda *given: 0.5)
    monkeypatch.setattr(torch, "inference_mode", lambda *given, **options: nullcontext())
    models = load(tiny, dtype=torch.bfloat16).models
    models.device = THERE
    scheduler = models.passes[0].scheduler
    scheduler.set_timesteps(2)
    scheduler.timesteps = Times(scheduler.timesteps.tolist())
    monkeypatch.setattr(scheduler, "set_timesteps", lambda steps: None)
    with torch.no_grad():
        yield models


@pytest.mark.parametrize("plan", list(MemoryPlan))
def test_every_stage_of_every_plan_computes_on_the_device_alone(models, plan):
    params = VoidParams(steps=2, window=13, overlap=8, guidance=3.0, preview_every=0)
    models.settle(plan)
    weights = free_weights([True, *[False] * 5], 2)
    with FakeTensorMode(allow_non_fake_inputs=True):
        run = Run(
            models,
            clip_of(21),
            "a lime",
            params,
            lambda event: None,
            lambda: False,
            allow=Exactness.NEAR,
        )
        conditions = run._conditions
        plate, mask, guide = conditions.plate(), conditions.mask(1), conditions.guide(1)
        assert (plate.device, mask.device, guide.embeds.device) == (CPU, CPU, THERE)
        inpaint = torch.cat([mask, plate], dim=1).permute(0, 2, 1, 3, 4)
        noise = torch.randn(run._shape)
        kept = Kept(plate.permute(0, 2, 1, 3, 4), noise, weights)
        with models.denoiser_at_work(1, params) as walker:
            steps = list(
                denoise_file.denoise(
                    walker,
                    models.passes[0].scheduler,
                    noise.to(THERE, models.dtype),
                    inpaint.to(THERE),
                    guide,
                    run._windows,
                    steps=2,
                    kept=kept,
                    device=THERE,
                )
            )
        assert {step.latents.device for step in steps} == {THERE}
        assert {part.device for part in run._decoded_parts(steps[-1].latents)} == {CPU}
