"""One row per fault: the status that a client gets, and what is on the worker's disk afterwards."""

import os
import signal
import subprocess
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import grpc
import psutil
import pytest

from tests.box import Box, void_worker
from tests.worker_parts import (
    Sent,
    WorkerProcess,
    canvas_frames,
    environment,
    run_to_end,
    states,
    submit,
    until,
)
from void_studio.core import Extent, Refused, digest_bytes
from void_studio.jobs import Failed, JobSpec, JobState
from void_studio.media import CanvasClip, CanvasManifest
from void_studio.worker.identity import make_identity, read_identity
from void_studio.worker.limits import CHUNK_BYTES
from void_studio.worker.proto.void_studio.v1 import (
    blob_pb2,
    blob_pb2_grpc,
    job_pb2,
    render_pb2,
    render_pb2_grpc,
    worker_pb2,
    worker_pb2_grpc,
)

CODE = grpc.StatusCode
BLOB = os.urandom(3 * CHUNK_BYTES)
DIGEST = digest_bytes(BLOB)
GIGABYTE = 1 << 30


@dataclass(frozen=True)
class Wire:
    """The box as a stranger's program sees it."""

    channel: grpc.Channel
    token: str

    def options(self, token=None):
        given = self.token if token is None else token
        return {"metadata": (("authorization", f"Bearer {given}"),) if given else (), "timeout": 60}

    def capabilities(self, token=None):
        stub = worker_pb2_grpc.WorkerServiceStub(self.channel)
        return stub.GetCapabilities(worker_pb2.GetCapabilitiesRequest(), **self.options(token))

    def put(self, *parts):
        return blob_pb2_grpc.BlobServiceStub(self.channel).Put(iter(parts), **self.options())

    def store(self, data):
        parts = [data[at : at + CHUNK_BYTES] for at in range(0, len(data), CHUNK_BYTES)]
        first = blob_pb2.PutRequest(digest=digest_bytes(data), size_bytes=len(data), data=parts[0])
        self.put(first, *(blob_pb2.PutRequest(data=part) for part in parts[1:]))
        return digest_bytes(data)

    def submit(self, clip, engine="invert"):
        spec = job_pb2.JobSpec(engine=engine, clip=clip, allow=job_pb2.EXACTNESS_EXACT)
        request = render_pb2.SubmitRequest(request_id="fault", spec=spec)
        return render_pb2_grpc.RenderServiceStub(self.channel).Submit(request, **self.options())


@contextmanager
def wire_to(box, certificate=None):
    trusted = certificate or (box.record.parent / "identity" / "worker.crt").read_bytes()
    options = [
        ("grpc.ssl_target_name_override", "void-worker"),
        ("grpc.max_send_message_length", -1),
    ]
    credentials = grpc.ssl_channel_credentials(trusted)
    with grpc.secure_channel(box.address, credentials, options) as channel:
        yield Wire(channel, box.token)


@pytest.fixture(scope="module")
def box(tmp_path_factory):
    """A box that must still render when every row is through."""
    with Box(tmp_path_factory.mktemp("box") / "state") as box:
        yield box
        with box.runner() as runner:
            job_id = submit(runner, Sent(runner, seed=77).spec())
            assert states(run_to_end(runner, job_id))[-1] is JobState.SUCCEEDED


def stored(worker):
    return {path.name for path in (worker.record.parent / "blobs").rglob("*") if path.is_file()}


def no_token(wire):
    wire.capabilities("")


def wrong_token(wire):
    wire.capabilities("wrong")


def gigabyte_message(wire):
    call = wire.channel.unary_unary("/void_studio.v1.BlobService/FindMissing")
    call(bytes(GIGABYTE), **wire.options())


def wrong_digest(wire):
    wire.put(blob_pb2.PutRequest(digest=digest_bytes(b"other"), size_bytes=4, data=b"this"))


def truncated_chunk(wire):
    wire.put(
        blob_pb2.PutRequest(digest=DIGEST, size_bytes=len(BLOB), data=BLOB[:CHUNK_BYTES]),
        blob_pb2.PutRequest(data=BLOB[CHUNK_BYTES : CHUNK_BYTES + 10]),
    )


def missing_manifest(wire):
    wire.submit(digest_bytes(b"a manifest that nobody sent"))


def missing_chunks(wire):
    absent = digest_bytes(b"a frame that nobody sent")
    wire.submit(wire.store(CanvasManifest(Extent(8, 8), 8, (absent,), (absent,)).encode()))


def unknown_engine(wire):
    wire.submit(digest_bytes(b"any"), engine="nonesuch")


def wrong_frame_counts(wire):
    frames, mattes = canvas_frames(2, seed=9)
    good = CanvasClip.from_arrays(frames, mattes).manifest.encode()
    a_matte = CanvasClip.from_arrays(frames, mattes).manifest.quadmask[0].encode()
    fewer = good.replace(b'"' + a_matte + b'",', b"", 1)
    assert fewer != good
    wire.submit(wire.store(fewer))


