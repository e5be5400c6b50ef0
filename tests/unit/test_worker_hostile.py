"""What a stranger may send: each gets a status code with a reason, and the worker goes on."""

import grpc
import pytest

from tests.worker_parts import Sent, WorkerProcess, run_to_end, states, submit
from void_studio.core import digest_bytes
from void_studio.jobs import JobState
from void_studio.worker.limits import BLOB_BYTES, MESSAGE_BYTES
from void_studio.worker.parts import parts_of
from void_studio.worker.proto.void_studio.v1 import (
    assist_pb2,
    assist_pb2_grpc,
    blob_pb2,
    blob_pb2_grpc,
    job_pb2,
    render_pb2,
    render_pb2_grpc,
    worker_pb2,
    worker_pb2_grpc,
)

INVALID = grpc.StatusCode.INVALID_ARGUMENT
BLOB = b"four"
DIGEST = digest_bytes(BLOB)


@pytest.fixture(scope="module")
def worker(tmp_path_factory):
    with WorkerProcess(tmp_path_factory.mktemp("worker") / "state") as worker:
        yield worker
        with worker.runner() as runner:
            job_id = submit(runner, Sent(runner).spec())
            assert states(run_to_end(runner, job_id))[-1] is JobState.SUCCEEDED


@pytest.fixture
def channel(worker):
    options = (("grpc.max_send_message_length", -1),)
    with grpc.insecure_channel(worker.address, options) as channel:
        yield channel


@pytest.fixture
def pass_(worker):
    return {"metadata": (("authorization", f"Bearer {worker.token}"),), "timeout": 60}


def stored(worker):
    return [path for path in (worker.record.parent / "blobs").rglob("*") if path.is_file()]


def part(digest="", size=0, data=b""):
    return blob_pb2.PutRequest(digest=digest, size_bytes=size, data=data)


@pytest.mark.parametrize(
    ("parts", "code"),
    [
        ([], INVALID),
        ([part()], INVALID),
        ([part("../../../tmp/escape", 4, BLOB)], INVALID),
        ([part(DIGEST.upper(), 4, BLOB)], INVALID),
        ([part(DIGEST, 4, b"five")], INVALID),
        ([part(DIGEST, 4, b"fo")], INVALID),
        ([part(DIGEST, 3, BLOB)], INVALID),
        ([part(DIGEST, 4, BLOB), part(data=b"more")], INVALID),
        ([part(DIGEST, BLOB_BYTES + 1, BLOB)], INVALID),
        ([part(DIGEST, 1 << 63, BLOB)], INVALID),
        ([part(DIGEST, 4, bytes(MESSAGE_BYTES + 1))], grpc.StatusCode.RESOURCE_EXHAUSTED),
    ],
)
def test_a_bad_upload_is_refused_and_leaves_nothing(worker, channel, pass_, parts, code):
    before = stored(worker)
    with pytest.raises(grpc.RpcError) as caught:
        blob_pb2_grpc.BlobServiceStub(channel).Put(iter(parts), **pass_)
    assert caught.value.code() is code
    assert caught.value.details()
    assert stored(worker) == before


def test_a_download_starts_where_it_is_asked_to(channel, pass_):
    stub = blob_pb2_grpc.BlobServiceStub(channel)
    data = bytes(range(256)) * 10_000
    digest = digest_bytes(data)
    first, *rest = parts_of(data)
    stub.Put(iter([part(digest, len(data), first), *(part(data=more) for more in rest)]), **pass_)
    for offset in (0, 1, 1 << 20, len(data)):
        request = blob_pb2.GetBlobRequest(digest=digest, offset=offset)
        answers = list(stub.Get(request, **pass_))
        assert b"".join(answer.data for answer in answers) == data[offset:]
        assert {answer.size_bytes for answer in answers} == {len(data)}
    with pytest.raises(grpc.RpcError) as caught:
        list(stub.Get(blob_pb2.GetBlobRequest(digest=digest, offset=len(data) + 1), **pass_))
    assert caught.value.code() is INVALID


def test_too_many_digests_at_once_are_refused(channel, pass_):
    with pytest.raises(grpc.RpcError) as caught:
        blob_pb2_grpc.BlobServiceStub(channel).FindMissing(
            blob_pb2.FindMissingRequest(digests=[DIGEST] * 8193), **pass_
        )
    assert caught.value.code() is INVALID


@pytest.mark.parametrize(
    "request_",
    [
        render_pb2.SubmitRequest(),
        render_pb2.SubmitRequest(request_id="r"),
        render_pb2.SubmitRequest(request_id="r" * 201, spec=job_pb2.JobSpec(engine="invert")),
        render_pb2.SubmitRequest(
            request_id="r",
            spec=job_pb2.JobSpec(engine="invert", clip=DIGEST, allow=job_pb2.EXACTNESS_UNSPECIFIED),
        ),
        render_pb2.SubmitRequest(
            request_id="r", spec=job_pb2.JobSpec(engine="invert", clip=DIGEST, allow=99)
        ),
    ],
)
def test_a_malformed_submit_is_refused(channel, pass_, request_):
    with pytest.raises(grpc.RpcError) as caught:
        render_pb2_grpc.RenderServiceStub(channel).Submit(request_, **pass_)
    assert caught.value.code() is INVALID


