"""Many blobs in one stream: what arrives, what is refused, what an older worker is asked for."""

import queue
import threading

import grpc
import numpy as np
import pytest

from tests.link import Link
from tests.worker_parts import WorkerProcess
from void_studio.core import BadInput, NotPresent, Refused, digest_bytes
from void_studio.worker.blob_parts import BlobArrivals, Part, bundled, parts_of_blobs
from void_studio.worker.client import connect_to
from void_studio.worker.faults import CallUnknown
from void_studio.worker.limits import BLOB_BYTES, CHUNK_BYTES, MESSAGE_BYTES
from void_studio.worker.proto.void_studio.v1 import blob_pb2, blob_pb2_grpc

INVALID = grpc.StatusCode.INVALID_ARGUMENT
ONE, TWO = b"one", b"two, longer"
SIZES = (0, 1, 300, CHUNK_BYTES - 1, CHUNK_BYTES, CHUNK_BYTES + 1, 3 * CHUNK_BYTES, 0, 7)


@pytest.fixture(scope="module")
def worker(tmp_path_factory):
    with WorkerProcess(tmp_path_factory.mktemp("worker") / "state") as worker:
        yield worker


@pytest.fixture
def runner(worker):
    with worker.runner() as runner:
        yield runner


@pytest.fixture
def stub(worker):
    options = (("grpc.max_send_message_length", -1),)
    with grpc.insecure_channel(worker.address, options) as channel:
        yield blob_pb2_grpc.BlobServiceStub(channel)


@pytest.fixture
def pass_(worker):
    return {"metadata": (("authorization", f"Bearer {worker.token}"),), "timeout": 60}


def stored(worker):
    return {path for path in (worker.record.parent / "blobs").rglob("*") if path.is_file()}


def named(*blobs):
    return {digest_bytes(blob): blob for blob in blobs}


def noise(seed, sizes):
    source = np.random.default_rng(seed)
    return named(*(source.bytes(size) for size in sizes))


def part(blob=b"", *, digest=None, size=None, data=None):
    return blob_pb2.BlobPart(
        digest=digest_bytes(blob) if digest is None else digest,
        size_bytes=len(blob) if size is None else size,
        data=blob if data is None else data,
    )


def more(data):
    return blob_pb2.BlobPart(data=data)


def message(*parts):
    return blob_pb2.PutManyRequest(parts=parts)


def test_blobs_of_every_size_go_and_come_back_in_their_order(runner):
    blobs = noise(1, SIZES)
    runner.put_many(blobs)
    asked = [*blobs, *reversed(blobs)]
    assert list(runner.get_many(asked)) == [blobs[digest] for digest in asked]
    assert list(runner.get_many([])) == []


def test_small_blobs_share_a_message_and_no_message_is_larger_than_a_chunk():
    blobs = noise(2, [*SIZES, *(1000 for _ in range(50))])
    together = list(bundled(parts_of_blobs(blobs.items())))
    assert max(sum(len(part.data) for part in some) for some in together) == CHUNK_BYTES
    assert len(together[-1]) > 50
    arrivals = BlobArrivals(list(blobs))
    arrived = [arrivals.add(blob_pb2.BlobPart(**p._asdict())) for some in together for p in some]
    assert [whole for whole in arrived if whole is not None] == list(blobs.items())


def test_what_the_worker_has_is_not_sent_again(worker):
    blobs = noise(3, [400_000] * 4)
    with Link(worker.address) as link, connect_to(link.address, worker.token) as far:
        far.put_many(blobs)
        once = link.up_bytes
        far.put_many(blobs | named(b"a new one"))
        assert link.up_bytes < once + 20_000
        assert far.missing(list(blobs)) == frozenset()


def test_an_upload_of_many_goes_on_after_a_cut_with_what_had_not_arrived(worker):
    blobs = noise(4, [300_000] * 12)
    with Link(worker.address) as link, connect_to(link.address, worker.token) as far:
        link.cut_after = 1_700_000
        far.put_many(blobs)
        assert far.missing(list(blobs)) == frozenset()
        assert link.cuts >= 1
        # the link, its two sockets and gRPC hold what was sent and had not arrived
        assert link.up_bytes < sum(map(len, blobs.values())) + 2_500_000


