import sqlite3

import pytest

from void_studio.core import NotPresent, Rect, Refused, digest_bytes
from void_studio.engine import Checkpoint, Exactness, Log, Stage
from void_studio.jobs import (
    EncodedPreview,
    Failed,
    JobSpec,
    JobState,
    JobStore,
    PatchEntry,
    Result,
    StateChanged,
    TimedProgress,
)

CLIP = digest_bytes(b"clip")


def spec(**params):
    return JobSpec.of("draft", params, CLIP, prompt="a wall", allow=Exactness.NEAR)


@pytest.fixture
def store(tmp_path):
    store = JobStore(tmp_path / "jobs.sqlite")
    yield store
    store.close()


def patch(frame):
    return PatchEntry(frame, Rect(1, 2, 3, 4), digest_bytes(b"%d" % frame), None)


def test_an_equal_spec_on_one_build_is_one_job(store):
    first, new = store.submit("r1", spec(a=1), "build")
    second, new_too = store.submit("r2", spec(a=1), "build")
    assert (new, new_too) == (True, False)
    assert first == second
    assert first.spec == spec(a=1)


def test_another_build_or_again_gives_a_new_attempt(store):
    first, _ = store.submit("r", spec(), "build 1")
    second, _ = store.submit("r", spec(), "build 2")
    third, _ = store.submit("r", spec(), "build 2", again=True)
    assert [job.attempt for job in (first, second, third)] == [1, 2, 3]
    assert len({first.id, second.id, third.id}) == 3


@pytest.mark.parametrize("end", [JobState.FAILED, JobState.CANCELLED])
def test_a_job_that_did_not_succeed_is_not_given_again(store, end):
    first, _ = store.submit("r", spec(), "build")
    if end is JobState.CANCELLED:
        store.ask_cancel(first.id)
    else:
        store.claim()
        store.move(first.id, end)
    second, new = store.submit("r", spec(), "build")
    assert new
    assert second.attempt == 2


def test_states_go_only_forward(store):
    job, _ = store.submit("r", spec(), "build")
    store.claim()
    with pytest.raises(Refused):
        store.move(job.id, JobState.QUEUED)
    store.finish(job.id, digest_bytes(b"result"))
    for state in JobState:
        with pytest.raises(Refused):
            store.move(job.id, state)
    assert store.job(job.id).state is JobState.SUCCEEDED
    assert store.result(job.id) == digest_bytes(b"result")


def test_every_payload_comes_back_as_it_was_numbered_without_gaps(store):
    job, _ = store.submit("r", spec(), "build")
    payloads = [
        Stage("aligning"),
        TimedProgress(1, 8, None),
        TimedProgress(2, 8, 1.5),
        EncodedPreview(3, b"jpeg"),
        Checkpoint(b"", 4),
        Log("hello"),
        Result(digest_bytes(b"x")),
        Failed("no", "/log"),
    ]
    for payload in payloads:
        store.append(job.id, payload)
    events = store.events(job.id)
    assert [event.seq for event in events] == list(range(1, 10))
    assert events[0].payload == StateChanged(JobState.QUEUED, 1)
    preview = events[4].payload
    assert isinstance(preview, EncodedPreview)
    assert (preview.frame, preview.image) == (3, b"jpeg")
    rest = [event.payload for event in events[1:] if event is not events[4]]
    assert rest == [payload for payload in payloads if not isinstance(payload, EncodedPreview)]
    assert [event.seq for event in store.events(job.id, 7)] == [8, 9]


def test_a_second_request_to_stop_is_counted_and_a_queued_job_stops_at_once(store):
    running, _ = store.submit("r", spec(a=1), "build")
    queued, _ = store.submit("r", spec(a=2), "build")
    store.claim()
    assert store.ask_cancel(queued.id).state is JobState.CANCELLED
    assert store.ask_cancel(running.id).cancels == 1
    assert store.ask_cancel(running.id).cancels == 2
    assert store.job(running.id).state is JobState.RUNNING
    assert store.ask_cancel(queued.id).state is JobState.CANCELLED


