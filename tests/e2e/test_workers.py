"""Laptop and box: pairing, pinning, tokens, and a render over TLS."""

import json
import os
import socket
import stat
import subprocess
from concurrent import futures
from datetime import UTC, datetime, timedelta

import grpc
import pytest

from tests.box import Box, initialised, void_worker
from tests.e2e.studio import checked, studio
from tests.worker_parts import environment
from void_studio.worker.identity import make_identity, read_identity


@pytest.fixture(scope="module")
def box(tmp_path_factory):
    with Box(tmp_path_factory.mktemp("box") / "state") as box:
        yield box


@pytest.fixture(autouse=True)
def config(tmp_path, monkeypatch):
    monkeypatch.setenv("VOID_STUDIO_CONFIG", str(tmp_path / "config"))
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")
    monkeypatch.delenv("VOID_STUDIO_TOKEN", raising=False)
    monkeypatch.delenv("VOID_STUDIO_FINGERPRINT", raising=False)
    return tmp_path / "config" / "workers.json"


def add(box, name="box", *, fingerprint=None, token=None):
    return studio(
        *("worker", "add", name, box.address),
        *("--fingerprint", box.pairing["fingerprint"] if fingerprint is None else fingerprint),
        *("--token", token or box.pairing["token"]),
    )


def mode(path):
    return stat.S_IMODE(path.stat().st_mode)


def test_init_prints_the_token_once_and_keeps_only_its_digest(tmp_path):
    said = initialised(tmp_path / "state")
    folder = tmp_path / "state" / "identity"
    kept = b"".join(path.read_bytes() for path in folder.iterdir())
    assert said["token"].encode() not in kept
    assert {mode(path) for path in folder.iterdir()} == {0o600}
    assert mode(folder) == 0o700
    assert read_identity(folder).fingerprint == said["fingerprint"]


def test_a_second_init_is_refused_and_with_again_everything_is_new(tmp_path):
    first = initialised(tmp_path / "state")
    done = subprocess.run(
        [*void_worker("init"), "--state", str(tmp_path / "state")],
        capture_output=True,
        text=True,
        env=environment(),
        check=False,
    )
    assert done.returncode == 6
    assert "has a certificate and a token already; replace both with --again" in done.stderr
    second = initialised(tmp_path / "state", "--again")
    assert second["fingerprint"] != first["fingerprint"]
    assert second["token"] != first["token"]


def test_the_fingerprint_is_that_of_openssl(tmp_path):
    said = initialised(tmp_path / "state")
    try:
        told = subprocess.run(
            ["openssl", "x509", "-noout", "-fingerprint", "-sha256"],
            input=(tmp_path / "state" / "identity" / "worker.crt").read_bytes(),
            capture_output=True,
            check=True,
        ).stdout.decode()
    except FileNotFoundError:
        pytest.skip("openssl is not installed")
    assert told.strip().partition("=")[2].replace(":", "").lower() == said["fingerprint"]


def test_a_worker_whose_certificate_expired_does_not_start(tmp_path):
    make_identity(
        tmp_path / "state" / "identity",
        valid=timedelta(days=1),
        now=datetime.now(UTC) - timedelta(days=2),
    )
    done = subprocess.run(
        [*void_worker("serve"), "--tls", "--state", str(tmp_path / "state")],
        capture_output=True,
        text=True,
        env=environment(),
        check=False,
    )
    assert done.returncode == 6
    assert "certificate expired on" in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_workers_are_added_listed_tested_and_removed(box, config):
    added = checked(
        *("worker_add", "worker", "add", "box", box.address),
        *("--fingerprint", box.pairing["fingerprint"].upper(), "--token", box.pairing["token"]),
    )
    assert added.items() >= {"name": "box", "token_in": "file"}.items()
    assert mode(config) == 0o600
    assert checked("worker_list", "worker", "list")["workers"] == [added]
    assert box.pairing["token"] not in studio("worker", "list").out
    told = checked("worker_test", "worker", "test", "box")
    assert "draft" in told["engines"]
    assert told["address"] == box.address
    assert checked("worker_test", "worker", "test", box.address)["worker_id"] == told["worker_id"]
    assert checked("worker_remove", "worker", "remove", "box") == added
    assert checked("worker_list", "worker", "list")["workers"] == []
    assert box.pairing["token"] not in config.read_text()
    assert studio("worker", "test", "box").code == 4


def test_adding_says_where_the_token_is(box, config):
    answer = add(box)
    assert answer.code == 0
    assert f"no keyring here: the token is in {config}, readable by you only" in answer.err