def test_a_download_of_many_goes_on_after_a_cut_where_it_stopped(worker, runner):
    blobs = noise(5, [5_000_000, 300_000, 0, 2_500_000, 4_000_000, 9_000_000])
    runner.put_many(blobs)
    with Link(worker.address) as link, connect_to(link.address, worker.token) as far:
        got = []
        for blob in far.get_many(list(blobs)):
            got.append(blob)
            if len(got) in (1, 4):
                link.cut()
        assert got == list(blobs.values())
        assert link.cuts == 2


def test_a_download_with_one_that_is_not_there_names_it_before_anything_comes(runner):
    there = noise(6, [2_000_000, 10])
    runner.put_many(there)
    nowhere = digest_bytes(b"nowhere")
    with pytest.raises(NotPresent, match=nowhere[:12]):
        next(runner.get_many([*there, nowhere]))


@pytest.mark.parametrize(
    ("messages", "kept"),
    [
        ([message(part(ONE, data=b"eno"))], ()),
        ([message(part(ONE, size=2))], ()),
        ([message(part(ONE, size=4))], ()),
        ([message(part(TWO, data=b"two")), message(more(b", lo"))], ()),
        ([message(part(TWO, data=b"two"), part(ONE))], ()),
        ([message(part(ONE), more(b"and more"))], (ONE,)),
        ([message(part(ONE), part(TWO, data=b"TWO, LONGER"))], (ONE,)),
        ([message(part(ONE)), message(part(TWO, size=BLOB_BYTES + 1))], (ONE,)),
        ([message(part(ONE, size=1 << 63))], ()),
        ([message(more(b"of nothing"))], ()),
        ([message(part(ONE, digest="../../../tmp/escape"))], ()),
        ([message(part(ONE, digest=digest_bytes(ONE).upper()))], ()),
        ([message(part(b"", size=1))], ()),
    ],
)
def test_a_bad_blob_is_refused_and_those_before_it_stay(worker, stub, pass_, messages, kept):
    for path in stored(worker):
        path.unlink()
    with pytest.raises(grpc.RpcError) as caught:
        stub.PutMany(iter(messages), **pass_)
    assert caught.value.code() is INVALID
    assert caught.value.details()
    assert {path.name for path in stored(worker)} == {digest_bytes(blob) for blob in kept}


def test_a_blob_that_is_there_is_passed_over_with_all_its_parts(stub, pass_, runner):
    runner.put(TWO)
    said = stub.PutMany(
        iter([message(part(TWO, data=b"two")), message(more(b", longer"), part(ONE))]), **pass_
    )
    assert said.count == 2
    assert list(runner.get_many([digest_bytes(ONE), digest_bytes(TWO)])) == [ONE, TWO]


def test_an_empty_upload_stores_nothing(stub, pass_):
    assert stub.PutMany(iter([]), **pass_).count == 0
    assert stub.PutMany(iter([message()]), **pass_).count == 0


def test_a_message_beyond_the_limit_is_refused(stub, pass_):
    with pytest.raises(grpc.RpcError) as caught:
        stub.PutMany(iter([message(part(bytes(MESSAGE_BYTES + 1)))]), **pass_)
    assert caught.value.code() is grpc.StatusCode.RESOURCE_EXHAUSTED


def test_a_bad_blob_is_told_of_though_the_sender_says_no_more(stub, pass_):
    sent = queue.SimpleQueue()
    sent.put(message(part(ONE, digest=digest_bytes(b"another"))))
    with pytest.raises(grpc.RpcError) as caught:
        stub.PutMany(iter(sent.get, None), **pass_)
    sent.put(None)
    assert caught.value.code() is INVALID