def test_after_a_restart_the_interrupted_job_is_claimed_before_the_queued_ones(tmp_path):
    path = tmp_path / "jobs.sqlite"
    store = JobStore(path)
    first, _ = store.submit("r", spec(a=1), "build")
    second, _ = store.submit("r", spec(a=2), "build")
    assert store.claim().id == first.id
    for position in range(3):
        store.add_patch(first.id, position, patch(position))
    store.set_checkpoint(first.id, digest_bytes(b"state"), 2)
    store.close()

    store = JobStore(path)
    assert store.counts() == (1, 1)
    again = store.claim()
    assert (again.id, again.starts, again.state) == (first.id, 2, JobState.RUNNING)
    assert store.rewind(first.id) == (digest_bytes(b"state"), 2)
    assert store.patches(first.id) == (patch(0), patch(1))
    assert store.claim().id == second.id
    assert store.claim() is None
    assert store.rewind(first.id, to_start=True) is None
    assert store.patches(first.id) == ()
    store.close()


def test_a_new_checkpoint_hands_back_the_one_before(store):
    job, _ = store.submit("r", spec(), "build")
    assert store.set_checkpoint(job.id, "a", 1) is None
    assert store.set_checkpoint(job.id, "b", 2) == "a"


def test_only_a_job_that_has_ended_can_be_forgotten(store):
    job, _ = store.submit("r", spec(), "build")
    store.claim()
    store.add_patch(job.id, 0, patch(0))
    with pytest.raises(Refused):
        store.delete(job.id)
    store.move(job.id, JobState.FAILED)
    store.delete(job.id)
    with pytest.raises(NotPresent):
        store.events(job.id)
    assert store.jobs() == ()
    assert store.patches(job.id) == ()


def test_an_unknown_job_is_named(store):
    with pytest.raises(NotPresent, match="job-0000000000000000"):
        store.job("job-0000000000000000")


def test_a_store_of_another_release_or_a_foreign_file_is_refused(tmp_path):
    newer = tmp_path / "newer.sqlite"
    db = sqlite3.connect(newer)
    db.execute("PRAGMA user_version = 99")
    db.close()
    with pytest.raises(Refused, match="version 99"):
        JobStore(newer)
    foreign = tmp_path / "foreign.sqlite"
    foreign.write_bytes(b"not a database, whatever its name says" * 100)
    with pytest.raises(Refused, match="can not be used"):
        JobStore(foreign)


def test_a_change_wakes_who_waits(store):
    version = store.version
    store.submit("r", spec(), "build")
    assert store.version != version
    store.wait(version, timeout_s=60)


def test_looking_for_work_in_vain_wakes_nobody(store):
    version = store.version
    assert store.claim() is None
    assert store.version == version


def test_a_claim_that_can_not_be_written_takes_no_job_and_the_store_goes_on(store):
    job, _ = store.submit("request", spec(), "build")
    (pages,) = store._db.execute("PRAGMA page_count").fetchone()
    store._db.execute(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(Refused, match="disk is full"):
        store.append(job.id, Log("x" * 100_000))
    with pytest.raises(Refused, match="disk is full"):
        until_full(store, job.id)
    store._db.execute("PRAGMA max_page_count = 100000")
    assert store.claim().id == job.id


def until_full(store, job_id):
    for _ in range(1000):
        store.claim()
        store.release(job_id)


def test_a_checkpoint_that_another_job_goes_on_from_is_not_given_back(store):
    first, second = (store.submit("request", spec(n=n), "build")[0] for n in (1, 2))
    store.set_checkpoint(first.id, "a" * 64, 1)
    store.set_checkpoint(second.id, "a" * 64, 1)
    assert store.set_checkpoint(first.id, "b" * 64, 2) is None
    assert store.set_checkpoint(second.id, "b" * 64, 2) == "a" * 64
