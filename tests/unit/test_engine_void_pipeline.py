"""The VOID pipeline on a tiny model with random weights."""

import pytest

for _needed in ("torch", "diffusers", "transformers", "sentencepiece"):
    pytest.importorskip(_needed, reason=f"the VOID engine needs {_needed}")

import numpy as np
import torch

from tests.tiny_void import make_tiny_void
from tests.void_runs import clip_of, fill, load, of, one_thread
from void_studio.core import BadInput, Cancelled, JobFailed, NotPresent, Refused, UsageError
from void_studio.engine import Checkpoint, Log, Progress, Stage
from void_studio.engine.void.params import VoidParams
from void_studio.engine.void.pipeline import VoidPipeline
from void_studio.engine.void.weights import Weights
from void_studio.media import CanvasClip


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


@pytest.mark.parametrize("count", [1, 2, 9, 14])
def test_a_clip_of_any_length_gives_a_patch_for_every_frame_in_order(pipeline, count):
    patches, _ = fill(pipeline, clip_of(count), VoidParams(steps=1, window=13, overlap=8))
    assert [patch.frame for patch in patches] == list(range(count))
    assert all(patch.pixels.shape == (32, 48, 3) for patch in patches)
    assert all(patch.pixels.dtype == np.uint16 for patch in patches)


def test_two_runs_give_the_same_bytes_and_another_seed_gives_others(pipeline):
    first, _ = fill(pipeline, clip_of())
    again, _ = fill(pipeline, clip_of())
    other, _ = fill(pipeline, clip_of(), VoidParams(steps=6, window=13, overlap=0, seed=7))
    assert all(np.array_equal(a.pixels, b.pixels) for a, b in zip(first, again, strict=True))
    assert not np.array_equal(first[0].pixels, other[0].pixels)


def test_a_run_goes_on_from_every_checkpoint_with_the_same_numbers(pipeline):
    whole, events = fill(pipeline, clip_of(21))
    checkpoints = of(events, Checkpoint)
    assert len(checkpoints) == 2
    for checkpoint in checkpoints:
        rest, heard = fill(pipeline, clip_of(21), resume=checkpoint.state)
        assert all(np.array_equal(a.pixels, b.pixels) for a, b in zip(whole, rest, strict=True))
        assert len(of(heard, Progress)) < len(of(events, Progress))


@pytest.mark.parametrize("state", [b"", b"{}", b"\x80\x04nonsense", b"[]", b"\xff" * 64])
def test_a_state_that_no_checkpoint_made_is_refused(pipeline, state):
    with pytest.raises(BadInput, match="malformed"):
        fill(pipeline, clip_of(), resume=state)


def test_a_checkpoint_of_another_job_is_refused(pipeline):
    _, events = fill(pipeline, clip_of())
    state = of(events, Checkpoint)[0].state
    with pytest.raises(BadInput, match="another job"):
        fill(pipeline, clip_of(), prompt="a lime", resume=state)


def test_frames_far_from_the_fill_come_back_as_they_were(pipeline):
    clip = clip_of(40, masked=[20])
    patches, events = fill(pipeline, clip, VoidParams(steps=1, window=5, overlap=0))
    assert len(patches) == 40
    for frame in (0, 14, 26, 39):
        assert np.array_equal(patches[frame].pixels, clip.pixels(frame).astype(np.uint16) * 257)
    assert not np.array_equal(patches[20].pixels, clip.pixels(20).astype(np.uint16) * 257)
    assert "frames 15-25" in of(events, Log)[0].message


def test_eight_bits_and_the_same_in_sixteen_give_the_same_numbers(pipeline):
    eight = clip_of(5)
    frames = [eight.pixels(frame).astype(np.uint16) * 257 for frame in range(5)]
    sixteen = CanvasClip.from_arrays(frames, [eight.quadmask(frame) for frame in range(5)])
    for a, b in zip(fill(pipeline, eight)[0], fill(pipeline, sixteen)[0], strict=True):
        assert np.array_equal(a.pixels, b.pixels)


def test_a_prompt_that_is_too_long_is_said(pipeline):
    params = VoidParams(steps=1, window=13, overlap=0)
    _, events = fill(pipeline, clip_of(1), params, prompt="empty street " * 200)
    assert any("only 226 are read" in log.message for log in of(events, Log))


