"""The same job with other weights is another job; what jobs took is known to estimates."""

import json
import os
from dataclasses import replace

import pytest

from tests.worker_parts import Sent, WorkerProcess, run_to_end, submit
from void_studio.core import Extent, Refused
from void_studio.engine import EngineInfo, complete_params, workload_of
from void_studio.engine.void.params import SPECS
from void_studio.jobs import JobState, JobStore, Rate
from void_studio.weights import content_of, identity_of, read_catalogue, stamp_of
from void_studio.worker.build import build_of
from void_studio.worker.rates import Rates
from void_studio.worker.run_clock import RunClock
from void_studio.worker.weights_of import check_weights, with_weights

INFO = EngineInfo("void", "VOID", None, (), "Apache-2.0", "?", True)
BASE = ("transformer", "vae", "text_encoder", "tokenizer", "scheduler")


@pytest.fixture
def weights(tmp_path, monkeypatch):
    monkeypatch.setenv("VOID_STUDIO_WEIGHTS", str(tmp_path))
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path / "cache"))
    for part in BASE:
        folder = tmp_path / "CogVideoX-Fun-V1.5-5b-InP" / part
        folder.mkdir(parents=True)
        (folder / "config.json").write_text(part)
    (tmp_path / "void-model").mkdir()
    (tmp_path / "void-model" / "void_pass1.safetensors").write_bytes(b"first" * 1000)
    return tmp_path


def test_other_weights_are_another_build_and_a_copy_is_the_same(weights, tmp_path_factory):
    catalogue = read_catalogue()
    before = with_weights(INFO)
    assert before.weights == identity_of(catalogue, "void")
    assert build_of("1.0", before) == f"1.0.{before.weights[:12]}"
    assert "CogVideoX License" in before.weights_licence
    os.utime(weights / "void-model" / "void_pass1.safetensors", (1, 1))
    assert identity_of(catalogue, "void") == before.weights
    check_weights("void", before.weights)
    (weights / "void-model" / "void_pass1.safetensors").write_bytes(b"other" * 1000)
    assert with_weights(INFO).weights != before.weights
    with pytest.raises(Refused, match="were changed while the worker ran"):
        check_weights("void", before.weights)


def test_a_large_file_is_told_by_samples_of_all_of_it(weights):
    found = read_catalogue().get("void-pass1")
    path = weights / "void-model" / "void_pass1.safetensors"
    data = bytearray(b"\x10\x00\x00\x00\x00\x00\x00\x00" + b'{"a":1}         ' + bytes(9 << 20))
    path.write_bytes(data)
    before = content_of(found, path.parent)
    for at in (30, 5 << 20, len(data) - 1):
        changed = bytearray(data)
        changed[at:] = b"\x01" * (len(data) - at)
        path.write_bytes(changed)
        assert content_of(found, path.parent) != before
    path.write_bytes(data + b"\x00")
    assert content_of(found, path.parent) != before


def test_an_engine_without_weights_keeps_the_plain_build():
    assert build_of("1.0", with_weights(EngineInfo("draft", "", None, (), "", "", False))) == "1.0"


def test_weights_that_come_or_go_are_noticed_without_reading_them(weights):
    catalogue = read_catalogue()
    before = stamp_of(catalogue)
    assert stamp_of(catalogue) == before
    (weights / "void-model" / "void_pass1.safetensors").unlink()
    assert stamp_of(catalogue) != before


def test_a_job_that_another_build_renders_is_a_job_of_that_build(tmp_path):
    from tests.worker_parts import canvas_frames
    from void_studio.jobs import JobSpec
    from void_studio.media import CanvasClip
    from void_studio.worker.attempt import Attempt
    from void_studio.worker.blobs import BlobStore
    from void_studio.worker.folders import StateFolder

    folder = StateFolder(tmp_path)
    folder.make()
    spec = JobSpec.of("void", {}, CanvasClip.from_arrays(*canvas_frames(1)).manifest.digest)
    jobs = JobStore(folder.jobs)
    jobs.submit("request", spec, "1.0.aaa")
    attempt = Attempt(jobs.claim(), jobs, BlobStore(folder.blobs), folder)
    assert attempt.resume("1.0.bbb") == (None, 0)
    assert jobs.job(attempt.job.id).build == "1.0.bbb"
    other, new = jobs.submit("request", spec, "1.0.aaa")
    assert new
    assert other.state is JobState.QUEUED
    jobs.close()


def test_what_a_job_took_is_told_and_outlives_the_worker(tmp_path):
    for _ in range(2):
        with WorkerProcess(tmp_path / "state") as worker, worker.runner() as runner:
            sent = Sent(runner)
            run_to_end(runner, submit(runner, sent.spec()))
            (rate,) = runner.capabilities().rates
            assert (rate.engine, rate.frames, rate.canvas) == ("invert", 6, Extent(32, 24))
            assert rate.amount == 6 * 32 * 24
            assert 0 < rate.seconds < 60
    assert len(json.loads((tmp_path / "state" / "rates.json").read_text())["rates"]) == 1


def test_rates_of_one_kind_replace_each_other_and_a_damaged_file_is_begun_anew(tmp_path, caplog):
    path = tmp_path / "rates.json"
    rates = Rates(path)
    first = Rate("void", "cpu:0", "tier=exact", Extent(8, 8), 5, 1e12, 10.0, 0.1)
    for rate in (first, replace(first, amount=2e12)):
        rates.keep(rate)
    assert [rate.amount for rate in Rates(path).all()] == [2e12]
    rates.keep(Rate("void", "cpu:0", "", Extent(8, 8), 5, float("nan"), 10.0, 0.1))
    assert len(rates.all()) == 1
    path.write_text('{"schema": "void_studio.rates.1", "rates": [{"canvas": [1, -1]}]}')
    assert Rates(path).all() == ()
    assert "malformed" in caplog.text


def test_the_clock_leaves_loading_out_and_counts_single_steps():
    clock = RunClock(0.0)
    clock.stage("loading the models", 1.0)
    clock.stage("denoising", 41.0)
    for done, now in ((1, 43.0), (2, 45.0), (3, 48.0), (4, 50.0), (9, 100.0)):
        clock.progress(done, now)
    clock.stage("decoding", 101.0)
    clock.progress(9, 130.0)
    assert clock.unit_s == 2.0
    assert clock.seconds(131.0) == 91.0


def test_work_is_counted_in_flop_for_void_and_in_samples_for_others():
    canvas = Extent(672, 384)
    params = complete_params(SPECS, {})
    work = workload_of("void", [True] * 85, canvas, params)
    assert (work.padded, work.windows, work.steps) == (85, 1, 30)
    assert 5.9e15 < work.amount < 6.1e15
    longer = workload_of("void", [True] * 197, canvas, params)
    assert (longer.padded, longer.windows) == (197, 3)
    assert workload_of("void", [False] * 9, canvas, params).frames == 0
    far = [False] * 400
    far[200] = True
    assert workload_of("void", far, canvas, params).frames == 171
    assert workload_of("draft", [False] * 9, canvas, {}).amount == 9 * 672 * 384
