"""The committed gRPC code is what the .proto files give."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from void_studio.worker.proto.void_studio.v1 import assist_pb2, blob_pb2, render_pb2, worker_pb2

ROOT = Path(__file__).parents[2]
FOLDER = "void_studio/worker/proto/void_studio/v1"
GENERATE = (
    "import runpy, sys, pathlib;runpy.run_path(sys.argv[1])['generate'](pathlib.Path(sys.argv[2]))"
)


def generated(root):
    return {
        path.name: path.read_text()
        for path in (root / FOLDER).iterdir()
        if path.suffix in (".py", ".pyi") and path.stem != "__init__"
    }


def generator_version(files):
    return re.search(r"GRPC_GENERATED_VERSION = '(.*)'", files["blob_pb2_grpc.py"]).group(1)


def test_the_committed_code_is_fresh(tmp_path):
    script = str(ROOT / "packaging" / "generate_proto.py")
    subprocess.run([sys.executable, "-c", GENERATE, script, str(tmp_path)], check=True)
    committed, fresh = generated(ROOT), generated(tmp_path)
    assert sorted(fresh) == sorted(committed)
    versions = (generator_version(committed), generator_version(fresh))
    if versions[0] != versions[1]:
        pytest.skip(f"committed code is of grpcio-tools {versions[0]}, installed is {versions[1]}")
    assert fresh == committed


def test_every_service_has_its_final_name():
    services = {
        service.full_name: list(service.methods_by_name)
        for file in (assist_pb2, blob_pb2, render_pb2, worker_pb2)
        for service in file.DESCRIPTOR.services_by_name.values()
    }
    assert services == {
        "void_studio.v1.AssistService": ["Session"],
        "void_studio.v1.BlobService": ["FindMissing", "Put", "Get", "PutMany", "GetMany"],
        "void_studio.v1.RenderService": [
            "Submit",
            "Get",
            "List",
            "Watch",
            "Cancel",
            "MarkFetched",
            "Delete",
        ],
        "void_studio.v1.WorkerService": ["GetCapabilities", "CountTokens"],
    }
