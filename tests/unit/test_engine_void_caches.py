"""What a job leaves for the next one: nothing is read or encoded twice."""

import pytest

for _needed in ("torch", "diffusers", "transformers", "sentencepiece"):
    pytest.importorskip(_needed, reason=f"the VOID engine needs {_needed}")

from dataclasses import replace

import torch

from tests.tiny_void import make_tiny_void
from tests.void_runs import clip_of, fill, frames_of, load, mattes_of, of, one_thread, same
from void_studio.engine import Exactness, Ran
from void_studio.engine.void.params import VoidParams
from void_studio.engine.void.shelf import Shelf
from void_studio.media import CanvasClip

PARAMS = VoidParams(steps=1, window=45, overlap=8, preview_every=0)
CHUNKS = 5


class Calls:
    """Counts the calls of a module."""

    def __init__(self, module):
        self.count = 0
        module.register_forward_pre_hook(self)

    def __call__(self, module, given):
        self.count += 1

    def taken(self):
        count, self.count = self.count, 0
        return count


@pytest.fixture(scope="module", autouse=True)
def _one_thread():
    with one_thread():
        yield


@pytest.fixture(scope="module")
def tiny(tmp_path_factory):
    return make_tiny_void(tmp_path_factory.mktemp("tiny"))


@pytest.fixture
def counted(tiny):
    pipeline = load(tiny)
    return pipeline, Calls(pipeline.models.vae.encoder), Calls(pipeline.models.text.model)


def edited(frame):
    mattes = mattes_of(45)
    mattes[frame] = mattes[frame].copy()
    mattes[frame][0:4, 0:4] = 0
    return CanvasClip.from_arrays(frames_of(45), mattes)


def test_another_seed_or_prompt_encodes_nothing_again(counted):
    pipeline, pictures, texts = counted
    fill(pipeline, clip_of(45), PARAMS)
    assert (pictures.taken(), texts.taken()) == (2 * CHUNKS, 1)
    fill(pipeline, clip_of(45), replace(PARAMS, seed=8))
    assert (pictures.taken(), texts.taken()) == (0, 0)
    _, events = fill(pipeline, clip_of(45), PARAMS, prompt="no people")
    assert (pictures.taken(), texts.taken()) == (0, 1)
    facts = dict(of(events, Ran)[0].facts)
    assert (facts["chunks_encoded"], facts["chunks_held"]) == (0, 2 * CHUNKS)


def test_a_negative_prompt_is_read_once_too(counted):
    pipeline, _, texts = counted
    guided = replace(PARAMS, guidance=2.0)
    fill(pipeline, clip_of(5), guided)
    assert texts.taken() == 2
    fill(pipeline, clip_of(5), guided, prompt="a lime falls")
    assert texts.taken() == 1


@pytest.mark.parametrize(("frame", "encoded"), [(44, 1), (30, 2), (12, 5), (13, 4), (0, 5)])
def test_an_edit_of_the_mask_encodes_from_the_first_changed_chunk_on(tiny, counted, frame, encoded):
    pipeline, pictures, _ = counted
    fill(pipeline, clip_of(45), PARAMS)
    pictures.taken()
    patches, _ = fill(pipeline, edited(frame), PARAMS)
    assert pictures.taken() == encoded
    assert same(patches, fill(load(tiny), edited(frame), PARAMS)[0])


def test_other_noise_on_the_plate_encodes_the_plate_and_not_the_mask(counted):
    pipeline, pictures, _ = counted
    fill(pipeline, clip_of(45), PARAMS)
    pictures.taken()
    fill(pipeline, clip_of(45), replace(PARAMS, augmentation_seed=5))
    assert pictures.taken() == CHUNKS


def test_what_was_encoded_in_tiles_is_not_taken_for_exact(tiny, counted):
    pipeline, pictures, _ = counted
    near = replace(PARAMS, plan="E-tiled")
    fill(pipeline, clip_of(45), near, allow=Exactness.NEAR)
    pictures.taken()
    patches, _ = fill(pipeline, clip_of(45), PARAMS)
    assert pictures.taken() == 2 * CHUNKS
    assert same(patches, fill(load(tiny), clip_of(45), PARAMS)[0])
    fill(pipeline, clip_of(45), near, allow=Exactness.NEAR)
    assert pictures.taken() == 0


def test_pass_two_takes_the_plate_of_pass_one(tiny):
    both = load(tiny, second=tiny / "void_pass2.safetensors")
    pictures = Calls(both.models.vae.encoder)
    fill(both, clip_of(45), replace(PARAMS, passes=2, second_steps=1, second_guidance=1.0))
    assert pictures.taken() == 3 * CHUNKS


def test_a_shelf_holds_what_its_limit_allows_and_drops_the_oldest():
    shelf = Shelf(limit_bytes=100)
    for name in "abc":
        shelf.put(name, torch.zeros(10))
        shelf.get("a")
    assert shelf.get("b") is None
    assert shelf.get("a") is not None
    assert shelf.held_bytes == 80
    shelf.put("large", {"inner": {"deep": torch.zeros(26)}})
    assert shelf.get("large") is None
    assert shelf.held_bytes == 80


def test_states_that_do_not_fit_are_not_kept_and_latents_still_are(tiny):
    pipeline = load(tiny)
    pipeline.models.shelves.states.limit_bytes = 10
    pictures = Calls(pipeline.models.vae.encoder)
    fill(pipeline, clip_of(45), PARAMS)
    assert pipeline.models.shelves.states.held_bytes == 0
    pictures.taken()
    fill(pipeline, edited(44), PARAMS)
    assert pictures.taken() == CHUNKS
