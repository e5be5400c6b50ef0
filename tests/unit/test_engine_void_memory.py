"""Memory plans give the numbers that they promise, on a tiny model."""

import pytest

for _needed in ("torch", "diffusers", "transformers", "sentencepiece"):
    pytest.importorskip(_needed, reason=f"the VOID engine needs {_needed}")

from dataclasses import replace

import torch

from tests.tiny_void import make_tiny_void
from tests.void_runs import PARAMS, clip_of, fill, load, of, one_thread, psnr, same
from void_studio.core import Refused
from void_studio.engine import Exactness, Log, Ran
from void_studio.engine.void import memory
from void_studio.engine.void.blocks import FP8, StreamedBlocks, stored_blocks
from void_studio.engine.void.memory import Home
from void_studio.engine.void.params import VoidParams
from void_studio.engine.void.walker import Guide, Walker

NEAR = Exactness.NEAR
CPU = torch.device("cpu")
LONG = VoidParams(steps=3, window=13, overlap=8, guidance=3.0, preview_every=0)


@pytest.fixture(scope="module", autouse=True)
def _one_thread():
    with one_thread():
        yield


@pytest.fixture(scope="module")
def tiny(tmp_path_factory):
    return make_tiny_void(tmp_path_factory.mktemp("tiny"))


@pytest.fixture(scope="module")
def pipeline(tiny):
    return load(tiny)


def ran(events):
    return dict(of(events, Ran)[-1].facts)


@pytest.mark.parametrize("plan", ["B", "C", "E"])
def test_exact_plans_give_the_same_numbers_over_several_windows(tiny, pipeline, plan):
    expected, _ = fill(pipeline, clip_of(29), LONG)
    patches, events = fill(load(tiny, plan=plan), clip_of(29), LONG)
    assert ran(events)["plan"] == plan
    assert same(patches, expected)


@pytest.mark.parametrize(("plan", "least"), [("D", 35), ("E-tiled", 60), ("F", 35)])
def test_near_plans_are_near_and_each_gives_its_own_numbers_again(pipeline, plan, least):
    params = replace(LONG, plan=plan)
    expected, _ = fill(pipeline, clip_of(21), LONG)
    patches, events = fill(pipeline, clip_of(21), params, allow=NEAR)
    again, _ = fill(pipeline, clip_of(21), params, allow=NEAR)
    assert psnr(patches, expected) > least
    assert same(patches, again)
    assert not ran(events)["exact"]


def test_an_exact_job_after_a_near_one_has_its_own_numbers(tiny, pipeline):
    one = load(tiny)
    expected, _ = fill(pipeline, clip_of(5))
    fill(one, clip_of(5), replace(PARAMS, plan="F"), allow=NEAR)
    assert same(fill(one, clip_of(5))[0], expected)


def test_all_windows_through_a_block_before_the_next_is_the_same_bit_for_bit(tiny):
    model = load(tiny).models.passes[0].denoiser.model
    generator = torch.Generator().manual_seed(3)
    inputs = [
        (number, torch.randn(1, length, 48, 4, 6, generator=generator))
        for number, length in enumerate((4, 4, 2))
    ]
    guide = Guide(torch.randn(2, 226, 16, generator=generator), 3.0)
    blocks = list(model.transformer_blocks)
    stored = stored_blocks(blocks, CPU, fp8=False, on_device=False)
    streamed = Walker(model, StreamedBlocks(blocks[0], stored, CPU, on_device=False))
    resident = Walker(model)
    assert (streamed.together, resident.together) == (8, 1)
    with torch.inference_mode():
        together = streamed.predict(inputs, guide, 500, lambda: None)
        alone = [resident.predict([one], guide, 500, lambda: None)[0] for one in inputs]
    assert all(torch.equal(a, b) for a, b in zip(together, alone, strict=True))


def test_halves_of_the_guidance_one_after_the_other_are_near_both_at_once(tiny):
    model = load(tiny).models.passes[0].denoiser.model
    generator = torch.Generator().manual_seed(3)
    inputs = [(0, torch.randn(1, 4, 48, 4, 6, generator=generator))]
    guide = Guide(torch.randn(2, 226, 16, generator=generator), 3.0)
    with torch.inference_mode():
        both = Walker(model).predict(inputs, guide, 500, lambda: None)[0]
        halves = Walker(model, halves=True).predict(inputs, guide, 500, lambda: None)[0]
    assert torch.allclose(both, halves, atol=1e-5)


