"""The VOID engines run jobs on a tiny model with random weights."""

import pytest

for _needed in ("torch", "diffusers", "transformers", "sentencepiece"):
    pytest.importorskip(_needed, reason=f"the VOID engine needs {_needed}")

import numpy as np

from tests.tiny_void import make_tiny_weights
from tests.void_runs import one_thread
from void_studio.api import Kind, new_registry
from void_studio.core import StudioError
from void_studio.engine import Checkpoint, Log, Progress, Ran, Stage, complete_params
from void_studio.media import CanvasClip

GIVEN = {"steps": 2, "window": 13, "overlap": 0}


@pytest.fixture(scope="module")
def weights(tmp_path_factory):
    with one_thread():
        yield make_tiny_weights(tmp_path_factory.mktemp("weights"))


@pytest.mark.parametrize(("id_", "more"), [("void", {}), ("void:2", {"second_steps": 2})])
def test_a_job_gives_patches_for_the_frames_with_a_fill(weights, monkeypatch, id_, more):
    monkeypatch.setenv("VOID_STUDIO_WEIGHTS", str(weights))
    engine = new_registry().load(Kind.ENGINE, id_)
    assert engine.info().id == id_
    mattes = [np.full((32, 48), 255, np.uint8) for _ in range(5)]
    for frame in (0, 1, 3):
        mattes[frame][4:20, 8:30] = 0
    clip = CanvasClip.from_arrays([np.full((32, 48, 3), 90, np.uint8)] * 5, mattes)

    def run(resume=None):
        events = []
        patches = engine.run(
            clip,
            "an empty street",
            complete_params(engine.info().params, GIVEN | more),
            resume=resume,
            on_event=events.append,
            cancelled=lambda: False,
        )
        return list(patches), events

    patches, events = run()
    assert [patch.frame for patch in patches] == [0, 1, 3]
    logs = [event.message for event in events if isinstance(event, Log)]
    assert "the model was not trained on a canvas of 48x32" in logs
    assert any(line.startswith("loaded: transformer 1") for line in logs)
    (ran,) = [dict(event.facts) for event in events if isinstance(event, Ran)]
    assert (ran["plan"], ran["tier"], ran["passes"]) == ("A", "exact", 2 if more else 1)
    progress = [event for event in events if isinstance(event, Progress)]
    assert progress[-1].done == progress[-1].total
    kept = [event for event in events if isinstance(event, Checkpoint)]
    again, _ = run(kept[-1].state)
    assert all(np.array_equal(a.pixels, b.pixels) for a, b in zip(patches, again, strict=True))


def test_a_clip_with_nothing_to_fill_gives_nothing(weights, monkeypatch):
    monkeypatch.setenv("VOID_STUDIO_WEIGHTS", str(weights))
    engine = new_registry().load(Kind.ENGINE, "void")
    keep = np.full((32, 48), 255, np.uint8)
    clip = CanvasClip.from_arrays([np.zeros((32, 48, 3), np.uint8)] * 2, [keep] * 2)
    patches = engine.run(
        clip,
        "",
        complete_params(engine.info().params, {}),
        resume=None,
        on_event=lambda _: None,
        cancelled=lambda: False,
    )
    assert list(patches) == []


@pytest.mark.parametrize(
    ("given", "size", "error"),
    [({"tier": "fast"}, (32, 48), "tier fast gives near numbers"),
     ({"plan": "D"}, (32, 48), "plan D gives near numbers"),
     ({"fresh_first": 1, "fresh_last": 9}, (32, 48), "the clip has 2"),
     ({"steps": 61}, (32, 48), "runs past its end"),
     ({"window": 50}, (32, 48), "use 45"),
     ({}, (40, 48), "use 48x32")],
)  # fmt: skip
def test_what_can_not_be_done_is_told_before_the_models_are_loaded(
    weights, monkeypatch, given, size, error
):
    monkeypatch.setenv("VOID_STUDIO_WEIGHTS", str(weights))
    engine = new_registry().load(Kind.ENGINE, "void")
    black, gone = np.zeros((*size, 3), np.uint8), np.zeros(size, np.uint8)
    clip = CanvasClip.from_arrays([black] * 2, [gone] * 2)
    events = []
    with pytest.raises(StudioError, match=error):
        list(
            engine.run(
                clip,
                "a lime",
                complete_params(engine.info().params, GIVEN | given),
                resume=None,
                on_event=events.append,
                cancelled=lambda: False,
            )
        )
    assert Stage("loading the models") not in events
