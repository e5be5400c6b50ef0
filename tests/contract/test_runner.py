"""What every Runner promises, over a real worker process on loopback."""

import threading
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.worker_parts import (
    Sent,
    WorkerProcess,
    executor_words,
    run_to_end,
    states,
    submit,
)
from void_studio.core import (
    BadInput,
    NotPresent,
    Refused,
    UsageError,
    WorkerLost,
    digest_bytes,
)
from void_studio.engine import Checkpoint, Exactness, Log, Stage
from void_studio.jobs import (
    EncodedPreview,
    Failed,
    JobSpec,
    JobState,
    Result,
    ResultManifest,
    TimedProgress,
)
from void_studio.media import CanvasManifest, pack_array, unpack_array
from void_studio.worker.client import connect_to


@pytest.fixture(scope="module", params=["local", "ray"])
def worker(tmp_path_factory, request):
    state = tmp_path_factory.mktemp(request.param) / "state"
    with WorkerProcess(state, *executor_words(request.param)) as worker:
        yield worker


@pytest.fixture
def runner(worker):
    with worker.runner() as runner:
        yield runner


@pytest.fixture
def sent(runner):
    return Sent(runner)


def result_of(events):
    (result,) = [event.payload.manifest for event in events if isinstance(event.payload, Result)]
    return result


def failure_of(events):
    (failure,) = [event.payload for event in events if isinstance(event.payload, Failed)]
    assert states(events)[-1] is JobState.FAILED
    return failure


def wait_for_checkpoint(runner, job_id, patches):
    for event in runner.events(job_id):
        if isinstance(event.payload, Checkpoint) and event.payload.patches >= patches:
            return


# blobs


def test_a_blob_is_missing_until_it_is_put_and_then_comes_back(runner):
    blob = b"a blob of this test" * 100_000
    digest = digest_bytes(blob)
    assert runner.missing([digest]) == {digest}
    assert runner.put(blob) == digest
    assert runner.put(blob) == digest
    assert runner.missing([digest]) == frozenset()
    assert runner.get(digest) == blob


def test_an_empty_blob_and_one_of_exactly_a_chunk_come_back(runner):
    for blob in (b"", bytes(1 << 20), bytes((1 << 20) + 1)):
        assert runner.get(runner.put(blob)) == blob


def test_many_digests_are_asked_for_in_one_call(runner):
    digests = [digest_bytes(b"%d" % number) for number in range(20_000)]
    assert runner.missing(digests) == frozenset(digests)


def test_a_blob_that_is_not_there_is_named(runner):
    with pytest.raises(NotPresent, match=digest_bytes(b"nowhere")[:12]):
        runner.get(digest_bytes(b"nowhere"))


@pytest.mark.parametrize("digest", ["", "../../etc/passwd", "0" * 63, "G" * 64, "0" * 65])
def test_what_is_no_digest_never_becomes_a_path(runner, digest):
    with pytest.raises(BadInput, match="not a digest"):
        runner.get(digest)
    with pytest.raises(BadInput, match="not a digest"):
        runner.missing([digest])