def test_guidance_brings_the_negative_prompt_in(pipeline):
    plain = VoidParams(steps=2, window=13, overlap=0, guidance=3.0)
    other = VoidParams(steps=2, window=13, overlap=0, guidance=3.0, negative_prompt="two pillows")
    first, second = (fill(pipeline, clip_of(1), params)[0] for params in (plain, other))
    assert not np.array_equal(first[0].pixels, second[0].pixels)


def test_a_cancelled_run_stops_in_every_stage(tiny):
    both = load(tiny, second=tiny / "void_pass2.safetensors")
    params = VoidParams(steps=1, window=13, overlap=0, passes=2, second_steps=1, preview_every=0)
    stages, last = [], []

    def stop_in(stage):
        return lambda: bool(last) and last[-1] == stage

    def heard(event):
        if isinstance(event, Stage):
            last.append(event.name)

    list(both.fill(clip_of(), "a lime", params, on_event=heard, cancelled=lambda: False))
    stages, last = list(dict.fromkeys(last)), []
    assert len(stages) == 7
    for stage in stages:
        last.clear()
        fresh = load(tiny, second=tiny / "void_pass2.safetensors")
        with pytest.raises(Cancelled):
            list(fresh.fill(clip_of(), "a lime", params, on_event=heard, cancelled=stop_in(stage)))
        assert last[-1] == stage


def test_both_passes_run_over_more_than_one_window_and_resume_in_the_second(tiny):
    both = load(tiny, second=tiny / "void_pass2.safetensors")
    params = VoidParams(steps=2, window=13, overlap=8, passes=2, second_steps=7, preview_every=0)
    whole, events = fill(both, clip_of(21), params)
    assert len(whole) == 21
    assert of(events, Progress)[-1] == Progress(9, 9)
    checkpoints = of(events, Checkpoint)
    assert len(checkpoints) == 3
    for checkpoint in checkpoints:
        rest, _ = fill(both, clip_of(21), params, resume=checkpoint.state)
        assert all(np.array_equal(a.pixels, b.pixels) for a, b in zip(whole, rest, strict=True))


def test_pass_two_without_its_weights_is_refused(pipeline):
    with pytest.raises(UsageError, match="not loaded"):
        fill(pipeline, clip_of(), VoidParams(passes=2))


def test_nothing_to_remove_is_refused(pipeline):
    with pytest.raises(Refused, match="nothing is to be removed"):
        fill(pipeline, clip_of(3, masked=[]))


def test_a_canvas_that_is_no_multiple_of_sixteen_is_refused_with_the_nearest(pipeline):
    with pytest.raises(UsageError, match="use 48x32"):
        fill(pipeline, clip_of(2, size=(36, 44)))


def test_half_precision_fills_and_resumes_too(tiny):
    half = load(tiny, dtype=torch.bfloat16)
    whole, events = fill(half, clip_of(21))
    rest, _ = fill(half, clip_of(21), resume=of(events, Checkpoint)[0].state)
    assert all(np.array_equal(a.pixels, b.pixels) for a, b in zip(whole, rest, strict=True))


def test_numbers_that_are_not_finite_fail_the_job_with_step_and_place(tiny):
    broken = load(tiny)
    with torch.no_grad():
        broken.models.passes[0].denoiser.model.proj_out.weight.fill_(float("nan"))
    with pytest.raises(JobFailed, match="step 1 of 6, latents 0 to 3"):
        fill(broken, clip_of())


def test_weights_that_are_not_there_are_told_as_missing(tiny, tmp_path):
    with pytest.raises(NotPresent, match="weights are missing"):
        load(tiny, "nothing.safetensors")
    with pytest.raises(NotPresent, match="weights are missing"):
        VoidPipeline.load(
            tmp_path, tiny / "void_pass1.safetensors", device="cpu", dtype=torch.float32
        )


def test_a_pickle_given_as_weights_is_refused_unread(tmp_path):
    path = tmp_path / "model.ckpt"
    path.write_bytes(b"\x80\x04.")
    with pytest.raises(BadInput, match="run code"):
        Weights(path)


@pytest.mark.parametrize("length", [0, 7, 900, -1])
def test_a_truncated_checkpoint_is_refused(tiny, tmp_path, length):
    path = tmp_path / "cut.safetensors"
    path.write_bytes((tiny / "void_pass1.safetensors").read_bytes()[:length])
    with pytest.raises(BadInput, match="not a whole safetensors file"):
        Weights(path)


def test_a_checkpoint_of_another_model_is_refused(tiny, tmp_path):
    with pytest.raises(BadInput, match="no parameter of this model"):
        load(tiny, tiny / "vae" / "diffusion_pytorch_model.safetensors")
