"""Which worker is the best: engine, GPU for models, queue, memory, name."""

import pytest

from void_studio.app.choosing import best_of
from void_studio.core import Extent, NotPresent
from void_studio.engine import EngineInfo
from void_studio.jobs import Capabilities, Device

DRAFT = EngineInfo("draft", "Draft", None, (), "", "", False)
MODEL = EngineInfo("void", "VOID", Extent(672, 384), (), "", "", True)
GB = 10**9


def offer(*engines, jobs=0, free=8, gpus=0, off=()):
    devices = [Device("cpu:0", "cpu", 16 * GB, 8 * GB)]
    devices += [Device(f"cuda:{n}", "gpu", 24 * GB, free * GB) for n in range(gpus)]
    return Capabilities("w", "b", engines, (), tuple(devices), jobs, 0, dict(off))


def test_the_one_with_the_fewest_jobs_is_chosen_and_the_others_are_said():
    offers = {"a": offer(DRAFT, jobs=3), "b": offer(DRAFT, jobs=1), "c": offer(DRAFT, jobs=2)}
    choice = best_of("draft", offers, {"d": "the worker can not be reached"})
    assert choice.name == "b"
    assert choice.reason == (
        "has 1 job and 8.0 GB memory free; a has 3 jobs and 8.0 GB memory free;"
        " c has 2 jobs and 8.0 GB memory free; d: the worker can not be reached"
    )


def test_a_model_goes_to_a_gpu_even_when_it_has_more_to_do():
    offers = {"cpu": offer(MODEL), "gpu": offer(MODEL, jobs=2, gpus=1)}
    assert best_of("void", offers, {}).name == "gpu"
    assert best_of("draft", {"cpu": offer(DRAFT), "gpu": offer(DRAFT, jobs=2)}, {}).name == "cpu"


def test_of_two_that_have_nothing_to_do_the_one_with_more_free_memory_is_chosen():
    offers = {"a": offer(MODEL, gpus=1, free=8), "b": offer(MODEL, gpus=1, free=20)}
    choice = best_of("void", offers, {})
    assert (choice.name, choice.reason.split(";")[0]) == ("b", "has 0 jobs and 20.0 GB VRAM free")
    assert best_of("draft", {"z": offer(DRAFT), "y": offer(DRAFT)}, {}).name == "y"


def test_one_without_the_engine_is_never_chosen():
    offers = {"a": offer(DRAFT), "b": offer(DRAFT, MODEL, jobs=9, gpus=1)}
    choice = best_of("void", offers, {})
    assert choice.name == "b"
    assert choice.reason.endswith("; a: has no engine void")


def test_when_none_can_render_every_reason_is_told():
    offers = {"a": offer(DRAFT, off={"void": "weights are missing"}.items())}
    with pytest.raises(NotPresent) as caught:
        best_of("void", offers, {"b": "the worker can not be reached"})
    assert "a: weights are missing; b: the worker can not be reached" in caught.value.line()
    with pytest.raises(NotPresent):
        best_of("void", {}, {})


def test_a_batch_alternates_between_workers_that_have_nothing_to_do():
    offers = {"a": offer(DRAFT), "b": offer(DRAFT)}
    assert best_of("draft", offers, {}, {"a": 1}).name == "b"
    assert best_of("draft", offers, {}, {"a": 1, "b": 1}).name == "a"
