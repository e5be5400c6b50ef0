"""What every engine promises, tried on a short clip with a hole that moves.

The VOID engines run a tiny model with random weights on a small canvas, in few steps.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import pytest

from tests.bench.scenes import camera_path, filmed, holed_clip, holes, textured_world
from void_studio.api import Engine, Kind, Patch, new_registry
from void_studio.core import BadInput, Cancelled, Extent
from void_studio.engine import Checkpoint, EngineEvent, Preview, Progress, Stage, complete_params
from void_studio.media import CanvasClip
from void_studio.quadmask import fill_of

COUNT = 7
EMPTY = 2
ANY_SIZE = Extent(96, 64)
QUICK = {"steps": 6, "window": 13, "overlap": 8, "preview_every": 1}
GIVEN = {"void": QUICK, "void:2": {**QUICK, "second_steps": 2}}


@dataclass(frozen=True)
class Run:
    patches: list[Patch]
    events: list[EngineEvent]

    def of(self, kind: type) -> list:
        return [event for event in self.events if isinstance(event, kind)]


def run(
    engine: Engine,
    clip: CanvasClip,
    *,
    resume: bytes | None = None,
    cancelled: Callable[[], bool] = lambda: False,
) -> Run:
    events: list[EngineEvent] = []
    params = complete_params(engine.info().params, GIVEN.get(engine.info().id, {}))
    prompt = "an empty street" if engine.info().needs_prompt else ""
    patches = engine.run(
        clip, prompt, params, resume=resume, on_event=events.append, cancelled=cancelled
    )
    return Run(list(patches), events)


def same(first: Patch, second: Patch) -> bool:
    if (first.confidence is None) != (second.confidence is None):
        return False
    alike = first.confidence is None or np.array_equal(first.confidence, second.confidence)
    place = (first.frame, first.rect) == (second.frame, second.rect)
    return place and alike and np.array_equal(first.pixels, second.pixels)


@pytest.fixture(scope="module")
def weights(tmp_path_factory):
    for needed in ("torch", "diffusers", "transformers", "sentencepiece"):
        pytest.importorskip(needed, reason=f"the VOID engine needs {needed}")
    from tests.tiny_void import make_tiny_weights
    from tests.void_runs import one_thread

    with one_thread(), pytest.MonkeyPatch.context() as patch:
        root = make_tiny_weights(tmp_path_factory.mktemp("weights"))
        patch.setenv("VOID_STUDIO_WEIGHTS", str(root))
        yield root


def smaller(engine: Engine) -> Engine:
    """A VOID engine that names a canvas on which a test can wait for it."""
    info = replace(engine.info(), canvas=ANY_SIZE)
    engine.info = lambda: info
    return engine


@pytest.fixture(scope="module", params=new_registry().ids(Kind.ENGINE))
def engine(request) -> Engine:
    if request.param in GIVEN:
        request.getfixturevalue("weights")
        return smaller(new_registry().load(Kind.ENGINE, request.param))
    return new_registry().load(Kind.ENGINE, request.param)


@pytest.fixture(scope="module")
def clip(engine) -> CanvasClip:
    extent = engine.info().canvas or ANY_SIZE
    world = Extent(extent.width * 3 // 2, extent.height * 3 // 2)
    frames = filmed([textured_world(world)], camera_path(world, COUNT), extent)
    fill = holes(extent, COUNT, (0.3, 0.5), (0.7, 0.5))
    fill[EMPTY][:] = False
    return holed_clip(frames, fill)


@pytest.fixture(scope="module")
def finished(engine, clip) -> Run:
    return run(engine, clip)


def test_an_engine_states_facts_that_hold(engine):
    info = engine.info()
    assert info.id in new_registry().ids(Kind.ENGINE)
    assert info.title
    assert info.licence
    assert engine.info() == info


def test_the_default_of_every_parameter_passes_its_own_check(engine):
    specs = engine.info().params
    assert len({spec.name for spec in specs}) == len(specs)
    for spec in specs:
        assert spec.check(spec.default) == spec.default
        assert spec.help


def test_patches_come_in_order_for_the_frames_that_have_a_fill(finished):
    frames = [patch.frame for patch in finished.patches]
    assert frames == sorted(frames)
    assert set(frames) == set(range(COUNT)) - {EMPTY}


def test_a_patch_lies_on_the_canvas_and_patches_cover_the_fill(clip, finished):
    covered = {index: ~fill_of(clip.quadmask(index)) for index in range(COUNT)}
    for patch in finished.patches:
        assert patch.rect.intersect(clip.extent.rect) == patch.rect
        covered[patch.frame][patch.rect.slices] = True
    assert all(matte.all() for matte in covered.values())


def test_pixels_are_full_range_words_or_halves_of_the_size_of_their_rectangle(finished):
    for patch in finished.patches:
        assert patch.pixels.shape == (*patch.rect.extent.shape, 3)
        assert patch.pixels.dtype in (np.uint16, np.float16)
        assert np.isfinite(patch.pixels.astype(np.float32)).all()


def test_confidence_where_there_is_one_has_a_value_for_every_pixel(finished):
    for patch in finished.patches:
        if patch.confidence is not None:
            assert patch.confidence.shape == patch.rect.extent.shape
            assert patch.confidence.dtype == np.uint8


def test_progress_only_grows_and_ends_complete(finished):
    progress = finished.of(Progress)
    shares = [event.done / event.total for event in progress]
    assert shares == sorted(shares)
    assert progress[-1].done == progress[-1].total
    assert finished.of(Stage)


def test_previews_are_small_pictures_of_frames_of_the_clip(finished):
    for preview in finished.of(Preview):
        assert preview.frame in range(COUNT)
        assert preview.pixels.dtype == np.uint8
        assert preview.pixels.ndim == 3
        assert preview.pixels.shape[2] == 3


def test_the_same_clip_gives_the_same_bytes(engine, clip, finished):
    again = run(engine, clip).patches
    assert len(again) == len(finished.patches)
    assert all(map(same, again, finished.patches))


def test_a_run_goes_on_from_every_checkpoint_as_if_it_had_not_stopped(engine, clip, finished):
    checkpoints = finished.of(Checkpoint)
    assert checkpoints
    for checkpoint in (checkpoints[0], checkpoints[len(checkpoints) // 2], checkpoints[-1]):
        rest = finished.patches[checkpoint.patches :]
        resumed = run(engine, clip, resume=checkpoint.state).patches
        assert len(resumed) == len(rest)
        assert all(map(same, resumed, rest))


@pytest.mark.parametrize("state", [b"", b"{}", b"\x80\x04nonsense", b'{"schema": 7}', b"[]"])
def test_a_state_that_no_checkpoint_made_is_refused(engine, clip, state):
    with pytest.raises(BadInput):
        run(engine, clip, resume=state)


def test_a_clip_with_nothing_to_fill_gives_nothing(engine):
    extent = engine.info().canvas or ANY_SIZE
    frames = [textured_world(extent)] * 2
    keep = [np.zeros(extent.shape, np.bool_)] * 2
    assert run(engine, holed_clip(frames, keep)).patches == []


def test_a_run_that_is_cancelled_before_it_starts_does_nothing(engine, clip):
    with pytest.raises(Cancelled):
        run(engine, clip, cancelled=lambda: True)


def test_a_run_stops_soon_after_it_is_cancelled(engine, clip):
    taken: list[Patch] = []
    params = complete_params(engine.info().params, GIVEN.get(engine.info().id, {}))
    patches = engine.run(
        clip,
        "",
        params,
        resume=None,
        on_event=lambda _: None,
        cancelled=lambda: bool(taken),
    )
    with pytest.raises(Cancelled):
        taken.extend(iter(lambda: next(patches), None))
