"""What a person sees while the model works."""

import pytest

for _needed in ("torch", "diffusers", "transformers", "sentencepiece"):
    pytest.importorskip(_needed, reason=f"the VOID engine needs {_needed}")

from dataclasses import replace

import numpy as np
import torch

from tests.tiny_void import make_tiny_void
from tests.void_runs import PARAMS, clip_of, fill, load, of, one_thread
from void_studio.engine import Preview
from void_studio.engine.void.params import VoidParams
from void_studio.engine.void.plans import MemoryPlan
from void_studio.engine.void.preview import Previews, decoded_frame, fitted_colours


@pytest.fixture(scope="module", autouse=True)
def _one_thread():
    with one_thread():
        yield


@pytest.fixture(scope="module")
def pipeline(tmp_path_factory):
    return load(make_tiny_void(tmp_path_factory.mktemp("tiny")))


def latents_of(count):
    return torch.randn(1, count, 16, 4, 6, generator=torch.Generator().manual_seed(2))


@pytest.mark.parametrize(
    ("count", "masked", "shown"),
    [(9, None, 4), (29, None, 12), (40, range(30, 40), 33), (40, [3], 0), (1, None, 0),
     (29, [28], 27)],
)  # fmt: skip
def test_a_preview_is_of_a_frame_that_ends_a_latent_near_the_middle_of_the_fill(
    pipeline, count, masked, shown
):
    params = VoidParams(steps=2, window=13, overlap=8, preview_every=1)
    _, events = fill(pipeline, clip_of(count, masked=masked), params)
    (preview,) = of(events, Preview)
    assert preview.frame == shown
    assert preview.pixels.shape == (32, 48, 3)


def test_without_previews_there_are_none(pipeline):
    _, events = fill(pipeline, clip_of(), replace(PARAMS, preview_every=0))
    assert of(events, Preview) == []


@pytest.mark.parametrize("latent", [0, 1])
def test_the_pair_that_is_decoded_gives_the_frame_that_ends_its_latent(pipeline, latent):
    vae, latents = pipeline.models.vae, latents_of(2).permute(0, 2, 1, 3, 4)
    with torch.inference_mode():
        whole = torch.cat(list(vae.decode_stream(latents)), dim=2)[0, :, latent * 4]
        frame = decoded_frame(vae, latents, latent)
    expected = ((whole / 2 + 0.5).clamp(0, 1) * 255).to(torch.uint8).permute(1, 2, 0)
    assert np.array_equal(frame, expected.numpy())


def test_previews_come_at_most_twice_a_second(pipeline):
    now = iter([0.0, 0.2, 0.4, 0.6, 0.7, 1.2])
    previews = Previews(pipeline.models, 1, 100, 6, lambda: None, clock=lambda: next(now))
    with torch.inference_mode():
        shown = [previews.of(step, latents_of(3)) for step in range(1, 7)]
    assert [step for step, preview in enumerate(shown, 1) if preview] == [1, 4, 6]
    assert shown[0].frame == 104


def test_where_the_autoencoder_has_left_colours_come_from_a_map_fitted_to_the_plate(pipeline):
    models = pipeline.models
    models.settle(MemoryPlan.C)
    red = torch.zeros(17, 3)
    red[2, 0], red[16, 1] = 1.0, 0.25
    previews = Previews(models, 1, 0, 4, lambda: red)
    latents = torch.zeros(1, 3, 16, 4, 6)
    latents[:, 1, 2] = 0.5
    shown = previews.of(1, latents)
    models.settle(MemoryPlan.A)
    assert shown.frame == 4
    assert shown.pixels.shape == (16, 24, 3)
    assert shown.pixels[8, 8].tolist() == [127, 63, 0]


def test_a_plan_without_the_autoencoder_shows_previews_too(pipeline):
    params = replace(PARAMS, plan="C")
    (preview,) = of(fill(pipeline, clip_of(), params)[1], Preview)
    assert (preview.frame, preview.pixels.shape) == (4, (16, 24, 3))


def test_the_map_is_the_one_that_fits_best():
    latents = latents_of(1)[0, 0]
    wanted = torch.linspace(-1, 1, 17 * 3).reshape(17, 3)
    flat = torch.cat([latents.flatten(1).T, torch.ones(24, 1)], dim=1)
    small = (flat @ wanted).reshape(4, 6, 3).numpy()
    pixels = np.kron(small, np.ones((8, 8, 1), np.float32))
    assert torch.allclose(fitted_colours(latents, pixels), wanted, atol=1e-4)