def test_two_threads_may_put_the_same_blobs(runner):
    blobs = [bytes([number]) * 300_000 for number in range(8)]
    threads = [
        threading.Thread(target=lambda: [runner.put(blob) for blob in blobs]) for _ in range(2)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(runner.get(digest_bytes(blob)) == blob for blob in blobs)


# jobs


def test_a_job_tells_its_events_in_order_and_gives_its_patches(runner, sent):
    events = run_to_end(runner, submit(runner, sent.spec(gain=0.5)))
    assert [event.seq for event in events] == list(range(1, len(events) + 1))
    assert states(events) == [JobState.QUEUED, JobState.RUNNING, JobState.SUCCEEDED]
    payloads = [event.payload for event in events]
    assert Stage("inverting") in payloads
    assert Log("starting at frame 0") in payloads
    progress = [payload for payload in payloads if isinstance(payload, TimedProgress)]
    assert (progress[-1].done, progress[-1].total) == (6, 6)
    preview = next(payload for payload in payloads if isinstance(payload, EncodedPreview))
    assert preview.frame == 0
    assert preview.image.startswith(b"\xff\xd8")
    manifest = ResultManifest.decode(runner.get(result_of(events)))
    assert manifest.build == runner.capabilities().build
    assert [entry.frame for entry in manifest.patches] == list(range(6))
    for entry in manifest.patches:
        pixels = unpack_array(runner.get(entry.pixels))
        plate = sent.frames[entry.frame][entry.rect.slices].astype(np.uint16) * 257
        assert np.array_equal(pixels, ((65535 - plate) * 0.5).astype(np.uint16))
        assert (unpack_array(runner.get(entry.confidence)) == 255).all()


def test_events_can_be_watched_again_from_any_number(runner, sent):
    job_id = submit(runner, sent.spec(gain=0.25))
    events = run_to_end(runner, job_id)
    seqs = [event.seq for event in events]
    assert [event.seq for event in run_to_end(runner, job_id, since=4)] == seqs[4:]
    assert run_to_end(runner, job_id, since=seqs[-1]) == []
    assert run_to_end(runner, job_id, since=seqs[-1] + 100) == []


def test_an_equal_spec_is_the_same_job_unless_again(runner, sent):
    first = submit(runner, sent.spec(gain=0.75))
    assert submit(runner, sent.spec(gain=0.75)) == first
    run_to_end(runner, first)
    assert submit(runner, sent.spec(gain=0.75)) == first
    second = submit(runner, sent.spec(gain=0.75), again=True)
    assert second != first
    assert runner.job(second).attempt == runner.job(first).attempt + 1
    assert result_of(run_to_end(runner, second)) == result_of(run_to_end(runner, first))


def test_a_running_job_stops_when_asked_and_the_next_one_runs(runner, sent, tmp_path):
    job_id = submit(runner, sent.spec(hold_at=3, gate=str(tmp_path / "never")))
    wait_for_checkpoint(runner, job_id, 3)
    runner.cancel(job_id)
    assert states(run_to_end(runner, job_id))[-1] is JobState.CANCELLED
    runner.cancel(job_id)
    after = run_to_end(runner, submit(runner, sent.spec(), again=True))
    assert states(after)[-1] is JobState.SUCCEEDED


def test_a_second_cancel_ends_an_engine_that_does_not_listen(runner, sent, tmp_path):
    spec = sent.spec(hold_at=2, gate=str(tmp_path / "never"), deaf=True)
    job_id = submit(runner, spec)
    wait_for_checkpoint(runner, job_id, 2)
    runner.cancel(job_id)
    assert runner.job(job_id).state is JobState.RUNNING
    runner.cancel(job_id)
    assert states(run_to_end(runner, job_id))[-1] is JobState.CANCELLED
    after = run_to_end(runner, submit(runner, sent.spec(), again=True))
    assert states(after)[-1] is JobState.SUCCEEDED


def test_a_queued_job_is_cancelled_without_being_begun(runner, sent, tmp_path):
    gate = tmp_path / "gate"
    running = submit(runner, sent.spec(hold_at=0, gate=str(gate)))
    waiting = submit(runner, sent.spec(gain=1.5))
    runner.cancel(waiting)
    assert states(run_to_end(runner, waiting)) == [JobState.QUEUED, JobState.CANCELLED]
    gate.touch()
    assert states(run_to_end(runner, running))[-1] is JobState.SUCCEEDED


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({"crash_at": 3}, "the render process was"),
        ({"raise_at": 3}, "ZeroDivisionError: as told"),
        ({"refuse_at": 3}, "as told; tell otherwise"),
        ({"lose_at": 3}, "the device stopped computing, as told"),
        ({"bad_patch_at": 3}, "bad patch 3"),
    ],
)
def test_a_job_that_goes_wrong_fails_alone_with_its_log(runner, sent, params, message):
    failure = failure_of(run_to_end(runner, submit(runner, sent.spec(**params))))
    assert message in failure.message
    log = Path(failure.log).read_text()
    assert message in log
    assert "a library that prints to stdout" in log
    after = run_to_end(runner, submit(runner, sent.spec(), again=True))
    assert states(after)[-1] is JobState.SUCCEEDED


def ran_of(runner, job_id):
    return dict(ResultManifest.decode(runner.get(result_of(run_to_end(runner, job_id)))).ran)


@pytest.mark.parametrize("allow", list(Exactness))
def test_what_is_allowed_reaches_the_engine_and_what_ran_is_in_the_result(runner, sent, allow):
    spec = replace(sent.spec(gain=0.75), allow=allow)
    assert ran_of(runner, submit(runner, spec))["allow"] == allow.value


def test_where_the_device_is_lost_the_next_job_gets_a_new_process(runner, sent):
    before = ran_of(runner, submit(runner, sent.spec(), again=True))["process"]
    failure_of(run_to_end(runner, submit(runner, sent.spec(lose_at=2), again=True)))
    assert ran_of(runner, submit(runner, sent.spec(), again=True))["process"] != before


