"""What goes wrong with a VOID job is told, early where it can be."""

import pytest

for _needed in ("torch", "diffusers", "transformers", "sentencepiece"):
    pytest.importorskip(_needed, reason=f"the VOID engine needs {_needed}")

import json
import shutil
import sys
from dataclasses import replace

import numpy as np
import psutil
import torch
from safetensors.torch import load_file, save_file

from tests.tiny_void import make_tiny_void
from tests.void_runs import PARAMS, clip_of, fill, frames_of, load, mattes_of, one_thread
from void_studio.core import BadInput, JobFailed, NotPresent, Refused
from void_studio.engine import DeviceLost
from void_studio.engine.void.params import Noise, VoidParams
from void_studio.media import CanvasClip
from void_studio.weights import file_identity

LONG = VoidParams(steps=4, window=13, overlap=8, preview_every=0)


@pytest.fixture(scope="module", autouse=True)
def _one_thread():
    with one_thread():
        yield


@pytest.fixture(scope="module")
def tiny(tmp_path_factory):
    return make_tiny_void(tmp_path_factory.mktemp("tiny"))


@pytest.fixture
def copied(tiny, tmp_path):
    return shutil.copytree(tiny, tmp_path / "copy")


def spoil(model, at_call):
    """Have a model's last layer give numbers that are not finite, from a call on."""
    calls = []

    def hook(module, given, out):
        calls.append(1)
        return out * float("nan") if len(calls) >= at_call else out

    return model.proj_out.register_forward_hook(hook)


@pytest.mark.parametrize(
    ("call", "named"),
    [(1, "step 1 of 4, latents 0 to 3"), (2, "step 1 of 4, latents 2 to 5"),
     (5, "step 3 of 4, latents 0 to 3")],
)  # fmt: skip
def test_numbers_that_are_not_finite_are_told_with_step_and_window(tiny, call, named):
    pipeline = load(tiny)
    spoil(pipeline.models.passes[0].denoiser.model, call)
    with pytest.raises(JobFailed, match=named):
        fill(pipeline, clip_of(21), LONG)


def test_a_picture_decoded_to_numbers_that_are_not_finite_fails_the_job(tiny):
    pipeline = load(tiny)
    pipeline.models.vae.decoder.register_forward_hook(
        lambda module, given, out: (out[0] * float("nan"), out[1])
    )
    with pytest.raises(JobFailed, match="decoded to numbers that are not finite, frame 0"):
        fill(pipeline, clip_of(3))


def test_a_device_that_is_lost_is_told(tiny):
    pipeline = load(tiny)

    def lost(module, given):
        raise torch.AcceleratorError("CUDA error: unspecified launch failure\nand more")

    pipeline.models.passes[0].denoiser.model.patch_embed.register_forward_pre_hook(lost)
    with pytest.raises(DeviceLost, match=r"cpu stopped computing \(CUDA error: unspecified"):
        fill(pipeline, clip_of(3))


def test_a_clip_that_is_all_to_be_removed_and_one_of_a_frame_are_filled(tiny):
    pipeline = load(tiny)
    gone = [np.zeros((32, 48), np.uint8)] * 2
    patches, _ = fill(
        pipeline, CanvasClip.from_arrays(frames_of(2), gone), replace(PARAMS, steps=1)
    )
    assert [patch.frame for patch in patches] == [0, 1]
    assert len(fill(pipeline, clip_of(1), replace(PARAMS, steps=1))[0]) == 1


def test_a_fill_that_only_was_affected_has_nothing_to_remove(tiny):
    affected = [np.where(matte == 0, 127, matte).astype(np.uint8) for matte in mattes_of(2)]
    with pytest.raises(Refused, match="nothing is to be removed"):
        fill(load(tiny), CanvasClip.from_arrays(frames_of(2), affected))


def test_the_noise_of_the_reference_runs_too_and_differs(tiny):
    pipeline = load(tiny)
    ours, _ = fill(pipeline, clip_of(3))
    theirs, _ = fill(pipeline, clip_of(3), replace(PARAMS, noise=Noise.REFERENCE))
    assert not np.array_equal(ours[0].pixels, theirs[0].pixels)


