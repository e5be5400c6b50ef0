"""The blob store's quota: what goes, and what never does."""

import os
import sqlite3

import pytest

from void_studio.core import Extent, NotPresent, Rect, Refused, digest_bytes
from void_studio.jobs import JobSpec, JobState, JobStore, PatchEntry
from void_studio.media import CanvasManifest
from void_studio.worker.blobs import BlobStore
from void_studio.worker.faults import QueueFull
from void_studio.worker.room import BlobRoom

KB = 1000


@pytest.fixture
def blobs(tmp_path):
    return BlobStore(tmp_path / "blobs")


@pytest.fixture
def jobs(tmp_path):
    store = JobStore(tmp_path / "jobs.sqlite")
    yield store
    store.close()


def blob(number, size=KB):
    return number.to_bytes(4, "big") * (size // 4)


def stored(blobs, number, used_at_s):
    digest = blobs.put(blob(number))
    os.utime(blobs.folder / digest[:2] / digest, (used_at_s, used_at_s))
    return digest


def job_on(jobs, blobs, pixels, quadmask, **options):
    manifest = CanvasManifest(Extent(8, 8), 8, (pixels,), (quadmask,))
    spec = JobSpec.of("invert", {}, blobs.put(manifest.encode()), **options)
    return jobs.submit("request", spec, "build")[0]


def succeed(jobs, blobs, job, patch):
    jobs.claim()
    jobs.add_patch(job.id, 0, PatchEntry(0, Rect(0, 0, 1, 1), patch, None))
    manifest = blobs.put(b"result of " + job.id.encode())
    jobs.finish(job.id, manifest)
    jobs.release(job.id)
    return manifest


def admit(room, number):
    room.admit(digest_bytes(blob(number)), KB)


def test_the_longest_unused_goes_first(blobs, jobs):
    old, older, new = (stored(blobs, n, at) for n, at in ((1, 2000), (2, 1000), (3, 3000)))
    admit(BlobRoom(blobs, jobs, 3 * KB), 4)
    assert blobs.missing([old, older, new]) == (older,)


def test_asking_for_a_blob_is_use(blobs, jobs):
    first, second = stored(blobs, 1, 1000), stored(blobs, 2, 2000)
    with blobs.open(first):
        pass
    admit(BlobRoom(blobs, jobs, 2 * KB), 3)
    assert blobs.missing([first, second]) == (second,)


def test_what_an_unfinished_job_needs_never_goes(blobs, jobs):
    pixels, quadmask, other = (stored(blobs, n, n) for n in (1, 2, 3))
    job = job_on(jobs, blobs, pixels, quadmask)
    room = BlobRoom(blobs, jobs, 4 * KB)
    admit(room, 4)
    assert blobs.missing([pixels, quadmask, job.spec.clip, other]) == (other,)
    with pytest.raises(QueueFull, match="blob store is full"):
        BlobRoom(blobs, jobs, 3 * KB).admit(digest_bytes(blob(5)), KB)
    assert blobs.missing([pixels, quadmask, job.spec.clip]) == ()


def test_a_running_jobs_checkpoint_and_patches_never_go(blobs, jobs):
    pixels, quadmask, patch, state = (stored(blobs, n, n) for n in (1, 2, 3, 4))
    job = job_on(jobs, blobs, pixels, quadmask)
    jobs.claim()
    jobs.add_patch(job.id, 0, PatchEntry(0, Rect(0, 0, 1, 1), patch, None))
    jobs.set_checkpoint(job.id, state, 1)
    with pytest.raises(QueueFull):
        admit(BlobRoom(blobs, jobs, KB), 5)
    assert blobs.missing([pixels, quadmask, patch, state]) == ()


def test_a_patch_that_the_child_has_not_told_of_yet_stays(blobs, jobs):
    pixels, quadmask = (stored(blobs, n, n) for n in (1, 2))
    job_on(jobs, blobs, pixels, quadmask)
    jobs.claim()
    untold = blobs.put(blob(3))
    with pytest.raises(QueueFull):
        admit(BlobRoom(blobs, jobs, KB), 4)
    assert blobs.missing([untold]) == ()


def test_what_was_promised_stays_until_its_job_is_there(blobs, jobs):
    first, second = (stored(blobs, n, n) for n in (1, 2))
    room = BlobRoom(blobs, jobs, 2 * KB)
    room.promise([first, second])
    with pytest.raises(QueueFull):
        admit(room, 3)
    room.settle([first])
    admit(room, 3)
    assert blobs.missing([first, second]) == (first,)


def test_an_upload_larger_than_the_quota_is_refused_and_does_not_eat_itself(blobs, jobs):
    room = BlobRoom(blobs, jobs, 3 * KB)
    sent = []
    for number in range(3):
        admit(room, number)
        sent.append(blobs.put(blob(number)))
    with pytest.raises(QueueFull):
        admit(room, 3)
    assert blobs.missing(sent) == ()


def test_a_result_stays_until_it_was_fetched_and_a_day_more(blobs, jobs, tmp_path):
    pixels, quadmask, patch = (stored(blobs, n, n) for n in (1, 2, 3))
    job = job_on(jobs, blobs, pixels, quadmask)
    manifest = succeed(jobs, blobs, job, patch)

    def evict():
        with pytest.raises(QueueFull):
            BlobRoom(blobs, jobs, KB).admit(digest_bytes(blob(9, 2 * KB)), 2 * KB)

    evict()
    assert set(blobs.missing([pixels, patch, manifest])) == {pixels}
    assert jobs.mark_fetched(job.id).fetched_at == jobs.mark_fetched(job.id).fetched_at
    evict()
    assert blobs.missing([patch, manifest]) == ()
    with sqlite3.connect(tmp_path / "jobs.sqlite") as db:
        db.execute("UPDATE jobs SET fetched_at = '2020-01-01T00:00:00+00:00'")
    db.close()
    evict()
    assert set(blobs.missing([patch, manifest])) == {patch, manifest}


def test_only_a_job_with_a_result_can_be_fetched(blobs, jobs):
    job = job_on(jobs, blobs, stored(blobs, 1, 1), stored(blobs, 2, 2))
    with pytest.raises(Refused, match="no result"):
        jobs.mark_fetched(job.id)


def test_deleting_a_job_frees_what_no_other_job_needs(blobs, jobs):
    own, shared, mine, ours = (stored(blobs, n, n) for n in (1, 2, 3, 4))
    job = job_on(jobs, blobs, own, shared)
    manifest = succeed(jobs, blobs, job, mine)
    waiting = job_on(jobs, blobs, ours, shared)
    room = BlobRoom(blobs, jobs, 100 * KB)
    room.forget(job.id)
    gone = {own, mine, manifest, job.spec.clip}
    assert set(blobs.missing([*gone, shared, ours, waiting.spec.clip])) == gone
    with pytest.raises(NotPresent):
        room.forget(job.id)
    with pytest.raises(Refused, match="not ended"):
        room.forget(waiting.id)
    assert jobs.job(waiting.id).state is JobState.QUEUED


def test_a_job_store_of_the_release_before_is_taken_over(blobs, tmp_path):
    path = tmp_path / "old.sqlite"
    store = JobStore(path)
    job = job_on(store, blobs, stored(blobs, 1, 1), stored(blobs, 2, 2))
    store.close()
    with sqlite3.connect(path) as db:
        db.execute("ALTER TABLE jobs DROP COLUMN fetched_at")
        db.execute("PRAGMA user_version = 1")
    db.close()
    store = JobStore(path)
    try:
        assert store.job(job.id) == job
    finally:
        store.close()