def test_a_failed_job_that_is_submitted_again_is_a_new_attempt(runner, sent):
    first = submit(runner, sent.spec(raise_at=1))
    run_to_end(runner, first)
    second = submit(runner, sent.spec(raise_at=1))
    assert second != first
    failure_of(run_to_end(runner, second))


def test_jobs_are_listed_and_those_that_ended_can_be_forgotten(runner, sent, tmp_path):
    gate = tmp_path / "gate"
    job_id = submit(runner, sent.spec(hold_at=1, gate=str(gate)))
    assert runner.jobs()[0].id == job_id
    assert runner.jobs()[0].spec.clip == sent.manifest.digest
    with pytest.raises(Refused, match="has not ended"):
        runner.delete(job_id)
    gate.touch()
    run_to_end(runner, job_id)
    runner.delete(job_id)
    with pytest.raises(NotPresent):
        runner.job(job_id)
    with pytest.raises(NotPresent):
        run_to_end(runner, job_id)


def test_capabilities_name_engines_segmenters_and_a_device(runner):
    offered = runner.capabilities()
    engine = next(info for info in offered.engines if info.id == "invert")
    assert {"gain", "gate", "seed"} <= {spec.name for spec in engine.params}
    assert engine.params[0].high == 2.0
    assert engine.canvas is None
    assert "broken" not in [info.id for info in offered.engines]
    assert "colour" in offered.segmenters
    assert [device.id for device in offered.devices] == ["cpu:0"]
    assert offered.worker_id.startswith("worker-")


# bad input


def test_a_spec_that_does_not_fit_is_refused_with_what_would(runner, sent):
    clip = sent.manifest.digest
    for spec, words in [
        (JobSpec.of("nothing", {}, clip), "it has: "),
        (JobSpec.of("broken", {}, clip), "switched off"),
        (JobSpec.of("invert", {"gain": 9.0}, clip), "0.0 to 2.0"),
        (JobSpec.of("invert", {"gain": "much"}, clip), "not float"),
        (JobSpec.of("invert", {"gian": 1.0}, clip), "unknown parameter"),
        (JobSpec.of("invert", {"hold_at": 1 << 70}, clip), "can not be sent"),
        (JobSpec.of("invert", {"gain": float("nan")}, clip), "malformed"),
        (JobSpec.of("invert", {}, "no digest"), "malformed"),
        (JobSpec.of("invert", {}, clip, prompt="x" * 10_000), "malformed"),
    ]:
        with pytest.raises((UsageError, BadInput, NotPresent), match=words):
            submit(runner, spec)
    with pytest.raises(BadInput, match="request id"):
        runner.submit("", sent.spec())


def test_a_clip_that_is_not_all_there_is_refused(runner, sent):
    with pytest.raises(Refused, match="manifest is not here"):
        submit(runner, JobSpec.of("invert", {}, digest_bytes(b"nowhere")))
    lacking = CanvasManifest(
        sent.manifest.extent,
        8,
        (digest_bytes(b"a"), digest_bytes(b"b")),
        sent.manifest.quadmask[:2],
    )
    with pytest.raises(Refused, match="2 of the clip's 4 blobs"):
        submit(runner, JobSpec.of("invert", {}, runner.put(lacking.encode())))


@pytest.mark.parametrize(
    "manifest",
    [b"", b"[]", b"{}", b"\xff\xfe", b'{"schema": "void_studio.canvas.1"}', b"[" * 100_000],
)
def test_a_malformed_manifest_is_refused(runner, manifest):
    with pytest.raises(BadInput, match="manifest"):
        submit(runner, JobSpec.of("invert", {}, runner.put(manifest)))


def test_a_clip_of_blobs_that_are_no_pixels_fails_its_job(runner, sent):
    nonsense = runner.put(b"these are no pixels")
    other = runner.put(pack_array(np.zeros((7, 9, 3), np.uint8)))
    for blob, words in [(nonsense, "damaged"), (other, "(7, 9, 3)")]:
        manifest = CanvasManifest(sent.manifest.extent, 8, (blob,), sent.manifest.quadmask[:1])
        job_id = submit(runner, JobSpec.of("invert", {}, runner.put(manifest.encode())))
        assert words in failure_of(run_to_end(runner, job_id)).message


def test_an_unknown_job_is_named_by_every_call(runner):
    for call in (runner.job, runner.cancel, runner.delete, lambda id_: run_to_end(runner, id_)):
        with pytest.raises(NotPresent, match="job-0123456789abcdef"):
            call("job-0123456789abcdef")


