"""Speed tiers on a tiny model: what runs, what is repeated, what is recorded."""

import pytest

for _needed in ("torch", "diffusers", "transformers", "sentencepiece"):
    pytest.importorskip(_needed, reason=f"the VOID engine needs {_needed}")

from dataclasses import replace

import torch
from diffusers.models.attention_processor import CogVideoXAttnProcessor2_0
from torch._dynamo.testing import CompileCounter

from tests.tiny_void import make_tiny_void
from tests.void_runs import clip_of, fill, load, of, one_thread, psnr, same
from void_studio.core import Refused
from void_studio.engine import Exactness, Progress, Ran
from void_studio.engine.void.attention import NATIVE, DispatchedAttention, attention_backend
from void_studio.engine.void.blocks import ResidentBlocks
from void_studio.engine.void.compiling import Compilation, CompiledBlock, compiles
from void_studio.engine.void.first_block import FirstBlockCache
from void_studio.engine.void.params import Tier, VoidParams
from void_studio.engine.void.walker import Guide, Walker

NEAR = Exactness.NEAR
CPU = torch.device("cpu")
EXACT = VoidParams(steps=8, window=13, overlap=8, preview_every=0)
FAST = replace(EXACT, tier=Tier.FAST)


@pytest.fixture(scope="module", autouse=True)
def _one_thread():
    with one_thread():
        yield


@pytest.fixture(scope="module")
def pipeline(tmp_path_factory):
    return load(make_tiny_void(tmp_path_factory.mktemp("tiny")))


@pytest.fixture(scope="module")
def model(pipeline):
    return pipeline.models.passes[0].denoiser.model


@pytest.fixture(scope="module")
def exact(pipeline):
    return fill(pipeline, clip_of(21), EXACT)[0]


def ran(events):
    return dict(of(events, Ran)[-1].facts)


def window(length=4, seed=3):
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(1, length, 48, 4, 6, generator=generator)


def guide():
    return Guide(torch.randn(1, 226, 16, generator=torch.Generator().manual_seed(5)), 1.0)


def test_fast_needs_near(pipeline):
    with pytest.raises(Refused, match="tier fast gives near numbers"):
        fill(pipeline, clip_of(3), FAST)


def test_fast_without_repeating_anything_is_exact_where_nothing_is_compiled(pipeline, exact):
    params = replace(FAST, cache_threshold=0.0)
    patches, events = fill(pipeline, clip_of(21), params, allow=NEAR)
    assert psnr(patches, exact) > 90
    assert ran(events)["cache_hits"] == 0


def test_fast_repeats_calls_and_says_how_many_at_which_threshold(pipeline, exact):
    params = replace(FAST, cache_threshold=1.0)
    patches, events = fill(pipeline, clip_of(21), params, allow=NEAR)
    facts = ran(events)
    assert facts["cache_calls"] == 8 * 2
    assert 0 < facts["cache_hits"] < facts["cache_calls"]
    assert (facts["tier"], facts["cache_threshold"]) == ("fast", 1.0)
    assert (facts["attention"], facts["compiled"], facts["exact"]) == (NATIVE, False, False)
    assert psnr(patches, exact) > 20
    assert same(patches, fill(pipeline, clip_of(21), params, allow=NEAR)[0])


def test_fast_works_with_streamed_blocks_too(pipeline, exact):
    params = replace(FAST, cache_threshold=1.0)
    resident, _ = fill(pipeline, clip_of(21), params, allow=NEAR)
    streamed, events = fill(pipeline, clip_of(21), replace(params, plan="E"), allow=NEAR)
    assert ran(events)["plan"] == "E"
    assert same(streamed, resident)


def test_an_exact_job_after_a_fast_one_has_the_exact_numbers(pipeline, exact, model):
    fill(pipeline, clip_of(21), FAST, allow=NEAR)
    assert same(fill(pipeline, clip_of(21), EXACT)[0], exact)
    assert isinstance(model.transformer_blocks[0].attn1.processor, CogVideoXAttnProcessor2_0)


def test_draft_takes_few_steps_and_says_so(pipeline):
    params = VoidParams(steps=30, window=13, overlap=0, preview_every=0, tier=Tier.DRAFT)
    patches, events = fill(pipeline, clip_of(5), params)
    assert ran(events)["steps"] == 12
    assert of(events, Progress)[-1] == Progress(12, 12)
    assert same(patches, fill(pipeline, clip_of(5), replace(params, tier=Tier.EXACT, steps=12))[0])


