"""The worker's small parts, each on its own."""

import io
import os
from itertools import pairwise

import pytest

from void_studio.core import (
    BadInput,
    Cancelled,
    JobFailed,
    NotPresent,
    Refused,
    StudioError,
    UsageError,
    digest_bytes,
)
from void_studio.worker.address import Address
from void_studio.worker.blobs import BlobStore
from void_studio.worker.build import build_name
from void_studio.worker.faults import QueueFull, error_fields, error_of_fields
from void_studio.worker.folders import StateFolder, WorkerRecord
from void_studio.worker.limits import BLOB_BYTES, CHUNK_BYTES
from void_studio.worker.pacing import Pace, UnitClock
from void_studio.worker.parts import Assembly, parts_of
from void_studio.worker.pipes import Message, read_message, write_message
from void_studio.worker.processes import machine_memory, try_lock


@pytest.fixture
def blobs(tmp_path):
    return BlobStore(tmp_path / "blobs")


def files_in(store):
    return sorted(path.name for path in store.folder.rglob("*") if path.is_file())


# blobs


def test_a_blob_is_kept_under_its_digest_and_read_back_verified(blobs):
    digest = blobs.put(b"hello")
    assert digest == digest_bytes(b"hello")
    assert blobs.get(digest) == b"hello"
    assert blobs.missing([digest, digest_bytes(b"other")]) == (digest_bytes(b"other"),)
    assert files_in(blobs) == [digest]


def test_a_blob_that_was_damaged_on_disk_is_dropped_and_counts_as_missing(blobs):
    digest = blobs.put(b"hello")
    (blobs.folder / digest[:2] / digest).write_bytes(b"hullo")
    with pytest.raises(NotPresent):
        blobs.get(digest)
    assert blobs.missing([digest]) == (digest,)


@pytest.mark.parametrize(
    ("digest", "size", "chunks"),
    [
        (digest_bytes(b"abcd"), 4, [b"ab", b"ce"]),
        (digest_bytes(b"abcd"), 4, [b"ab"]),
        (digest_bytes(b"abcd"), 3, [b"abcd"]),
        (digest_bytes(b"abcd"), 5, [b"abcd"]),
        (digest_bytes(b"abcd"), 4, [b"abcd", b"e"]),
        (digest_bytes(b"abcd"), BLOB_BYTES + 1, [b"abcd"]),
        ("../escape", 4, [b"abcd"]),
    ],
)
def test_parts_that_do_not_make_the_blob_leave_nothing_behind(blobs, digest, size, chunks):
    with pytest.raises(BadInput):
        blobs.put_chunks(digest, size, iter(chunks))
    assert files_in(blobs) == []


def test_a_sender_that_goes_away_leaves_nothing_behind(blobs):
    def chunks():
        yield b"ab"
        raise ConnectionError

    with pytest.raises(Refused):
        blobs.put_chunks(digest_bytes(b"abcd"), 4, chunks())
    assert files_in(blobs) == []


def test_a_sweep_takes_what_is_old_and_not_kept_and_torn_parts(blobs):
    old, kept, new = (blobs.put(name) for name in (b"old", b"kept", b"new"))
    for digest in (old, kept):
        os.utime(blobs.folder / digest[:2] / digest, (1, 1))
    (blobs.folder / new[:2] / ".part-0123").write_bytes(b"torn")
    assert blobs.sweep({kept}, 3600.0) == 1
    assert files_in(blobs) == sorted([kept, new])


def test_asking_for_a_blob_counts_as_using_it(blobs):
    digest = blobs.put(b"asked for")
    os.utime(blobs.folder / digest[:2] / digest, (1, 1))
    assert blobs.missing([digest]) == ()
    assert blobs.sweep(set(), 3600.0) == 0


def test_a_store_that_can_not_be_written_says_so(tmp_path):
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(Refused, match="can not store"):
        BlobStore(tmp_path / "file").put(b"x")


# messages


def test_messages_come_out_of_a_pipe_as_they_went_in():
    pipe = io.BytesIO()
    messages = [Message("a", {"x": 1}), Message("b", {}, b"\x00" * 5000), Message("c", {"y": "ä"})]
    for message in messages:
        write_message(pipe, message)
    pipe.seek(0)
    assert [read_message(pipe) for _ in range(4)] == [*messages, None]


@pytest.mark.parametrize("cut", [1, 7, 9, 20, 40])
def test_a_message_that_breaks_off_is_the_end(cut):
    pipe = io.BytesIO()
    write_message(pipe, Message("a", {"x": 1}, b"data" * 10))
    assert read_message(io.BytesIO(pipe.getvalue()[:cut])) is None


@pytest.mark.parametrize(
    "sent",
    [b"\xff" * 64, b"\x02\0\0\0\0\0\0\0[]", b"\x02\0\0\0\0\0\0\0{}", b"\x01\0\0\0\0\0\0\0\xff"],
)
def test_bytes_that_are_no_message_are_not_taken_for_one(sent):
    with pytest.raises(JobFailed):
        read_message(io.BytesIO(sent))