# the token, and the link


@pytest.mark.parametrize("token", ["", "wrong", "Bearer"])
def test_a_wrong_token_is_refused_by_every_call(worker, token):
    with connect_to(worker.address, token) as stranger:
        for call in (
            stranger.capabilities,
            lambda: stranger.missing([digest_bytes(b"x")]),
            lambda: stranger.put(b"x"),
            lambda: stranger.get(digest_bytes(b"x")),
            lambda: stranger.job("job-0123456789abcdef"),
            stranger.jobs,
            lambda: run_to_end(stranger, "job-0123456789abcdef"),
        ):
            with pytest.raises(Refused, match="token"):
                call()


def test_a_worker_that_is_not_there_is_lost():
    with connect_to("127.0.0.1:9", "token", patience_s=0.1) as runner:
        with pytest.raises(WorkerLost, match=r"127\.0\.0\.1:9: .*can not be reached"):
            runner.capabilities()
        with pytest.raises(WorkerLost):
            runner.put(b"x")
        with pytest.raises(WorkerLost):
            run_to_end(runner, "job-0123456789abcdef")


@pytest.mark.parametrize("end", [WorkerProcess.kill, WorkerProcess.terminate])
def test_a_job_goes_on_from_its_checkpoint_when_the_worker_is_restarted(tmp_path, end):
    gate, state = tmp_path / "gate", tmp_path / "state"
    with WorkerProcess(state) as first, first.runner() as runner:
        sent = Sent(runner, count=8)
        whole = submit(runner, sent.spec())
        expected = ResultManifest.decode(runner.get(result_of(run_to_end(runner, whole))))
        job_id = submit(runner, sent.spec(hold_at=5, gate=str(gate)))
        queued = submit(runner, sent.spec(gain=0.5))
        wait_for_checkpoint(runner, job_id, 5)
        end(first)
    gate.touch()
    with WorkerProcess(state) as second, second.runner() as runner:
        events = run_to_end(runner, job_id)
        assert [event.seq for event in events] == list(range(1, len(events) + 1))
        assert states(events) == [JobState.QUEUED, JobState.RUNNING, JobState.SUCCEEDED]
        payloads = [event.payload for event in events]
        assert Log("starting at frame 0") in payloads
        assert Log("starting at frame 5") in payloads
        manifest = ResultManifest.decode(runner.get(result_of(events)))
        assert manifest.patches == expected.patches
        assert all(runner.get(entry.pixels) for entry in manifest.patches)
        assert states(run_to_end(runner, queued))[-1] is JobState.SUCCEEDED


def test_a_watcher_takes_up_the_events_when_the_worker_is_back_on_its_port(tmp_path):
    gate, state = tmp_path / "gate", tmp_path / "state"
    with WorkerProcess(state) as first:
        address = first.address
        with first.runner() as runner:
            job_id = submit(runner, Sent(runner).spec(hold_at=2, gate=str(gate)))
            wait_for_checkpoint(runner, job_id, 2)
        token = first.token
        seen = []
        watching = connect_to(address, token, patience_s=60.0)
        events = watching.events(job_id)
        seen.append(next(events))
        first.kill()
    gate.touch()
    with WorkerProcess(state, "--listen", address) as second:
        watching._metadata = (("authorization", f"Bearer {second.token}"),)
        seen.extend(events)
        watching.close()
    assert [event.seq for event in seen] == list(range(1, len(seen) + 1))
    assert states(seen)[-1] is JobState.SUCCEEDED


def test_a_lost_worker_ends_the_event_stream_with_one_line(tmp_path):
    with WorkerProcess(tmp_path / "state") as worker, worker.runner(patience_s=0.5) as runner:
        spec = Sent(runner).spec(hold_at=1, gate=str(tmp_path / "never"))
        job_id = submit(runner, spec)
        events = runner.events(job_id)
        next(events)
        worker.kill()
        with pytest.raises(WorkerLost):
            list(events)


def test_a_result_whose_blobs_are_gone_is_rendered_anew(tmp_path):
    state = tmp_path / "state"
    with WorkerProcess(state) as worker, worker.runner() as runner:
        sent = Sent(runner)
        first = submit(runner, sent.spec())
        digest = result_of(run_to_end(runner, first))
        (state / "blobs" / digest[:2] / digest).unlink()
        second = submit(runner, sent.spec())
        assert second != first
        assert result_of(run_to_end(runner, second)) == digest
        assert not runner.missing([digest])
