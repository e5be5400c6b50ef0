"""`void-worker` as a person starts it."""

import json
import signal
import socket
import subprocess
import sys

import grpc
import pytest
from grpc_health.v1 import health_pb2, health_pb2_grpc

from tests.worker_parts import WorkerProcess, environment


def serve(*arguments):
    return subprocess.run(
        [sys.executable, "-m", "void_studio.worker", "serve", *arguments],
        capture_output=True,
        text=True,
        timeout=60,
        env=environment(),
        check=False,
    )


@pytest.mark.parametrize(
    ("listen", "status", "words"),
    [
        ("nowhere", 2, "nowhere: this is no address; write HOST:PORT"),
        ("0.0.0.0:0", 6, "plain text is only for loopback"),
        ("192.0.2.1:50051", 6, "has no certificate"),
    ],
)
def test_an_address_that_can_not_be_served_is_one_line(tmp_path, listen, status, words):
    done = serve("--listen", listen, "--state", str(tmp_path / "state"))
    assert (done.returncode, done.stdout) == (status, "")
    assert len(done.stderr.splitlines()) == 1
    assert words in done.stderr


def test_a_port_that_is_taken_is_refused_with_a_reason(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = serve("--listen", f"127.0.0.1:{port}", "--state", str(tmp_path / "state"))
    assert done.returncode == 6
    assert f"127.0.0.1:{port}: the address can not be listened on" in done.stderr


def test_one_state_folder_has_one_worker(tmp_path):
    with WorkerProcess(tmp_path / "state"):
        done = serve("--state", str(tmp_path / "state"))
        assert done.returncode == 6
        assert "another worker runs on this state folder" in done.stderr


def test_an_unknown_option_is_a_usage_error(tmp_path):
    assert serve("--nonsense").returncode == 2


def test_a_state_folder_that_is_a_file_is_refused(tmp_path):
    (tmp_path / "state").write_text("")
    done = serve("--state", str(tmp_path / "state"))
    assert done.returncode == 6
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_worker_that_is_told_to_end_takes_its_record_back(tmp_path, number):
    with WorkerProcess(tmp_path / "state") as worker:
        assert json.loads(worker.record.read_text())["pid"] == worker.process.pid
        worker.process.send_signal(number)
        assert worker.process.wait(60) == 0
        assert not worker.record.exists()


def test_an_idle_worker_ends_by_itself(tmp_path):
    with WorkerProcess(tmp_path / "state", "--idle-s", "0.2") as worker:
        assert worker.process.wait(60) == 0


def test_health_is_told_without_a_token(tmp_path):
    with (
        WorkerProcess(tmp_path / "state") as worker,
        grpc.insecure_channel(worker.address) as channel,
    ):
        answer = health_pb2_grpc.HealthStub(channel).Check(
            health_pb2.HealthCheckRequest(), timeout=60
        )
    assert answer.status == health_pb2.HealthCheckResponse.SERVING


def test_a_cluster_that_is_not_there_is_one_line_and_its_options_need_it(tmp_path):
    pytest.importorskip("ray", reason="ray is not installed: extra cluster")
    state = ("--state", str(tmp_path / "state"))
    for address, status, words in [
        ("127.0.0.1:9", 6, "127.0.0.1:9: no Ray cluster can be used"),
        ("auto", 6, "auto: no Ray cluster can be used"),
        ("nowhere", 2, "nowhere: this is no address; write HOST:PORT"),
    ]:
        done = serve(*state, "--executor", "ray", "--ray-address", address)
        assert (done.returncode, done.stdout) == (status, "")
        assert words in done.stderr
    assert serve(*state, "--slots", "2").returncode == 2
    assert serve(*state, "--executor", "slurm").returncode == 2


def test_without_ray_a_cluster_says_what_to_install(tmp_path):
    code = (
        "import sys; sys.modules['ray'] = None; sys.argv[1:] = ['serve', '--executor', 'ray',"
        f" '--state', {str(tmp_path / 'state')!r}];"
        "from void_studio.worker.cli import main; main()"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env=environment(), check=False
    )
    assert done.returncode == 4
    assert (
        "Ray is not installed; install it with: pip install 'void-studio[cluster]'" in done.stderr
    )