def test_a_parameter_without_a_value_is_refused(channel, pass_):
    spec = job_pb2.JobSpec(engine="invert", clip=DIGEST, allow=job_pb2.EXACTNESS_EXACT)
    spec.params["gain"].SetInParent()
    with pytest.raises(grpc.RpcError) as caught:
        render_pb2_grpc.RenderServiceStub(channel).Submit(
            render_pb2.SubmitRequest(request_id="r", spec=spec), **pass_
        )
    assert caught.value.code() is INVALID
    assert "no value" in caught.value.details()


@pytest.mark.parametrize(
    "requests",
    [
        [assist_pb2.SessionRequest()],
        [assist_pb2.SessionRequest(open=assist_pb2.OpenSession(segmenter="x", duration=0))],
        [assist_pb2.SessionRequest(frame=assist_pb2.Frame(size_bytes=1 << 40, data=b"x"))],
        [assist_pb2.SessionRequest(frame=assist_pb2.Frame(size_bytes=1, data=b"xyz"))],
        [assist_pb2.SessionRequest(prompts=assist_pb2.Prompts(prompts=[assist_pb2.Prompt()]))],
        [assist_pb2.SessionRequest(propagate=assist_pb2.Propagate(duration=1))],
    ],
)
def test_a_malformed_session_message_ends_the_session_with_a_reason(channel, pass_, requests):
    with pytest.raises(grpc.RpcError) as caught:
        list(assist_pb2_grpc.AssistServiceStub(channel).Session(iter(requests), **pass_))
    assert caught.value.code() is INVALID
    assert caught.value.details()


def test_an_order_before_the_opening_is_refused(channel, pass_):
    order = assist_pb2.SessionRequest(
        prompts=assist_pb2.Prompts(
            prompts=[assist_pb2.Prompt(frame=1, click=assist_pb2.Click(x=1, y=1, positive=True))]
        )
    )
    stub = assist_pb2_grpc.AssistServiceStub(channel)
    with pytest.raises(grpc.RpcError, match="no session was opened") as caught:
        next(stub.Session(iter([order]), **pass_))
    assert caught.value.code() is INVALID


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ({"prompts": assist_pb2.Prompts(prompts=[assist_pb2.Prompt()])}, "empty"),
        ({"prefetch": assist_pb2.Prefetch(frames=range(2000))}, "limits"),
        (
            {"propagate": assist_pb2.Propagate(duration=1, direction=1, layers=range(2000))},
            "limits",
        ),
        ({"frame": assist_pb2.Frame(size_bytes=1 << 40, data=b"x")}, "limit"),
        ({"stop": assist_pb2.Stop(), "seq": 7}, "request 7 came after 1"),
    ],
)
def test_nonsense_in_a_resumable_session_ends_it_with_a_reason(channel, pass_, more, reason):
    opening = assist_pb2.OpenSession(segmenter="flow", start=1, duration=5, resumable=True)
    requests = [
        assist_pb2.SessionRequest(open=opening, seq=1),
        assist_pb2.SessionRequest(**{"seq": 2, **more}),
    ]
    with pytest.raises(grpc.RpcError, match=reason) as caught:
        list(assist_pb2_grpc.AssistServiceStub(channel).Session(iter(requests), **pass_))
    assert caught.value.code() is INVALID


def test_a_session_can_not_be_resumed_by_a_guessed_id(channel, pass_):
    request = assist_pb2.SessionRequest(resume=assist_pb2.Resume(session_id="guess"))
    with pytest.raises(grpc.RpcError, match="has ended") as caught:
        next(assist_pb2_grpc.AssistServiceStub(channel).Session(iter([request]), **pass_))
    assert caught.value.code() is grpc.StatusCode.NOT_FOUND


@pytest.mark.parametrize(
    "metadata",
    [
        (),
        (("authorization", ""),),
        (("authorization", "Bearer "),),
        (("authorization", "Basic abc"),),
        (("authorization", "Bearer a"), ("authorization", "Bearer b")),
    ],
)
def test_without_the_token_nothing_is_told(channel, metadata):
    with pytest.raises(grpc.RpcError) as caught:
        worker_pb2_grpc.WorkerServiceStub(channel).GetCapabilities(
            worker_pb2.GetCapabilitiesRequest(), metadata=metadata, timeout=60
        )
    assert caught.value.code() is grpc.StatusCode.UNAUTHENTICATED


def test_the_token_twice_is_not_the_token(worker, channel):
    entry = ("authorization", f"Bearer {worker.token}")
    with pytest.raises(grpc.RpcError) as caught:
        worker_pb2_grpc.WorkerServiceStub(channel).GetCapabilities(
            worker_pb2.GetCapabilitiesRequest(), metadata=(entry, entry), timeout=60
        )
    assert caught.value.code() is grpc.StatusCode.UNAUTHENTICATED


def test_a_call_that_does_not_exist_is_unimplemented(channel, pass_):
    call = channel.unary_unary("/void_studio.v1.WorkerService/Reboot")
    with pytest.raises(grpc.RpcError) as caught:
        call(b"", **pass_)
    assert caught.value.code() is grpc.StatusCode.UNIMPLEMENTED
