"""Releases of other ages: a minor apart they work, a major apart they say so."""

import grpc
import pytest

from tests.worker_parts import WorkerProcess
from void_studio.core import Refused, digest_bytes
from void_studio.worker.proto.void_studio.v1 import (
    blob_pb2,
    blob_pb2_grpc,
    worker_pb2,
    worker_pb2_grpc,
)
from void_studio.worker.protocol_version import PROTOCOL, check_protocol
from void_studio.worker.wire_engines import capabilities_of


@pytest.fixture(scope="module")
def worker(tmp_path_factory):
    with WorkerProcess(tmp_path_factory.mktemp("worker") / "state") as worker:
        yield worker


@pytest.fixture
def channel(worker):
    with grpc.insecure_channel(worker.address) as channel:
        yield channel


def capabilities(worker, channel, *protocol):
    metadata = [("authorization", f"Bearer {worker.token}")]
    metadata += [("void-protocol", said) for said in protocol]
    return worker_pb2_grpc.WorkerServiceStub(channel).GetCapabilities(
        worker_pb2.GetCapabilitiesRequest(), metadata=metadata, timeout=60
    )


@pytest.mark.parametrize("protocol", [(), ("1.0",), ("1.1",), ("1.999",), ("1",)])
def test_a_studio_of_another_minor_is_served(worker, channel, protocol):
    assert capabilities(worker, channel, *protocol).protocol == PROTOCOL


@pytest.mark.parametrize(
    ("protocol", "hint"),
    [
        ("2.0", "update the worker"),
        ("0.9", "update the studio"),
        ("x", "update the worker"),
        ("9" * 4000, "update the worker"),
    ],
)
def test_a_studio_of_another_major_is_told_so(worker, channel, protocol, hint):
    with pytest.raises(grpc.RpcError) as caught:
        capabilities(worker, channel, protocol)
    assert caught.value.code() is grpc.StatusCode.FAILED_PRECONDITION
    assert f"the worker speaks protocol {PROTOCOL}, the studio" in caught.value.details()
    assert caught.value.details().endswith(hint)


def test_a_stream_of_another_major_is_told_so_too(worker, channel):
    metadata = (("authorization", f"Bearer {worker.token}"), ("void-protocol", "2.0"))
    part = blob_pb2.PutRequest(digest=digest_bytes(b"x"), size_bytes=1, data=b"x")
    with pytest.raises(grpc.RpcError) as caught:
        blob_pb2_grpc.BlobServiceStub(channel).Put(iter([part]), metadata=metadata, timeout=60)
    assert caught.value.code() is grpc.StatusCode.FAILED_PRECONDITION


def test_a_studio_refuses_a_worker_of_another_major():
    capabilities_of(worker_pb2.Capabilities(protocol=""))
    capabilities_of(worker_pb2.Capabilities(protocol="1.7"))
    with pytest.raises(Refused, match="update the studio"):
        capabilities_of(worker_pb2.Capabilities(protocol="2.0"))
    with pytest.raises(Refused, match="update the worker"):
        check_protocol("0.1", own_name="studio", other_name="worker")


def test_fields_that_a_later_release_added_are_tolerated(worker, channel):
    unknown = b"\xfa\x3f\x05later"
    call = channel.unary_unary(
        "/void_studio.v1.BlobService/FindMissing",
        response_deserializer=blob_pb2.FindMissingResponse.FromString,
    )
    digest = digest_bytes(b"nowhere")
    request = blob_pb2.FindMissingRequest(digests=[digest]).SerializeToString() + unknown
    metadata = (("authorization", f"Bearer {worker.token}"),)
    assert list(call(request, metadata=metadata, timeout=60).digests) == [digest]
    found = worker_pb2.Capabilities.FromString(
        capabilities(worker, channel).SerializeToString() + unknown
    )
    assert capabilities_of(found).worker_id