@pytest.mark.parametrize(
    ("digests", "offset", "code"),
    [
        ([digest_bytes(b"nowhere")], 0, grpc.StatusCode.NOT_FOUND),
        (["../../../etc/passwd"], 0, INVALID),
        ([digest_bytes(ONE)], 4, INVALID),
        ([digest_bytes(ONE)] * 8193, 0, INVALID),
    ],
)
def test_a_bad_download_is_refused(runner, stub, pass_, digests, offset, code):
    runner.put(ONE)
    with pytest.raises(grpc.RpcError) as caught:
        list(stub.GetMany(blob_pb2.GetManyRequest(digests=digests, offset=offset), **pass_))
    assert caught.value.code() is code
    assert caught.value.details()


def test_blobs_that_are_not_what_their_names_say_are_refused(runner, worker):
    with pytest.raises(BadInput, match="arrived damaged"):
        runner.put_many({digest_bytes(b"else"): b"this"})
    runner.put_many(named(ONE))
    (path,) = (path for path in stored(worker) if path.name == digest_bytes(ONE))
    path.write_bytes(b"eno")
    with pytest.raises(BadInput, match="arrived damaged"):
        list(runner.get_many([digest_bytes(ONE)]))
    path.unlink()


@pytest.mark.parametrize(
    "parts",
    [
        [blob_pb2.BlobPart(digest=digest_bytes(TWO), size_bytes=1, data=b"x")],
        [blob_pb2.BlobPart(data=b"of nothing")],
        [blob_pb2.BlobPart(digest=digest_bytes(ONE), size_bytes=BLOB_BYTES + 1)],
        [part(ONE), more(b"")],
    ],
)
def test_a_worker_that_sends_something_else_is_not_believed(parts):
    arrivals = BlobArrivals([digest_bytes(ONE)])
    with pytest.raises(BadInput):
        list(map(arrivals.add, parts))


def test_a_full_store_refuses_the_blob_that_does_not_fit(tmp_path):
    blobs = noise(7, [60_000] * 5)
    with (
        WorkerProcess(tmp_path / "state", "--quota-gb", "0.0002") as small,
        small.runner() as runner,
    ):
        with pytest.raises(Refused, match="blob store is full"):
            runner.put_many(blobs)
        assert runner.missing(list(blobs)) == frozenset(list(blobs)[3:])


def test_as_many_uploads_of_one_peer_are_open_as_it_may_have(stub, pass_):
    waiting = [queue.SimpleQueue() for _ in range(17)]
    calls = [stub.PutMany.future(iter(one.get, None), **pass_) for one in waiting]
    codes = queue.SimpleQueue()
    for call in calls:
        call.add_done_callback(lambda call: codes.put(call.code()))
    assert codes.get(timeout=60) is grpc.StatusCode.RESOURCE_EXHAUSTED
    for one in waiting:
        one.put(None)
    rest = [codes.get(timeout=60) for _ in range(16)]
    assert rest == [grpc.StatusCode.OK] * 16


def test_a_worker_without_these_calls_gets_and_gives_blobs_one_by_one(worker):
    blobs = noise(8, [0, 5, 1_500_000])
    with worker.runner() as runner, grpc.insecure_channel(worker.address) as channel:
        runner._blobs.PutMany = channel.stream_unary("/void_studio.v1.BlobService/PutAsOfOld", none)
        runner._blobs.GetMany = channel.unary_stream("/void_studio.v1.BlobService/GetAsOfOld", none)
        with pytest.raises(CallUnknown):
            runner._ask(runner._blobs.PutMany, iter([message()]))
        runner.put_many(blobs)
        assert list(runner.get_many(list(blobs))) == list(blobs.values())


def none(_):
    return b""


def test_two_threads_may_put_the_same_many_blobs(runner):
    blobs = noise(9, [700_000] * 6)
    threads = [threading.Thread(target=runner.put_many, args=(blobs,)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert list(runner.get_many(list(blobs))) == list(blobs.values())


def test_a_part_says_by_itself_what_it_is():
    assert Part(b"x") == (b"x", "", 0)