def test_parts_are_at_most_a_chunk_and_make_the_whole_again():
    for size in (0, 1, CHUNK_BYTES, CHUNK_BYTES + 1, 3 * CHUNK_BYTES):
        data, whole = os.urandom(size), Assembly(1 << 22)
        parts = list(parts_of(data))
        assert all(len(part) <= CHUNK_BYTES for part in parts)
        answers = [whole.add(size, part) for part in parts]
        assert answers == [None] * (len(parts) - 1) + [data]


def test_parts_beyond_the_size_or_the_limit_are_refused():
    with pytest.raises(BadInput):
        Assembly(10).add(11, b"")
    with pytest.raises(BadInput):
        Assembly(10).add(3, b"four")


# pacing


def test_messages_are_let_through_at_most_so_often():
    pace = Pace(0.5, 200)
    times_s = [step / 100 for step in range(1000)]
    sent = [now_s for now_s in times_s if pace.due(now_s)]
    assert sent[0] == 0.0
    assert min(b - a for a, b in pairwise(sent)) >= 0.5
    assert len(sent) == 20


def test_a_long_job_speaks_less_and_less_often():
    pace = Pace(0.5, 200)
    assert sum(pace.due(second / 4) for second in range(4 * 24 * 3600)) < 2500


def test_the_time_left_is_the_median_of_measured_steps():
    clock = UnitClock()
    assert clock.eta_s(0, 10, 100.0) is None
    assert clock.eta_s(1, 10, 102.0) == 18.0
    assert clock.eta_s(2, 10, 104.0) == 16.0
    assert clock.eta_s(3, 10, 150.0) == 14.0
    assert clock.eta_s(5, 10, 154.0) == 10.0


def test_a_resumed_job_does_not_take_the_finished_part_for_fast():
    clock = UnitClock()
    assert clock.eta_s(50, 100, 10.0) is None
    assert clock.eta_s(51, 100, 12.0) == 98.0


# addresses, errors, folders


@pytest.mark.parametrize(
    ("text", "host", "port", "loopback"),
    [
        ("127.0.0.1:0", "127.0.0.1", 0, True),
        ("localhost:50051", "localhost", 50051, True),
        ("[::1]:50051", "::1", 50051, True),
        ("0.0.0.0:1", "0.0.0.0", 1, False),  # noqa: S104  only parsed
        ("box.example:65535", "box.example", 65535, False),
    ],
)
def test_addresses_are_read(text, host, port, loopback):
    address = Address.parse(text)
    assert (address.host, address.port, address.is_loopback) == (host, port, loopback)
    assert str(address) == text


@pytest.mark.parametrize("text", ["", "host", ":1", "host:", "host:x", "host:65536", "host:-1"])
def test_what_is_no_address_is_refused(text):
    with pytest.raises(UsageError, match="HOST:PORT"):
        Address.parse(text)


class OfItsOwn(UsageError):
    pass


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (UsageError("what", where="where", hint="hint"), UsageError),
        (QueueFull("what"), Refused),
        (Cancelled("what"), Cancelled),
        (OfItsOwn("what"), UsageError),
        (StudioError("what"), JobFailed),
    ],
)
def test_an_error_arrives_as_it_was_sent(error, kind):
    arrived = error_of_fields(error_fields(error))
    assert isinstance(arrived, kind)
    assert arrived.line() == error.line()


def test_an_error_of_a_stranger_shows_no_control_characters():
    arrived = error_of_fields({"kind": "Nonsense", "what": "\x1b[2Jgone\r\n"})
    assert isinstance(arrived, JobFailed)
    assert arrived.line() == "[2Jgone"


def test_the_record_is_for_its_owner_only_and_nonsense_is_no_record(tmp_path):
    folder = StateFolder(tmp_path / "state")
    folder.make()
    assert folder.read_record() is None
    record = WorkerRecord("127.0.0.1", 1, 2, "token", "build")
    folder.write_record(record)
    assert folder.read_record() == record
    assert folder.record.stat().st_mode & 0o777 == 0o600
    assert folder.path.stat().st_mode & 0o777 == 0o700
    for nonsense in ("", "[]", "{}", '{"port": "x", "pid": 1, "token": "", "build": ""}'):
        folder.record.write_text(nonsense)
        assert folder.read_record() is None


def test_a_worker_keeps_its_id(tmp_path):
    folder = StateFolder(tmp_path)
    assert folder.worker_id() == folder.worker_id()


def test_a_state_folder_that_can_not_be_made_is_refused(tmp_path):
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(Refused, match="--state"):
        StateFolder(tmp_path / "file" / "state").make()


def test_a_lock_is_held_by_one_until_it_is_let_go(tmp_path):
    first = try_lock(tmp_path / "lock")
    assert first is not None
    assert try_lock(tmp_path / "lock") is None
    first.close()
    second = try_lock(tmp_path / "lock")
    assert second is not None
    second.close()


def test_the_build_names_the_package_and_stays_the_same():
    assert build_name() == build_name()
    assert build_name().startswith("0.")
    assert len(build_name().partition("+")[2]) == 12


def test_the_memory_of_the_machine_is_known_or_0():
    total, free = machine_memory()
    assert total >= free >= 0