def edit_config(folder, **facts):
    path = folder / "config.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), **facts}))


def test_a_text_encoder_of_another_model_is_refused(copied):
    edit_config(copied / "transformer", text_embed_dim=24)
    state = load_file(copied / "void_pass1.safetensors")
    state["patch_embed.text_proj.weight"] = torch.zeros(32, 24)
    save_file(state, copied / "void_pass1.safetensors")
    with pytest.raises(BadInput, match="gives 16 numbers a token, and the transformer takes 24"):
        load(copied)


def test_a_checkpoint_of_another_shape_is_refused_with_the_tensors_name(copied):
    state = load_file(copied / "void_pass1.safetensors")
    state["proj_out.weight"] = torch.zeros(7, 7)
    save_file(state, copied / "void_pass1.safetensors")
    with pytest.raises(BadInput, match=r"proj_out.weight has the shape \(7, 7\)"):
        load(copied)


def test_an_autoencoder_that_lacks_a_tensor_is_refused(copied):
    path = copied / "vae" / "diffusion_pytorch_model.safetensors"
    state = load_file(path)
    state.pop("decoder.conv_in.conv.weight")
    save_file(state, path)
    with pytest.raises(BadInput, match=r"the weights lack decoder\.conv_in\.conv\.weight"):
        load(copied)


@pytest.mark.parametrize("part", ["transformer", "vae", "text_encoder"])
@pytest.mark.parametrize("text", ["{", "[]", "\xff"])
def test_a_configuration_that_is_none_is_refused(copied, part, text):
    (copied / part / "config.json").write_text(text)
    with pytest.raises(BadInput, match="configuration is not"):
        load(copied)


@pytest.mark.parametrize(
    ("part", "facts"),
    [("transformer", {"num_layers": "many"}), ("transformer", {"patch_size": 4}),
     ("transformer", {"patch_size_t": None}), ("transformer", {"out_channels": 8}),
     ("vae", {"block_out_channels": [3]}), ("vae", {"latent_channels": 4}),
     ("text_encoder", {"d_model": 17})],
)  # fmt: skip
def test_a_configuration_of_nonsense_is_refused(copied, part, facts):
    edit_config(copied / part, **facts)
    with pytest.raises(BadInput):
        load(copied)


def test_a_truncated_text_encoder_is_refused(copied):
    path = copied / "text_encoder" / "model.safetensors"
    path.write_bytes(path.read_bytes()[:-100])
    with pytest.raises(BadInput, match="not a whole safetensors file"):
        load(copied)


def test_loading_tells_the_seconds_of_every_part(tiny):
    seconds = load(tiny, second=tiny / "void_pass2.safetensors").models.seconds
    assert list(seconds) == ["transformer 1", "transformer 2", "vae", "text"]
    assert all(spent >= 0 for spent in seconds.values())


@pytest.mark.skipif(sys.platform != "linux", reason="maps of a process are read on Linux")
def test_weights_are_read_by_memory_map(copied):
    models = load(copied).models
    mapped = {mapping.path for mapping in psutil.Process().memory_maps()}
    assert str(copied / "void_pass1.safetensors") in mapped
    assert models.device.type == "cpu"


def test_checkpoints_of_one_shape_have_identities_of_their_own(copied):
    first, second = (copied / f"void_pass{number}.safetensors" for number in (1, 2))
    assert first.stat().st_size == second.stat().st_size
    assert file_identity(first) == file_identity(copied / "void_pass1.safetensors")
    assert file_identity(first) != file_identity(second)
    with pytest.raises(NotPresent, match="can not be read"):
        file_identity(copied / "nothing.safetensors")


def test_weights_of_a_large_file_that_were_trained_on_are_told_apart(tmp_path):
    path = tmp_path / "large.safetensors"
    generator = torch.Generator().manual_seed(1)
    weights = torch.randn(6_000_000, generator=generator)
    save_file({"w": weights}, path)
    before = file_identity(path)
    save_file({"w": weights * 1.0001}, path)
    assert file_identity(path) != before
