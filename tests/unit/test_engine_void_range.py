"""Making a range of a take anew."""

import pytest

for _needed in ("torch", "diffusers", "transformers", "sentencepiece"):
    pytest.importorskip(_needed, reason=f"the VOID engine needs {_needed}")

from dataclasses import replace

import numpy as np
import torch

from tests.tiny_void import make_tiny_void
from tests.void_runs import clip_of, fill, load, of, one_thread, same
from void_studio.core import UsageError
from void_studio.engine import Checkpoint
from void_studio.engine.void.keep import Kept, free_weights
from void_studio.engine.void.params import VoidParams
from void_studio.engine.void.state import _fields
from void_studio.engine.void.state import load as load_state

FRESH = VoidParams(
    steps=7, window=13, overlap=8, preview_every=0, fresh_first=12, fresh_last=17
)  # fmt: skip
CLIP = 37


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


def clip():
    return clip_of(CLIP, masked=range(12, 18))


def last_latents(events):
    return load_state(of(events, Checkpoint)[-1].state)["latents"]


def take_latents(pipeline):
    """The clip as the autoencoder has it, of the frames that are worked on (0 to 30)."""
    frames = [clip().pixels(number) for number in range(31)]
    padded = frames + frames[::-1][:6]
    video = torch.from_numpy(np.stack(padded)).permute(3, 0, 1, 2)[None].float() / 255 * 2 - 1
    with torch.inference_mode():
        latents = pipeline.models.vae.encode_stream(lambda a, b: video[:, :, a:b], 37)
    return latents.permute(0, 2, 1, 3, 4)


def test_the_latents_of_kept_frames_are_the_takes_at_the_end(pipeline):
    _, events = fill(pipeline, clip(), FRESH)
    latents, take = last_latents(events), take_latents(pipeline)
    kept = [0, 1, 2, 6, 7, 8, 9]
    assert torch.equal(latents[:, kept], take[:, kept])
    assert not torch.equal(latents[:, 3:6], take[:, 3:6])


def test_another_seed_changes_the_range_and_nothing_that_is_kept(pipeline):
    first = last_latents(fill(pipeline, clip(), FRESH)[1])
    other = last_latents(fill(pipeline, clip(), replace(FRESH, seed=9))[1])
    assert torch.equal(first[:, :3], other[:, :3])
    assert torch.equal(first[:, 6:10], other[:, 6:10])
    assert all(not torch.equal(first[:, place], other[:, place]) for place in (3, 4, 5))


def test_the_kept_frames_reach_into_the_range(pipeline):
    free = fill(pipeline, clip(), replace(FRESH, fresh_first=-1, fresh_last=-1))[1]
    held = fill(pipeline, clip(), FRESH)[1]
    assert not torch.equal(last_latents(free)[:, 3:6], last_latents(held)[:, 3:6])


def test_both_passes_hold_the_take_and_resume_in_each(tiny):
    both = load(tiny, second=tiny / "void_pass2.safetensors")
    params = replace(FRESH, passes=2, second_steps=6)
    whole, events = fill(both, clip(), params)
    assert len(whole) == CLIP
    assert torch.equal(last_latents(events)[:, :3], take_latents(both)[:, :3])
    states = [event.state for event in of(events, Checkpoint)]
    assert {_fields(state)["pass"] for state in states} == {"1", "2"}
    for state in states:
        assert same(fill(both, clip(), params, resume=state)[0], whole)


@pytest.mark.parametrize(("first", "last"), [(12, -1), (-1, 17), (18, 12), (-1, 0)])
def test_a_range_that_is_none_is_refused(first, last):
    with pytest.raises(UsageError, match="no range to make anew"):
        VoidParams(fresh_first=first, fresh_last=last)


def test_a_range_beyond_the_clip_or_a_fill_beyond_the_range_is_refused_early(pipeline):
    with pytest.raises(UsageError, match="the clip has 37; use frames 0 to 36"):
        fill(pipeline, clip(), replace(FRESH, fresh_last=37))
    with pytest.raises(UsageError, match="frame 17 has a fill"):
        fill(pipeline, clip(), replace(FRESH, fresh_last=16))


def test_weights_fall_over_the_overlap_and_are_nothing_beyond():
    fresh = [False] * 5 + [True] * 2 + [False] * 4
    weights = free_weights(fresh, 3).tolist()
    assert weights == pytest.approx([0, 0, 0.25, 0.5, 0.75, 1, 1, 0.75, 0.5, 0.25, 0])
    assert free_weights([False, True], 0).tolist() == [0, 1]


def test_latents_are_held_at_the_level_of_the_step():
    clean, noise = torch.full((1, 3, 1, 1, 1), 2.0), torch.full((1, 3, 1, 1, 1), 1.0)
    kept = Kept(clean, noise, torch.tensor([0.0, 0.5, 1.0]))
    ours = torch.full((1, 3, 1, 1, 1), 7.0)
    held = kept.held(ours, 0.64).flatten().tolist()
    assert held == pytest.approx([2.2, (7 + 2.2) / 2, 7])
    assert kept.held(ours, 1.0).flatten().tolist() == [2, 2, 7]
