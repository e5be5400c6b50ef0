"""The audit log, limits of a peer and deadlines, over a real worker."""

import json
import threading
from contextlib import ExitStack

import grpc
import pytest

from tests.box import Box
from tests.worker_parts import Sent, WorkerProcess, run_to_end, until
from void_studio.core import NotPresent, Refused, digest_bytes
from void_studio.worker.audit import AuditLog
from void_studio.worker.client import connect_to
from void_studio.worker.faults import QueueFull
from void_studio.worker.limits import PEER_CALLS, PEER_JOBS
from void_studio.worker.peers import PeerJobs
from void_studio.worker.proto.void_studio.v1 import blob_pb2, blob_pb2_grpc


@pytest.fixture(scope="module")
def box(tmp_path_factory):
    with Box(tmp_path_factory.mktemp("box") / "state") as box:
        yield box


def lines(worker):
    text = (worker.record.parent / "logs" / "audit.jsonl").read_text()
    return [json.loads(line) for line in text.splitlines()]


def test_who_asked_what_is_noted_by_peer_and_token_and_nothing_secret_is(box):
    pairing = box.pairing
    with connect_to(box.address, pairing["token"], pairing["fingerprint"]) as studio:
        sent = Sent(studio)
        job_id = studio.submit("request-0123456789abcdef", sent.spec(gate="a secret wish"))
        run_to_end(studio, job_id)
        with pytest.raises(NotPresent):
            studio.job("job-0123456789abcdef")
    with box.runner() as local:
        local.jobs()
    stranger = connect_to(box.address, "wrong", pairing["fingerprint"])
    with stranger, pytest.raises(Refused):
        stranger.jobs()
    found = until(lambda: lines(box) if len(lines(box)) >= 5 else None)
    told = [(line["peer"], line["token"], line["call"], line["status"]) for line in found]
    here = "127.0.0.1"
    assert (here, "pairing", "Submit", "OK") in told
    assert (here, "pairing", "Get", "NOT_FOUND") in told
    assert (here, "start", "List", "OK") in told
    assert (here, "", "List", "UNAUTHENTICATED") in told
    submitted = next(line for line in found if line["call"] == "Submit")
    assert (submitted["request_id"], submitted["job_id"]) == ("request-0123456789abcdef", job_id)
    assert submitted["before"]["Put"] == 13
    text = json.dumps(found)
    assert not [word for word in (pairing["token"], box.token, "wrong", "wish") if word in text]


def test_the_audit_log_is_rotated_and_four_old_ones_are_kept(tmp_path):
    audit = AuditLog(tmp_path / "audit.jsonl", limit_bytes=400)
    for number in range(60):
        audit.note("127.0.0.1", "pairing", "Submit", "OK", job_id=f"job-{number}")
    names = sorted(path.name for path in tmp_path.iterdir())
    assert names == [
        "audit.1.jsonl",
        "audit.2.jsonl",
        "audit.3.jsonl",
        "audit.4.jsonl",
        "audit.jsonl",
    ]
    assert all(path.stat().st_size <= 400 for path in tmp_path.iterdir())
    assert '"job-59"' in (tmp_path / "audit.jsonl").read_text()


def test_an_audit_log_that_can_not_be_written_stops_no_call(tmp_path, caplog):
    AuditLog(tmp_path / "nowhere" / "audit.jsonl").note("peer", "start", "List", "OK")
    assert "can not be written" in caplog.text


def test_a_peer_has_only_so_many_uploads_open_and_others_go_on(box):
    certificate = (box.record.parent / "identity" / "worker.crt").read_bytes()
    options = [("grpc.ssl_target_name_override", "void-worker")]
    credentials = grpc.ssl_channel_credentials(certificate)
    pass_ = {"metadata": (("authorization", f"Bearer {box.token}"),), "timeout": 60}
    digest, stop = digest_bytes(bytes(100)), threading.Event()

    def slow():
        yield blob_pb2.PutRequest(digest=digest, size_bytes=100, data=b"")
        stop.wait(60)

    with ExitStack() as stack:
        stack.callback(stop.set)
        channel = stack.enter_context(grpc.secure_channel(box.address, credentials, options))
        stub = blob_pb2_grpc.BlobServiceStub(channel)
        calls = [stub.Put.future(slow(), **pass_) for _ in range(PEER_CALLS["Put"])]
        calls.append(stub.Put.future(slow(), **pass_))
        failed = until(lambda: next((call for call in calls if call.done()), None))
        assert failed.code() is grpc.StatusCode.RESOURCE_EXHAUSTED
        assert "127.0.0.1 has 32 uploads open already" in failed.details()
        with box.runner() as runner:
            assert runner.jobs() is not None
        for call in calls:
            call.cancel()
    with box.runner() as runner:
        until(lambda: put_at_last(runner))


def put_at_last(runner):
    try:
        return runner.put(b"after the rush")
    except Refused:
        return None


def test_a_peer_has_only_so_many_jobs_and_another_peer_may_go_on():
    peers = PeerJobs()
    mine = [f"job-{number}" for number in range(PEER_JOBS)]
    for job_id in mine:
        peers.note("10.0.0.1", job_id)
    with pytest.raises(QueueFull, match=r"10\.0\.0\.1 has 500 jobs here"):
        peers.check("10.0.0.1", frozenset(mine))
    peers.check("10.0.0.2", frozenset(mine))
    peers.check("10.0.0.1", frozenset(mine[1:]))


def test_a_call_without_a_deadline_gets_one(tmp_path):
    limits = "import void_studio.worker.limits as l; l.LONG_CALL_S['Put'] = 0.3"
    (tmp_path / "short").mkdir()
    (tmp_path / "short" / "sitecustomize.py").write_text(limits)
    with WorkerProcess(tmp_path / "state", path=tmp_path / "short") as worker:
        stop = threading.Event()

        def slow():
            yield blob_pb2.PutRequest(digest=digest_bytes(bytes(100)), size_bytes=100, data=b"")
            stop.wait(60)

        with grpc.insecure_channel(worker.address) as channel:
            metadata = (("authorization", f"Bearer {worker.token}"),)
            call = blob_pb2_grpc.BlobServiceStub(channel).Put.future(slow(), metadata=metadata)
            assert isinstance(call.exception(timeout=30), grpc.RpcError)
            assert call.code() is grpc.StatusCode.CANCELLED
            stop.set()
        assert not [path for path in (worker.record.parent / "blobs").rglob("*") if path.is_file()]
