"""`jobs`, against a box over TLS; broken links; results kept and freed."""

import os

import numpy as np
import psutil
import pytest

from tests.box import Box
from tests.e2e.studio import checked, studio
from tests.link import Link
from tests.worker_parts import Sent, WorkerProcess, canvas_frames, run_to_end, states, submit, until
from void_studio.core import Refused, digest_bytes
from void_studio.jobs import JobState, ResultManifest
from void_studio.media import CanvasClip
from void_studio.worker.client import connect_to


@pytest.fixture(scope="module")
def box(tmp_path_factory):
    folder = tmp_path_factory.mktemp("box")
    before = os.environ.get("VOID_STUDIO_CONFIG")
    os.environ["VOID_STUDIO_CONFIG"] = str(folder / "config")
    with Box(folder / "state") as box:
        pairing = box.pairing
        added = studio(
            *("worker", "add", "box", box.address, "--token", pairing["token"]),
            *("--fingerprint", pairing["fingerprint"]),
        )
        assert added.code == 0, added.err
        yield box
    if before is None:
        del os.environ["VOID_STUDIO_CONFIG"]
    else:
        os.environ["VOID_STUDIO_CONFIG"] = before


def stored(worker):
    return {path.name for path in (worker.record.parent / "blobs").rglob("*") if path.is_file()}


def test_a_job_is_listed_watched_fetched_and_deleted(box, tmp_path):
    with box.runner() as runner:
        job_id = submit(runner, Sent(runner, seed=11).spec())
        run_to_end(runner, job_id)
        watched = checked("jobs_watch", "jobs", "watch", job_id, "--worker", "box")
        assert (watched["id"], watched["state"], watched["fetched_at"]) == (
            job_id,
            "succeeded",
            None,
        )
        listed = checked("jobs_list", "jobs", "list", "--worker", "box")
        assert watched in listed["jobs"]
        out = tmp_path / "patches"
        words = ("jobs", "fetch", job_id, "--worker", "box", "--out", out)
        fetched = checked("jobs_fetch", *words)
        assert fetched["job"]["fetched_at"]
        manifest = ResultManifest.decode((out / "result.json").read_bytes())
        assert len(manifest.patches) == len(fetched["patches"]) == 6
        for entry, told in zip(manifest.patches, fetched["patches"], strict=True):
            pixels = np.load(out / told["file"])
            assert pixels.shape == (entry.rect.height, entry.rect.width, 3)
        again = checked("jobs_fetch", *words)
        assert again["job"] == fetched["job"]
        checked("jobs_delete", "jobs", "delete", job_id, "--worker", "box")
        digests = {entry.pixels for entry in manifest.patches} | {manifest.digest}
        assert not digests & stored(box)
    gone = studio("jobs", "watch", job_id, "--worker", "box")
    assert gone.code == 4
    assert f"{job_id}: no such job on this worker" in gone.err


def test_a_job_is_cancelled_and_a_job_without_a_result_can_not_be_fetched(box, tmp_path):
    with box.runner() as runner:
        spec = Sent(runner, seed=12).spec(hold_at=1, gate=str(tmp_path / "gate"))
        job_id = submit(runner, spec)
        until(lambda: runner.job(job_id).state is JobState.RUNNING)
        early = studio("jobs", "fetch", job_id, "--worker", "box", "--out", tmp_path / "out")
        assert early.code == 6
        assert "the job is running and has no result; watch it until it is done" in early.err
        assert studio("jobs", "delete", job_id, "--worker", "box").code == 6
        checked("jobs_cancel", "jobs", "cancel", job_id, "--worker", "box")
        assert states(run_to_end(runner, job_id))[-1] is JobState.CANCELLED
    assert not (tmp_path / "out").exists()


def test_watching_a_job_that_failed_tells_why(box):
    with box.runner() as runner:
        job_id = submit(runner, Sent(runner, seed=13).spec(refuse_at=0))
        run_to_end(runner, job_id)
    told = studio("jobs", "watch", job_id, "--worker", "box")
    assert told.code == 7
    assert f"{job_id}: as told; tell otherwise" in told.err


def test_an_upload_goes_on_after_the_link_was_cut_without_sending_a_blob_twice(tmp_path):
    random = np.random.default_rng(3)
    sent = [random.bytes(300_000) for _ in range(12)]
    with WorkerProcess(tmp_path / "state") as worker, Link(worker.address) as link:
        link.cut_after = 1_700_000
        with connect_to(link.address, worker.token) as runner:
            for blob in sent:
                runner.put(blob)
            assert runner.missing([digest_bytes(blob) for blob in sent]) == frozenset()
        assert link.cuts >= 1
        assert link.up_bytes < sum(map(len, sent)) + 2 * 300_000


def test_an_upload_that_was_given_up_goes_on_with_what_is_missing(tmp_path):
    frames, mattes = canvas_frames(8, seed=5)
    clip = CanvasClip.from_arrays(frames, mattes)
    digests = sorted(clip.manifest.digests)
    with WorkerProcess(tmp_path / "state") as worker:
        with worker.runner() as first:
            for digest in digests[:5]:
                first.put(clip._fetch(digest))
        worker.kill()
        with WorkerProcess(tmp_path / "state") as back, back.runner() as second:
            assert second.missing(digests) == set(digests[5:])
            job_id = submit(second, Sent(second, count=8, seed=5).spec())
            assert states(run_to_end(second, job_id))[-1] is JobState.SUCCEEDED


def test_watching_goes_on_after_the_link_was_cut(tmp_path):
    gate = tmp_path / "gate"
    with (
        WorkerProcess(tmp_path / "state") as worker,
        Link(worker.address) as link,
        connect_to(link.address, worker.token) as runner,
    ):
        job_id = submit(runner, Sent(runner).spec(hold_at=3, gate=str(gate)))
        seen = []
        for event in runner.events(job_id):
            seen.append(event.seq)
            if len(seen) == 4:
                link.cut()
                gate.touch()
        assert seen == list(range(1, len(seen) + 1))
        assert link.cuts >= 1
        assert runner.job(job_id).state is JobState.SUCCEEDED


def test_a_store_that_is_full_of_what_is_being_sent_says_so_and_takes_no_more(tmp_path):
    with (
        WorkerProcess(tmp_path / "state", "--quota-gb", "0.0002") as worker,
        worker.runner() as runner,
    ):
        sent = [runner.put(os.urandom(60_000)) for _ in range(3)]
        with pytest.raises(Refused, match="blob store is full"):
            runner.put(os.urandom(60_000))
        assert runner.missing(sent) == frozenset()
        assert stored(worker) == set(sent)


def test_a_render_process_without_work_ends_and_the_next_job_gets_a_new_one(tmp_path):
    with (
        WorkerProcess(tmp_path / "state", "--child-idle-s", "0.2") as worker,
        worker.runner() as runner,
    ):
        front = psutil.Process(worker.process.pid)
        for seed in (1, 2):
            job_id = submit(runner, Sent(runner, seed=seed).spec())
            assert states(run_to_end(runner, job_id))[-1] is JobState.SUCCEEDED
            until(lambda: not front.children(recursive=True))