def test_the_record_of_an_exact_job_tells_what_ran(pipeline):
    _, events = fill(pipeline, clip_of(21), EXACT)
    facts = ran(events)
    expected = {
        "tier": "exact", "plan": "A", "exact": True, "passes": 1, "steps": 8, "windows": 2,
        "dtype": "float32", "device": "cpu", "attention": "torch", "compiled": False,
        "first_frame": 0, "last_frame": 20, "padded_frames": 21,
    }  # fmt: skip
    assert {name: facts[name] for name in expected} == expected
    assert len(facts["checkpoint_1"]) == 64


def test_windows_have_states_of_their_own_whatever_their_order(model):
    first, second = window(seed=1), window(seed=2)

    def run(order):
        walker, last = Walker(model, cache=FirstBlockCache(1.0)), {}
        with torch.inference_mode():
            for timestep in (999, 990):
                for number in order:
                    given = (first, second)[number] * (1 + timestep / 5000)
                    last[number] = walker.predict([(number, given)], guide(), timestep, list)[0]
        return last, walker.cache.hits

    (forward, hits), (backward, _) = run((0, 1)), run((1, 0))
    assert hits == 2
    assert all(torch.equal(forward[number], backward[number]) for number in (0, 1))


def test_windows_after_the_fourth_keep_their_states_in_the_computers_memory():
    cache = FirstBlockCache(0.5)
    before, after = torch.zeros(1, 3, 4), torch.ones(1, 3, 4)
    for key in ((0, 0), (7, 1)):
        assert torch.equal(cache.entered(key, before, after), after)
        cache.left(key, after + 2)
        assert torch.equal(cache.entered(key, before, after), after + 2)
        assert cache.repeated(key)


def test_our_attention_gives_what_the_references_does(model):
    block = model.transformer_blocks[0]
    generator = torch.Generator().manual_seed(1)
    text = torch.randn(2, 6, 32, generator=generator)
    tokens = torch.randn(2, 10, 32, generator=generator)
    angles = torch.randn(10, 16, generator=generator)
    given = {
        "hidden_states": tokens,
        "encoder_hidden_states": text,
        "image_rotary_emb": (angles.cos(), angles.sin()),
    }
    expected = CogVideoXAttnProcessor2_0()(block.attn1, **given)
    ours = DispatchedAttention(attention_backend(CPU, torch.float32))(block.attn1, **given)
    assert all(torch.allclose(a, b, atol=1e-6) for a, b in zip(ours, expected, strict=True))


def compiled(model, backend):
    torch._dynamo.reset()
    compilation = Compilation()
    blocks = [
        CompiledBlock(block, compilation, backend=backend) for block in model.transformer_blocks
    ]
    with torch.inference_mode():
        (predicted,) = Walker(model, ResidentBlocks(blocks)).predict(
            [(0, window())], guide(), 500, list
        )
    return predicted, compilation.failed


def test_compiled_blocks_give_what_the_blocks_do(model):
    with torch.inference_mode():
        (plain,) = Walker(model).predict([(0, window())], guide(), 500, list)
    predicted, failed = compiled(model, "eager")
    assert torch.allclose(plain, predicted, atol=1e-5)
    assert not failed


def test_blocks_that_can_not_be_compiled_are_called_as_they_are(model):
    def fails(graph, inputs):
        raise RuntimeError("no compiler here")

    with torch.inference_mode():
        (plain,) = Walker(model).predict([(0, window())], guide(), 500, list)
    predicted, failed = compiled(model, fails)
    assert torch.equal(plain, predicted)
    assert "no compiler here" in failed


def test_all_blocks_and_the_next_job_share_what_was_compiled_for_a_size(model):
    torch._dynamo.reset()
    counter, processor = CompileCounter(), DispatchedAttention(NATIVE)
    for block in model.transformer_blocks:
        block.attn1.processor = processor
    for length, graphs in ((4, 1), (4, 1), (2, 2)):
        compilation = Compilation()
        blocks = [
            CompiledBlock(block, compilation, backend=counter) for block in model.transformer_blocks
        ]
        with torch.inference_mode():
            walker = Walker(model, ResidentBlocks(blocks), compilation=compilation)
            walker.predict([(0, window(length))], guide(), 500, list)
        assert (counter.frame_count, compilation.failed) == (graphs, "")


def test_nothing_is_compiled_on_a_processor():
    assert not compiles("cpu")