def test_fp8_stores_all_of_a_block_but_its_norms_in_eight_bits(tiny):
    block = load(tiny).models.passes[0].denoiser.model.transformer_blocks[0]
    (stored,) = stored_blocks([block], CPU, fp8=True, on_device=True)
    for (name, parameter), tensor in zip(block.named_parameters(), stored, strict=True):
        assert tensor.dtype == (parameter.dtype if "norm" in name else FP8)
    seat = next(StreamedBlocks(block, [stored], CPU, on_device=True).each())
    assert all(
        torch.equal(arrived, tensor.to(arrived.dtype))
        for arrived, tensor in zip(seat.parameters(), stored, strict=True)
    )


def test_a_model_that_was_lent_has_its_own_tensors_back_and_ties_hold():
    model = torch.nn.ModuleList([torch.nn.Linear(2, 2), torch.nn.Linear(2, 2)])
    model[1].weight = model[0].weight
    before = dict(model.named_parameters(remove_duplicate=False))
    home = Home(model)
    home.lend(torch.device("meta"))
    assert {parameter.device.type for parameter in model.parameters()} == {"meta"}
    assert model[0].weight is model[1].weight
    home.take_back()
    assert all(
        parameter is before[name]
        for name, parameter in model.named_parameters(remove_duplicate=False)
    )


def test_a_model_that_does_not_fit_is_not_lent_in_part(monkeypatch):
    model = torch.nn.ModuleList([torch.nn.Linear(2, 2), torch.nn.Linear(2, 2)])
    before, home, copied = list(model.parameters()), Home(model), []

    def short(tensor, device):
        copied.append(tensor)
        if len(copied) == 3:
            raise torch.OutOfMemoryError("CUDA out of memory")
        return tensor.to(device)

    monkeypatch.setattr(memory, "_copied", short)
    with pytest.raises(torch.OutOfMemoryError):
        home.lend(torch.device("meta"))
    assert all(a is b for a, b in zip(model.parameters(), before, strict=True))


class Short:
    """Raises as a device does whose memory runs out, at calls `at` of a module."""

    def __init__(self, module, at, error=None):
        self.calls, self.at = 0, at
        self.error = error or torch.OutOfMemoryError("CUDA out of memory")
        self.hook = module.register_forward_pre_hook(self)

    def __call__(self, module, given):
        self.calls += 1
        if self.calls in self.at:
            raise self.error


def plans_said(events):
    return [log.message for log in of(events, Log) if "memory ran out" in log.message]


@pytest.mark.parametrize("module", ["encoder", "decoder"])
def test_where_memory_runs_out_a_run_goes_on_with_a_smaller_plan_and_the_same_numbers(
    tiny, pipeline, module
):
    expected, _ = fill(pipeline, clip_of(21))
    one = load(tiny)
    Short(getattr(one.models.vae, module), {2})
    patches, events = fill(one, clip_of(21))
    assert plans_said(events) == ["memory ran out with plan A: going on with B"]
    assert same(patches, expected)


def test_while_denoising_a_run_goes_on_from_its_last_checkpoint(tiny, pipeline):
    expected, _ = fill(pipeline, clip_of(21))
    one = load(tiny)
    short = Short(one.models.passes[0].denoiser.model.patch_embed, {12})
    patches, events = fill(one, clip_of(21))
    assert plans_said(events) == ["memory ran out with plan A: going on with B"]
    assert short.calls < 2 * 12
    assert same(patches, expected)


def test_words_of_a_gpus_libraries_count_as_memory_that_ran_out_and_others_do_not(tiny):
    one = load(tiny)
    words = RuntimeError("CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling cublasCreate(handle)")
    Short(one.models.vae.encoder, {1}, words)
    assert plans_said(fill(one, clip_of(3))[1]) == ["memory ran out with plan A: going on with B"]
    other = load(tiny)
    Short(other.models.vae.encoder, {1}, RuntimeError("something else"))
    with pytest.raises(RuntimeError, match="something else"):
        fill(other, clip_of(3))


def test_after_the_last_plan_that_is_allowed_the_table_is_given(tiny):
    one = load(tiny)
    Short(one.models.vae.encoder, range(1, 100))
    with pytest.raises(Refused, match=r"ran out with plan E; the plans need A .* GB \(exact\)"):
        fill(one, clip_of(3))
    with pytest.raises(Refused, match="ran out with plan F"):
        fill(one, clip_of(3), allow=NEAR)


def test_a_plan_that_is_named_is_not_left_for_another(tiny):
    one = load(tiny)
    Short(one.models.vae.encoder, {1})
    with pytest.raises(Refused, match="ran out with plan B"):
        fill(one, clip_of(3), replace(PARAMS, plan="B"))


def test_a_near_plan_is_refused_where_exact_numbers_are_asked_for(pipeline):
    with pytest.raises(Refused, match="plan F gives near numbers"):
        fill(pipeline, clip_of(3), replace(PARAMS, plan="F"))