ROWS = {
    no_token: (CODE.UNAUTHENTICATED, "the token is missing or wrong", 0),
    wrong_token: (CODE.UNAUTHENTICATED, "the token is missing or wrong", 0),
    gigabyte_message: (CODE.RESOURCE_EXHAUSTED, "larger than max", 0),
    wrong_digest: (CODE.INVALID_ARGUMENT, "arrived damaged (4 of 4 bytes); send it again", 0),
    truncated_chunk: (CODE.INVALID_ARGUMENT, "arrived damaged (1048586 of 3145728 bytes)", 0),
    missing_manifest: (CODE.FAILED_PRECONDITION, "manifest is not here; send it first", 0),
    missing_chunks: (CODE.FAILED_PRECONDITION, "1 of the clip's 1 blobs are not here", 1),
    unknown_engine: (CODE.INVALID_ARGUMENT, "this worker has no engine 'nonesuch'", 0),
    wrong_frame_counts: (CODE.INVALID_ARGUMENT, "manifest", 1),
}


@pytest.mark.parametrize("fault", ROWS, ids=lambda fault: fault.__name__)
def test_a_fault_has_its_status_and_leaves_only_what_arrived_whole(box, fault):
    code, words, new_blobs = ROWS[fault]
    before = stored(box)
    with wire_to(box) as wire, pytest.raises(grpc.RpcError) as caught:
        fault(wire)
    assert caught.value.code() is code
    assert words in caught.value.details()
    left = stored(box) - before
    assert len(left) == new_blobs
    assert not any(name.startswith(".") for name in left)
    with box.runner() as runner:
        assert not [job for job in runner.jobs() if job.request_id == "fault"]


def test_a_certificate_that_is_not_the_boxs_never_sees_the_token(box, tmp_path):
    make_identity(tmp_path / "other", valid=timedelta(days=1))
    other = read_identity(tmp_path / "other").certificate
    with wire_to(box, other) as wire, pytest.raises(grpc.RpcError) as caught:
        wire.capabilities()
    assert caught.value.code() is CODE.UNAVAILABLE


def test_an_expired_certificate_is_not_served(tmp_path):
    state = tmp_path / "state"
    begun = datetime.now(UTC) - timedelta(days=9)
    make_identity(state / "identity", valid=timedelta(days=1), now=begun)
    done = subprocess.run(
        [*void_worker("serve"), "--tls", "--state", str(state)],
        capture_output=True,
        text=True,
        env=environment(),
        check=False,
    )
    assert done.returncode == 6
    assert "certificate expired on" in done.stderr
    assert not (state / "worker.json").exists()


def test_a_full_quota_keeps_what_a_job_needs_and_refuses_the_rest(tmp_path):
    state, gate = tmp_path / "state", tmp_path / "gate"
    with WorkerProcess(state, "--quota-gb", "0.0002") as worker, worker.runner() as runner:
        sent = Sent(runner)
        job_id = submit(runner, sent.spec(hold_at=1, gate=str(gate)))
        for _ in range(3):
            runner.put(os.urandom(55_000))
        with pytest.raises(Refused, match="blob store is full"):
            runner.put(os.urandom(55_000))
        assert sent.manifest.digests <= stored(worker)
        gate.touch()
        assert states(run_to_end(runner, job_id))[-1] is JobState.SUCCEEDED


def test_a_full_disk_is_told_and_nothing_half_written_stays(tmp_path):
    disk = tmp_path / "disk"
    disk.mkdir()
    if os.geteuid() != 0:
        pytest.skip("only root can mount a small disk")
    mount = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", str(disk)],
        capture_output=True,
        check=False,
    )
    if mount.returncode:
        pytest.skip(f"a small disk can not be mounted: {mount.stderr.decode().strip()}")
    try:
        with (
            WorkerProcess(disk / "state", "--quota-gb", "1") as worker,
            worker.runner() as runner,
        ):
            with pytest.raises(Refused, match="can not store a blob"):
                runner.put(os.urandom(8 << 20))
            assert stored(worker) == set()
            small = runner.put(b"there is room for this")
            assert stored(worker) == {small}
    finally:
        subprocess.run(["umount", "-l", str(disk)], check=True)


def test_a_killed_child_fails_its_job_only(box):
    with box.runner() as runner:
        job_id = submit(runner, Sent(runner, seed=21).spec(crash_at=2))
        events = run_to_end(runner, job_id)
        (failure,) = [event.payload for event in events if isinstance(event.payload, Failed)]
        assert "was ended by signal 9" in failure.message
        assert not any(name.startswith(".") for name in stored(box))
        after = submit(runner, Sent(runner, seed=21).spec())
        assert states(run_to_end(runner, after))[-1] is JobState.SUCCEEDED


def test_a_killed_front_goes_on_with_its_job_when_it_is_back(tmp_path):
    state, gate = tmp_path / "state", tmp_path / "gate"
    with Box(state) as first, first.runner() as runner:
        job_id = submit(runner, Sent(runner).spec(hold_at=3, gate=str(gate)))
        until(lambda: runner.job(job_id).state is JobState.RUNNING)
        children = psutil.Process(first.process.pid).children(recursive=True)
        first.process.send_signal(signal.SIGKILL)
        first.process.wait(60)
        psutil.wait_procs(children)
        assert (state / "worker.json").exists()
    gate.touch()
    with Box(state) as second, second.runner() as runner:
        assert states(run_to_end(runner, job_id)) == [
            JobState.QUEUED,
            JobState.RUNNING,
            JobState.SUCCEEDED,
        ]
        spec = runner.job(job_id).spec
        assert isinstance(spec, JobSpec)
        assert submit(runner, spec) == job_id