def test_a_keyring_that_keeps_things_gets_the_token(box, config, tmp_path, monkeypatch):
    keyring = pytest.importorskip("keyring", reason="keyring is not installed")
    backend = pytest.importorskip("keyring.backend")

    class Vault(backend.KeyringBackend):
        priority = 9
        kept = {}  # noqa: RUF012  one for the test

        def set_password(self, service, username, password):
            self.kept[service, username] = password

        def get_password(self, service, username):
            return self.kept.get((service, username))

        def delete_password(self, service, username):
            del self.kept[service, username]

    before = keyring.get_keyring()
    keyring.set_keyring(Vault())
    try:
        assert "the system's keyring" in add(box).err
        assert box.pairing["token"] not in config.read_text()
        assert studio("worker", "test", "box").code == 0
        assert list(Vault.kept.values()) == [box.pairing["token"]]
        studio("worker", "remove", "box")
        assert Vault.kept == {}
    finally:
        keyring.set_keyring(before)


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("local", "127.0.0.1:1"), 2, "this is no name for a worker"),
        (("best", "127.0.0.1:1"), 2, "this is no name for a worker"),
        (("a:b", "127.0.0.1:1"), 2, "this is no name for a worker"),
        (("box", "127.0.0.1"), 2, "127.0.0.1: this is no address; write HOST:PORT"),
        (("box", "127.0.0.1:1", "--fingerprint", "12:34"), 2, "this is no fingerprint"),
        (("box", "192.0.2.1:1"), 6, "is only spoken to by its fingerprint"),
    ],
)
def test_a_pairing_that_can_not_be_is_refused_and_nothing_is_kept(config, words, code, said):
    answer = studio("worker", "add", *words, "--token", "abc")
    assert (answer.code, answer.out) == (code, "")
    assert said in answer.err
    assert not config.exists()


def test_a_name_is_given_once(box):
    assert add(box).code == 0
    again = add(box)
    assert again.code == 6
    assert "box: this name is taken; remove that worker first" in again.err


def test_a_malformed_list_of_workers_is_told_and_left_alone(config):
    config.parent.mkdir()
    config.write_text('{"schema": "void_studio.workers.1", "workers": [{"name": 3}]}')
    answer = studio("worker", "list")
    assert answer.code == 3
    assert "the list of workers is malformed" in answer.err


def test_another_certificate_is_refused_before_the_token_is_sent(box):
    add(box, fingerprint="ab" * 32)
    answer = studio("worker", "test", "box")
    assert answer.code == 6
    assert f"{box.address}: the worker's certificate is not the pinned one" in answer.err
    assert box.pairing["fingerprint"] in answer.err


def test_an_expired_certificate_is_refused(tmp_path):
    folder = tmp_path / "identity"
    begun = datetime.now(UTC) - timedelta(days=3)
    pairing = make_identity(folder, valid=timedelta(days=2), now=begun)
    identity = read_identity(folder)
    server = grpc.server(futures.ThreadPoolExecutor(1))
    credentials = grpc.ssl_server_credentials([(identity.key, identity.certificate)])
    port = server.add_secure_port("127.0.0.1:0", credentials)
    server.start()
    try:
        studio(
            *("worker", "add", "box", f"127.0.0.1:{port}", "--token", pairing.token),
            *("--fingerprint", pairing.fingerprint),
        )
        answer = studio("worker", "test", "box")
    finally:
        server.stop(None).wait()
    assert answer.code == 6
    assert "the worker's certificate expired on" in answer.err


def test_a_wrong_token_is_refused(box):
    add(box, token="wrong")  # noqa: S106  it is
    answer = studio("worker", "test", "box")
    assert answer.code == 6
    assert (
        f"{box.address}: the token is missing or wrong; give the token that its owner got"
        in answer.err
    )


def test_an_unknown_address_without_a_token_is_a_usage_error(box):
    answer = studio("worker", "test", box.address)
    assert answer.code == 2
    assert "a worker's token is needed" in answer.err


def test_an_address_and_its_secrets_may_come_from_the_environment(box, monkeypatch):
    monkeypatch.setenv("VOID_STUDIO_TOKEN", box.pairing["token"])
    monkeypatch.setenv("VOID_STUDIO_FINGERPRINT", box.pairing["fingerprint"])
    assert studio("worker", "test", box.address).code == 0


def test_plain_text_to_a_worker_with_tls_is_a_lost_worker(box):
    add(box, fingerprint="")
    answer = studio("worker", "test", "box")
    assert answer.code == 5
    assert len(answer.err.splitlines()) == 1


def test_tls_to_one_that_speaks_plain_text_is_a_lost_worker():
    with socket.create_server(("127.0.0.1", 0)) as plain, futures.ThreadPoolExecutor(1) as pool:

        def answer():
            link, _ = plain.accept()
            with link:
                link.sendall(b"220 hello\r\n")
                link.recv(1024)

        pool.submit(answer)
        address = f"127.0.0.1:{plain.getsockname()[1]}"
        studio("worker", "add", "box", address, "--fingerprint", "ab" * 32, "--token", "t")
        told = studio("worker", "test", "box")
    assert told.code == 5
    assert "does not speak TLS" in told.err


def test_the_local_studio_finds_a_worker_that_serves_with_tls(box, monkeypatch):
    monkeypatch.setenv("VOID_STUDIO_STATE", os.fspath(box.record.parent))
    assert json.loads(box.record.read_text())["fingerprint"] == box.pairing["fingerprint"]
    assert checked("worker_test", "worker", "test", "local")["address"] == box.address


def test_a_shot_is_rendered_on_a_box_and_published_here(box, cut, tmp_path):
    add(box)
    value = checked(
        *("render", "render", cut.timeline, "--shot", cut.shot, "--quadmask", cut.quadmask),
        *("--versions", tmp_path / "versions", "--worker", "box"),
    )
    assert value["versions"][0]["outside_samples_changed"] == 0
